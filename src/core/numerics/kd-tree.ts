import type { Progress } from '../protocol/outcome';
import type { PointSet } from './point-set';
import { inBlocks, part } from './steps';

const LEAF = 12;
/** Points partitioned between two yields while building. */
const SLICE = 2 ** 17;

/**
 * A k-d tree (Bentley 1975, CACM 18, 509, doi:10.1145/361002.361007) over a point set, in flat arrays. Node 0 is the root, the children of
 * node i are 2i + 1 and 2i + 2; every level halves the points, so all leaves are on one level. Points are kept in the order of the leaves.
 */
export interface KdTree {
  readonly dimensions: number;
  readonly count: number;
  /** Coordinates in the order of the leaves. */
  readonly points: Float64Array;
  /** Index in the point set of each point in the order of the leaves. */
  readonly ids: Uint32Array;
  /** Rows at each point in the order of the leaves. */
  readonly weights: Int32Array;
  readonly nodes: number;
  /** The first of the leaves among the nodes. */
  readonly firstLeaf: number;
  /** Points [starts[i], ends[i]) are those of node i. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Bounding box of each node: its lowest coordinates, then its highest. */
  readonly boxes: Float64Array;
}

function pivotOf(keys: Float64Array, lo: number, hi: number): number {
  const a = keys[lo]!;
  const b = keys[(lo + hi) >> 1]!;
  const c = keys[hi]!;
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}

/**
 * Partition of keys[lo..hi], and ids with them, about `x`, as far as `budget` swaps go. `state` holds the two scanning positions, so that a long one
 * can pause. True when done: then keys[lo..state[1]] <= x <= keys[state[0]..hi].
 */
function partitionAlong(ids: Uint32Array, keys: Float64Array, x: number, state: Int32Array, budget: number): boolean {
  let i = state[0]!;
  let j = state[1]!;
  for (let left = budget; left > 0 && i <= j; left--) {
    while (keys[i]! < x) i++;
    while (x < keys[j]!) j--;
    if (i > j) break;
    const key = keys[i]!;
    keys[i] = keys[j]!;
    keys[j] = key;
    const id = ids[i]!;
    ids[i++] = ids[j]!;
    ids[j--] = id;
  }
  state[0] = i;
  state[1] = j;
  return i > j;
}

const scan = new Int32Array(2);

/** Puts the k-th smallest along `axis` of ids[lo..hi] in its place (Hoare's selection with a median of three). */
function selectAlong(ids: Uint32Array, keys: Float64Array, k: number, lo: number, hi: number): void {
  while (lo < hi) {
    scan[0] = lo;
    scan[1] = hi;
    partitionAlong(ids, keys, pivotOf(keys, lo, hi), scan, Infinity);
    if (scan[1]! < k) lo = scan[0]!;
    if (k < scan[0]!) hi = scan[1]!;
  }
}

/** {@link selectAlong} in slices, for a long range. */
function* selectAlongSteps(ids: Uint32Array, keys: Float64Array, k: number, lo: number, hi: number): Generator<Progress, void> {
  while (hi - lo > SLICE) {
    const x = pivotOf(keys, lo, hi);
    const state = Int32Array.of(lo, hi);
    do yield { fraction: 0 };
    while (!partitionAlong(ids, keys, x, state, SLICE));
    if (state[1]! < k) lo = state[0]!;
    if (k < state[0]!) hi = state[1]!;
  }
  selectAlong(ids, keys, k, lo, hi);
}

