import type { Progress } from '../protocol/outcome';
import type { PointSet } from './point-set';
import { inBlocks, part } from './steps';

const EULER_GAMMA = 0.5772156649015329;

/** Average depth at which a search in a binary tree of n points fails: what path lengths are measured in (Liu et al. 2008, eq. 1). */
export function averagePath(n: number): number {
  return n <= 1 ? 0 : n === 2 ? 1 : 2 * (Math.log(n - 1) + EULER_GAMMA) - (2 * (n - 1)) / n;
}

/**
 * One isolation tree in flat arrays, complete down to `depth`: children of node i are 2i + 1 (values at most the split) and 2i + 2. Below an
 * early leaf every split is Infinity, so that as many steps lead to the path length of any leaf.
 */
interface Tree {
  readonly feature: Uint8Array;
  readonly split: Float64Array;
  /** Of the nodes at `depth`. */
  readonly path: Float64Array;
}

class Grower {
  private readonly tree: Tree;
  private readonly low: Float64Array;
  private readonly high: Float64Array;

  constructor(
    private readonly set: PointSet,
    private readonly depth: number,
    private readonly random: () => number,
  ) {
    const nodes = 2 ** depth - 1;
    this.tree = { feature: new Uint8Array(nodes), split: new Float64Array(nodes), path: new Float64Array(nodes + 1) };
    this.low = new Float64Array(set.dimensions);
    this.high = new Float64Array(set.dimensions);
  }

  grow(sample: Int32Array): Tree {
    this.tree.split.fill(Infinity);
    this.node(0, 0, sample, 0, sample.length);
    return this.tree;
  }

  /** A dimension in which sample[from..to) differs, each as likely; -1 when all points are the same. Two random numbers a split. */
  private choose(sample: Int32Array, from: number, to: number): number {
    const { coordinates, dimensions: d } = this.set;
    const { low, high } = this;
    low.fill(Infinity);
    high.fill(-Infinity);
    for (let k = from; k < to; k++) {
      for (let c = 0; c < d; c++) {
        const v = coordinates[sample[k]! * d + c]!;
        if (v < low[c]!) low[c] = v;
        if (v > high[c]!) high[c] = v;
      }
    }
    let varying = 0;
    for (let c = 0; c < d; c++) if (low[c]! < high[c]!) varying++;
    if (varying === 0) return -1;
    let left = Math.floor(this.random() * varying);
    for (let c = 0; c < d; c++) if (low[c]! < high[c]! && left-- === 0) return c;
    return -1;
  }

  private node(i: number, depth: number, sample: Int32Array, from: number, to: number): void {
    const feature = depth < this.depth && to - from > 1 ? this.choose(sample, from, to) : -1;
    if (feature < 0) {
      let bottom = i;
      for (let level = depth; level < this.depth; level++) bottom = 2 * bottom + 1;
      this.tree.path[bottom - this.tree.split.length] = depth + averagePath(to - from);
      return;
    }
    const low = this.low[feature]!;
    const high = this.high[feature]!;
    let split = low + this.random() * (high - low);
    // Rounding may reach the highest value, which has to be on the other side.
    if (!(split < high)) split = low;
    this.tree.feature[i] = feature;
    this.tree.split[i] = split;
    const d = this.set.dimensions;
    let middle = from;
    for (let k = from; k < to; k++) {
      const point = sample[k]!;
      if (this.set.coordinates[point * d + feature]! > split) continue;
      sample[k] = sample[middle]!;
      sample[middle++] = point;
    }
    this.node(2 * i + 1, depth + 1, sample, from, middle);
    this.node(2 * i + 2, depth + 1, sample, middle, to);
  }
}

