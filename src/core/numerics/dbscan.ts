import type { Progress } from '../protocol/outcome';
import { type KdTree, kdTreeSteps } from './kd-tree';
import type { PointSet } from './point-set';
import { RangeSearch } from './range-search';
import { inBlocks, part } from './steps';

/** Points looked up all over memory between two yields. */
const SLICE = 2 ** 17;

export interface Dbscan {
  /** Cluster of each point of the set, from 0, the one with most rows first; -1 for noise. */
  readonly labels: Int32Array;
  /** 1 where the point is a core point. */
  readonly core: Uint8Array;
  readonly clusters: number;
}

/** Points [from, to) of the leaves that all lie within eps of each other, and the node they are, -1 for a single point of a leaf. */
interface Cells {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly node: Int32Array;
  readonly count: number;
  /** Cell of each position. */
  readonly of: Int32Array;
}

function* cellsSteps(tree: KdTree, squaredEps: number): Generator<Progress, Cells> {
  const n = tree.count;
  const cells = { from: new Int32Array(n), to: new Int32Array(n), node: new Int32Array(n), of: new Int32Array(n), count: 0 };
  const add = (from: number, to: number, node: number): void => {
    cells.from[cells.count] = from;
    cells.to[cells.count] = to;
    cells.node[cells.count] = node;
    cells.of.fill(cells.count++, from, to);
  };
  const d = tree.dimensions;
  const stack = n > 0 ? [0] : [];
  yield { fraction: 0 };
  let done = 0;
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (tree.starts[node]! - done >= SLICE) {
      done = tree.starts[node]!;
      yield { fraction: done / n };
    }
    let diameter = 0;
    for (let c = 0; c < d; c++) diameter += (tree.boxes[2 * d * node + d + c]! - tree.boxes[2 * d * node + c]!) ** 2;
    if (diameter <= squaredEps) add(tree.starts[node]!, tree.ends[node]!, node);
    else if (node < tree.firstLeaf) stack.push(2 * node + 2, 2 * node + 1);
    else for (let k = tree.starts[node]!; k < tree.ends[node]!; k++) add(k, k + 1, -1);
  }
  return cells;
}

/** Disjoint sets with path halving. */
class Sets {
  private readonly parent: Int32Array;
  constructor(n: number) {
    this.parent = new Int32Array(n);
    for (let i = 0; i < n; i++) this.parent[i] = i;
  }
  find(i: number): number {
    const { parent } = this;
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  }
  join(i: number, j: number): void {
    this.parent[this.find(i)] = this.find(j);
  }
}

/** Whether a core point of cell `a` lies within eps of a core point of cell `b`. */
function isJoined(a: number, b: number, cells: Cells, core: Uint8Array, range: RangeSearch): boolean {
  const node = cells.node[b]!;
  for (let k = cells.from[a]!; k < cells.to[a]!; k++) {
    if (core[k] === 0) continue;
    if (node === -1 ? range.isWithin(k, cells.from[b]!) : range.hasMarkedWithin(k, node, core)) return true;
  }
  return false;
}

/** Joins the cells that have core points within eps of each other. */
function* joinSteps(tree: KdTree, cells: Cells, core: Uint8Array, range: RangeSearch): Generator<Progress, Sets> {
  const d = tree.dimensions;
  const sets = new Sets(cells.count);
  const hasCore = new Uint8Array(cells.count);
  const looking = inBlocks(tree.count, (from, to) => {
    for (let k = from; k < to; k++) if (core[k] === 1) hasCore[cells.of[k]!] = 1;
  });
  yield* part(looking, 0, 0);
  yield { fraction: 0 };
  const box = new Float64Array(2 * d);
  for (let a = 0; a < cells.count; a++) {
    if (a % 1024 === 1023) yield { fraction: a / cells.count };
    if (hasCore[a] === 0) continue;
    const node = cells.node[a]!;
    for (let c = 0; c < 2 * d; c++) box[c] = node === -1 ? tree.points[cells.from[a]! * d + (c % d)]! : tree.boxes[2 * d * node + c]!;
    range.visitCells(box, cells.to[a]!, (position) => {
      const b = cells.of[position]!;
      if (hasCore[b] === 1 && sets.find(a) !== sets.find(b) && isJoined(a, b, cells, core, range)) sets.join(a, b);
    });
  }
  return sets;
}

