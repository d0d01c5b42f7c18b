import type { Progress } from '../protocol/outcome';
import type { PointSet } from './point-set';

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

/** Puts the k-th smallest along `axis` of ids[lo..hi] in its place (Hoare's selection with a median of three). */
function selectAlong(ids: Uint32Array, keys: Float64Array, k: number, lo: number, hi: number): void {
  while (lo < hi) {
    const a = keys[lo]!;
    const b = keys[(lo + hi) >> 1]!;
    const c = keys[hi]!;
    const x = a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
    let i = lo;
    let j = hi;
    while (i <= j) {
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
    if (j < k) lo = i;
    if (k < i) hi = j;
  }
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

/** Splits node `i` at the middle of the longest side of its box. */
function split(
  set: PointSet,
  ids: Uint32Array,
  keys: Float64Array,
  tree: { starts: Uint32Array; ends: Uint32Array; boxes: Float64Array },
  i: number,
) {
  const d = set.dimensions;
  const from = tree.starts[i]!;
  const to = tree.ends[i]!;
  const middle = (from + to) >> 1;
  let axis = 0;
  let longest = -1;
  for (let c = 0; c < d; c++) {
    const side = tree.boxes[2 * d * i + d + c]! - tree.boxes[2 * d * i + c]!;
    if (side > longest) {
      longest = side;
      axis = c;
    }
  }
  for (let k = from; k < to; k++) keys[k] = set.coordinates[ids[k]! * d + axis]!;
  selectAlong(ids, keys, middle, from, to - 1);
  tree.starts[2 * i + 1] = from;
  tree.ends[2 * i + 1] = tree.starts[2 * i + 2] = middle;
  tree.ends[2 * i + 2] = to;
}

/** O(d · n log n). */
export function* kdTreeSteps(set: PointSet): Generator<Progress, KdTree> {
  const { dimensions: d, count: n } = set;
  const levels = n <= LEAF ? 0 : Math.ceil(Math.log2(n / LEAF));
  const nodes = 2 ** (levels + 1) - 1;
  const firstLeaf = 2 ** levels - 1;
  const tree = { starts: new Uint32Array(nodes), ends: new Uint32Array(nodes), boxes: new Float64Array(nodes * 2 * d) };
  const ids = new Uint32Array(n);
  for (let i = 0; i < n; i++) ids[i] = i;
  const keys = new Float64Array(n);
  tree.ends[0] = n;
  let since = 0;
  for (let i = 0; i < nodes; i++) {
    const size = tree.ends[i]! - tree.starts[i]!;
    boxOf(set, ids, tree.starts[i]!, tree.ends[i]!, tree.boxes, 2 * d * i);
    if (i < firstLeaf) split(set, ids, keys, tree, i);
    since += size;
    if (since < SLICE) continue;
    since = 0;
    yield { fraction: Math.min(0.95, (0.95 * Math.log2(i + 2)) / (levels + 1)) };
  }
  const points = new Float64Array(n * d);
  const weights = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    for (let c = 0; c < d; c++) points[k * d + c] = set.coordinates[ids[k]! * d + c]!;
    weights[k] = set.weights[ids[k]!]!;
  }
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