function boxOf(set: PointSet, ids: Uint32Array, from: number, to: number, box: Float64Array, at: number): void {
  const d = set.dimensions;
  for (let c = 0; c < d; c++) {
    let low = Infinity;
    let high = -Infinity;
    for (let k = from; k < to; k++) {
      const v = set.coordinates[ids[k]! * d + c]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    box[at + c] = low;
    box[at + d + c] = high;
  }
}

/** {@link boxOf} in slices, for many points. */
function* boxSteps(set: PointSet, ids: Uint32Array, from: number, to: number, box: Float64Array, at: number): Generator<Progress, void> {
  const d = set.dimensions;
  const some = new Float64Array(2 * d);
  box.fill(Infinity, at, at + d).fill(-Infinity, at + d, at + 2 * d);
  const looking = inBlocks(
    to - from,
    (first, end) => {
      boxOf(set, ids, from + first, from + end, some, 0);
      for (let c = 0; c < d; c++) {
        box[at + c] = Math.min(box[at + c]!, some[c]!);
        box[at + d + c] = Math.max(box[at + d + c]!, some[d + c]!);
      }
    },
    SLICE,
  );
  yield* part(looking, 0, 0);
}

interface Splits {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly boxes: Float64Array;
}

/** The longest side of node `i`'s box: along it the node is split. */
function axisOf(tree: Splits, d: number, i: number): number {
  let axis = 0;
  let longest = -1;
  for (let c = 0; c < d; c++) {
    const side = tree.boxes[2 * d * i + d + c]! - tree.boxes[2 * d * i + c]!;
    if (side > longest) {
      longest = side;
      axis = c;
    }
  }
  return axis;
}

function halve(tree: Splits, i: number, middle: number): void {
  tree.starts[2 * i + 1] = tree.starts[i]!;
  tree.ends[2 * i + 1] = tree.starts[2 * i + 2] = middle;
  tree.ends[2 * i + 2] = tree.ends[i]!;
}

/** Splits node `i` at the middle of the longest side of its box. */
function split(set: PointSet, ids: Uint32Array, keys: Float64Array, tree: Splits, i: number): void {
  const d = set.dimensions;
  const from = tree.starts[i]!;
  const to = tree.ends[i]!;
  const middle = (from + to) >> 1;
  const axis = axisOf(tree, d, i);
  for (let k = from; k < to; k++) keys[k] = set.coordinates[ids[k]! * d + axis]!;
  selectAlong(ids, keys, middle, from, to - 1);
  halve(tree, i, middle);
}

/** {@link split} in slices, for many points. */
function* splitSteps(set: PointSet, ids: Uint32Array, keys: Float64Array, tree: Splits, i: number): Generator<Progress, void> {
  const d = set.dimensions;
  const start = tree.starts[i]!;
  const end = tree.ends[i]!;
  const middle = (start + end) >> 1;
  const axis = axisOf(tree, d, i);
  const reading = inBlocks(
    end - start,
    (from, to) => {
      for (let k = start + from; k < start + to; k++) keys[k] = set.coordinates[ids[k]! * d + axis]!;
    },
    SLICE,
  );
  yield* part(reading, 0, 0);
  yield* selectAlongSteps(ids, keys, middle, start, end - 1);
  halve(tree, i, middle);
}

/** O(d · n log n). */
export function* kdTreeSteps(set: PointSet): Generator<Progress, KdTree> {
  const { dimensions: d, count: n } = set;
  const levels = n <= LEAF ? 0 : Math.ceil(Math.log2(n / LEAF));
  const nodes = 2 ** (levels + 1) - 1;
  const firstLeaf = 2 ** levels - 1;
  const tree = { starts: new Uint32Array(nodes), ends: new Uint32Array(nodes), boxes: new Float64Array(nodes * 2 * d) };
  const ids = new Uint32Array(n);
  yield* part(
    inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) ids[i] = i;
    }),
    0,
    0,
  );
  const keys = new Float64Array(n);
  tree.ends[0] = n;
  let since = 0;
  for (let i = 0; i < nodes; i++) {
    const [from, to] = [tree.starts[i]!, tree.ends[i]!];
    const fraction = Math.min(0.95, (0.95 * Math.log2(i + 1)) / (levels + 1));
    if (to - from > SLICE) {
      yield* part(boxSteps(set, ids, from, to, tree.boxes, 2 * d * i), fraction, fraction);
      yield* part(splitSteps(set, ids, keys, tree, i), fraction, fraction);
      continue;
    }
    boxOf(set, ids, from, to, tree.boxes, 2 * d * i);
    if (i < firstLeaf) split(set, ids, keys, tree, i);
    since += to - from;
    if (since < SLICE) continue;
    since = 0;
    yield { fraction };
  }
  const points = new Float64Array(n * d);
  const weights = new Int32Array(n);
  const moving = inBlocks(
    n,
    (from, to) => {
      for (let k = from; k < to; k++) {
        for (let c = 0; c < d; c++) points[k * d + c] = set.coordinates[ids[k]! * d + c]!;
        weights[k] = set.weights[ids[k]!]!;
      }
    },
    SLICE,
  );
  yield* part(moving, 0.95, 1);
  return { dimensions: d, count: n, points, ids, weights, nodes, firstLeaf, ...tree };
}

/** Squared distance from the point at `at` of `points` to the box of `node`; 0 inside. */
export function squaredToBox(tree: KdTree, node: number, points: Float64Array, at: number): number {
  const d = tree.dimensions;
  const box = 2 * d * node;
  let sum = 0;
  for (let c = 0; c < d; c++) {
    const v = points[at + c]!;
    const low = tree.boxes[box + c]! - v;
    const high = v - tree.boxes[box + d + c]!;
    const off = low > 0 ? low : high > 0 ? high : 0;
    sum += off * off;
  }
  return sum;
}