/** As {@link addPaths} in one dimension: the points are in order, so that each leaf has a run of them. */
function addSortedPaths(set: PointSet, tree: Tree, sums: Float64Array, from: number, to: number): void {
  const { coordinates } = set;
  const { split, path } = tree;
  const descend = (i: number, start: number, end: number): void => {
    if (start === end) return;
    if (i >= split.length) {
      const length = path[i - split.length]!;
      for (let p = start; p < end; p++) sums[p]! += length;
      return;
    }
    let middle = start;
    for (let high = end; middle < high;) {
      const p = (middle + high) >> 1;
      if (coordinates[p]! > split[i]!) high = p;
      else middle = p + 1;
    }
    descend(2 * i + 1, start, middle);
    descend(2 * i + 2, middle, end);
  };
  descend(0, from, to);
}

/** Adds each point's path length in the tree. */
function addPaths(set: PointSet, tree: Tree, sums: Float64Array, from: number, to: number): void {
  const { coordinates, dimensions: d } = set;
  const { feature, split, path } = tree;
  const first = split.length;
  // Two points at a time: neither has to wait for the other's loads.
  let p = from;
  for (; p + 1 < to; p += 2) {
    const at = p * d;
    let i = 0;
    let j = 0;
    // Both leaves are on the last level.
    while (i < first) {
      i = 2 * i + 1 + +(coordinates[at + feature[i]!]! > split[i]!);
      j = 2 * j + 1 + +(coordinates[at + d + feature[j]!]! > split[j]!);
    }
    sums[p]! += path[i - first]!;
    sums[p + 1]! += path[j - first]!;
  }
  for (; p < to; p++) {
    let i = 0;
    while (i < first) i = 2 * i + 1 + +(coordinates[p * d + feature[i]!]! > split[i]!);
    sums[p]! += path[i - first]!;
  }
}

export interface ForestOptions {
  readonly trees: number;
  /** Rows in the sample of each tree. */
  readonly samples: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Points scored in a slice. */
const SLICE = 2 ** 18;

/**
 * Anomaly score of every point, 2^(-E[h] / c(samples)) from its mean path length E[h] over isolation trees, each grown on rows drawn without
 * replacement down to depth ⌈log2 samples⌉ (Liu, Ting & Zhou 2008, ICDM, doi:10.1109/ICDM.2008.17): near 1 for outliers, below 0.5 for
 * the rest. The dimension of a split is drawn from those in which the node's points differ. Random numbers are used in the order: the sample
 * of a tree (one a row), then for each split in pre-order the dimension and the place. O(trees · (samples + n) · log samples).
 */
export function* isolationScoresSteps(set: PointSet, { trees, samples, random }: ForestOptions): Generator<Progress, Float64Array> {
  const size = Math.min(samples, set.rows);
  const depth = Math.max(1, Math.ceil(Math.log2(Math.max(size, 2))));
  const rows = new Int32Array(set.rows);
  let drawn = 0;
  const listing = inBlocks(set.count, (from, to) => {
    for (let p = from; p < to; p++) for (let k = 0; k < set.weights[p]!; k++) rows[drawn++] = p;
  });
  yield* part(listing, 0, 0.01);
  yield { fraction: 0.01 };
  const grower = new Grower(set, depth, random);
  const sums = new Float64Array(set.count);
  for (let t = 0; t < trees; t++) {
    for (let k = 0; k < size; k++) {
      const other = k + Math.floor(random() * (rows.length - k));
      const point = rows[other]!;
      rows[other] = rows[k]!;
      rows[k] = point;
    }
    const tree = grower.grow(rows.slice(0, size));
    const add = set.dimensions === 1 ? addSortedPaths : addPaths;
    const scoring = inBlocks(set.count, (from, to) => add(set, tree, sums, from, to), SLICE);
    yield* part(scoring, 0.01 + (0.98 * t) / trees, 0.01 + (0.98 * (t + 1)) / trees);
    yield { fraction: 0.01 + (0.98 * (t + 1)) / trees };
  }
  const unit = averagePath(size) || 1;
  const scaling = inBlocks(sums.length, (from, to) => {
    for (let p = from; p < to; p++) sums[p] = 2 ** (-sums[p]! / trees / unit);
  });
  yield* part(scaling, 0.99, 1);
  return sums;
}