/** Clusters in order of their rows, of equal ones that with the smaller coordinates first. `cluster`: below `roots`, -1 for none. */
function* numberClustersSteps(tree: KdTree, cluster: Int32Array, roots: number): Generator<Progress, { labels: Int32Array; clusters: number }> {
  const rows = new Float64Array(roots);
  const first = new Float64Array(roots).fill(Infinity);
  const counting = inBlocks(tree.count, (from, to) => {
    for (let k = from; k < to; k++) {
      const root = cluster[k]!;
      if (root < 0) continue;
      rows[root]! += tree.weights[k]!;
      if (tree.ids[k]! < first[root]!) first[root] = tree.ids[k]!;
    }
  });
  yield* part(counting, 0, 0.5);
  yield { fraction: 0.5 };
  const ranked: number[] = [];
  for (let root = 0; root < roots; root++) if (rows[root]! > 0) ranked.push(root);
  ranked.sort((a, b) => rows[b]! - rows[a]! || first[a]! - first[b]!);
  const rank = new Int32Array(roots).fill(-1);
  ranked.forEach((root, i) => (rank[root] = i));
  const labels = new Int32Array(tree.count);
  const labelling = inBlocks(
    tree.count,
    (from, to) => {
      for (let k = from; k < to; k++) labels[tree.ids[k]!] = cluster[k]! < 0 ? -1 : rank[cluster[k]!]!;
    },
    SLICE,
  );
  yield* part(labelling, 0.5, 1);
  return { labels, clusters: ranked.length };
}

/**
 * DBSCAN (Ester, Kriegel, Sander & Xu 1996, KDD; as revisited by Schubert et al. 2017, doi:10.1145/3068335), exact: a row is core when at
 * least `minSamples` rows, itself included, lie within `eps` (inclusive, Euclidean); core points within eps of each other are one cluster;
 * other points within eps of a core point join the nearest one's cluster; the rest is noise. Core points and noise are scikit-learn's; a
 * point between two clusters goes to the nearer there only by chance. Runs of points closer together than eps are dealt with as one, so that
 * dense regions cost no more than sparse ones: about O(n log n).
 */
export function* dbscanSteps(set: PointSet, eps: number, minSamples: number): Generator<Progress, Dbscan> {
  const tree = yield* part(kdTreeSteps(set), 0, 0.15);
  yield { fraction: 0.15 };
  const cells = yield* part(cellsSteps(tree, eps * eps), 0.15, 0.2);
  const range = yield* part(RangeSearch.prepareSteps(tree, eps, cells.of, cells.node), 0.2, 0.2);
  yield { fraction: 0.2 };
  const core = new Uint8Array(tree.count);
  const counting = inBlocks(
    cells.count,
    (from, to) => {
      for (let a = from; a < to; a++) {
        const rows = range.rowsOf(cells.from[a]!, cells.to[a]!);
        for (let k = cells.from[a]!; k < cells.to[a]!; k++) core[k] = rows >= minSamples || range.hasRowsWithin(k, minSamples) ? 1 : 0;
      }
    },
    1024,
  );
  yield* part(counting, 0.2, 0.5);
  const sets = yield* part(joinSteps(tree, cells, core, range), 0.5, 0.9);
  yield { fraction: 0.9 };
  const cluster = new Int32Array(tree.count).fill(-1);
  const assigning = inBlocks(
    tree.count,
    (from, to) => {
      for (let k = from; k < to; k++) {
        const at = core[k] === 1 ? k : range.nearestMarked(k, core);
        if (at >= 0) cluster[k] = sets.find(cells.of[at]!);
      }
    },
    4096,
  );
  yield* part(assigning, 0.9, 0.96);
  const coreOfPoint = new Uint8Array(tree.count);
  const marking = inBlocks(
    tree.count,
    (from, to) => {
      for (let k = from; k < to; k++) coreOfPoint[tree.ids[k]!] = core[k]!;
    },
    SLICE,
  );
  yield* part(marking, 0.96, 0.98);
  return { ...(yield* part(numberClustersSteps(tree, cluster, cells.count), 0.98, 1)), core: coreOfPoint };
}
