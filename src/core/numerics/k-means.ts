import type { Progress } from '../protocol/outcome';
import type { PointSet } from './point-set';
import { inBlocks, part } from './steps';

export interface KMeans {
  /** Cluster of each point of the set, from 0. */
  readonly labels: Int32Array;
  /** Centres one after the other. */
  readonly centres: Float64Array;
  /** Sum over the rows of the squared distances to their centres. */
  readonly inertia: number;
  readonly iterations: number;
  /** False when the iterations ran out before the labels stood still. */
  readonly converged: boolean;
}

/** Distances computed in a slice. */
const SLICE = 2 ** 22;

function squaredTo(set: PointSet, point: number, centres: Float64Array, centre: number): number {
  const d = set.dimensions;
  let sum = 0;
  for (let c = 0; c < d; c++) {
    const off = set.coordinates[point * d + c]! - centres[centre * d + c]!;
    sum += off * off;
  }
  return sum;
}

/** Labels and squared distances of the points [from, to); true when a label changed. Of equally near centres the first counts. */
function assign(set: PointSet, centres: Float64Array, k: number, labels: Int32Array, squared: Float64Array, from: number, to: number): boolean {
  const { coordinates, dimensions: d } = set;
  let changed = false;
  for (let p = from; p < to; p++) {
    let best = 0;
    let nearest = Infinity;
    const x = coordinates[p * d]!;
    for (let j = 0; j < k; j++) {
      const off = x - centres[j * d]!;
      let sum = off * off;
      for (let c = 1; c < d && sum < nearest; c++) sum += (coordinates[p * d + c]! - centres[j * d + c]!) ** 2;
      if (sum < nearest) {
        nearest = sum;
        best = j;
      }
    }
    squared[p] = nearest;
    if (labels[p] === best) continue;
    labels[p] = best;
    changed = true;
  }
  return changed;
}

/** Means of the clusters; an empty one takes the point farthest from its centre, as in scikit-learn. */
function* recentreSteps(set: PointSet, labels: Int32Array, squared: Float64Array, k: number, centres: Float64Array): Generator<Progress, void> {
  const d = set.dimensions;
  const rows = new Float64Array(k);
  centres.fill(0);
  yield* inBlocks(set.count, (from, to) => {
    for (let p = from; p < to; p++) {
      const j = labels[p]!;
      rows[j]! += set.weights[p]!;
      for (let c = 0; c < d; c++) centres[j * d + c]! += set.weights[p]! * set.coordinates[p * d + c]!;
    }
  });
  const taken = new Set<number>();
  for (let j = 0; j < k; j++) {
    for (let c = 0; c < d; c++) centres[j * d + c]! /= rows[j]! || 1;
    if (rows[j]! > 0) continue;
    let far = -1;
    for (let p = 0; p < set.count; p++) if (!taken.has(p) && (far < 0 || squared[p]! > squared[far]!)) far = p;
    if (far < 0) continue;
    taken.add(far);
    for (let c = 0; c < d; c++) centres[j * d + c] = set.coordinates[far * d + c]!;
  }
}

/** Lloyd's iterations (1982, doi:10.1109/TIT.1982.1056489) from the given centres until no label changes. O(n k d) a round. */
export function* lloydSteps(set: PointSet, start: Float64Array, maxIterations: number): Generator<Progress, KMeans> {
  const k = start.length / set.dimensions;
  const centres = start.slice();
  const labels = new Int32Array(set.count).fill(-1);
  const squared = new Float64Array(set.count);
  const block = Math.max(1, Math.floor(SLICE / k / set.dimensions));
  let iterations = 0;
  let changed = true;
  for (; changed && iterations < maxIterations; iterations++) {
    changed = false;
    const done = 1 - 0.9 ** iterations;
    const assigning = inBlocks(
      set.count,
      (from, to) => {
        if (assign(set, centres, k, labels, squared, from, to)) changed = true;
      },
      block,
    );
    const next = 1 - 0.9 ** (iterations + 1);
    yield* part(assigning, done, next);
    if (changed) yield* part(recentreSteps(set, labels, squared, k, centres), next, next);
    yield { fraction: next };
  }
  let inertia = 0;
  const measuring = inBlocks(set.count, (from, to) => {
    for (let p = from; p < to; p++) inertia += set.weights[p]! * squaredTo(set, p, centres, labels[p]!);
  });
  yield* part(measuring, 1, 1);
  return { labels, centres, inertia, iterations, converged: !changed };
}

/** A point drawn with a probability that goes as `mass`; total its sum. */
function draw(mass: (p: number) => number, count: number, total: number, random: () => number): number {
  let left = random() * total;
  for (let p = 0; p < count; p++) {
    left -= mass(p);
    if (left < 0) return p;
  }
  return count - 1;
}

/** Sum of the squared distances if `candidate` became a centre, too. */
function* potentialSteps(set: PointSet, squared: Float64Array, centre: Float64Array): Generator<Progress, number> {
  let sum = 0;
  yield* inBlocks(set.count, (from, to) => {
    for (let p = from; p < to; p++) sum += set.weights[p]! * Math.min(squared[p]!, squaredTo(set, p, centre, 0));
  });
  return sum;
}

/**
 * Starting centres by greedy k-means++ (Arthur & Vassilvitskii 2007, SODA, 1027): each next one is the best of 2 + ⌊ln k⌋ points drawn with a
 * probability that goes as the squared distance to the nearest centre so far, as in scikit-learn.
 */
export function* plusPlusSteps(set: PointSet, k: number, random: () => number): Generator<Progress, Float64Array> {
  const { dimensions: d, count: n, weights } = set;
  const centres = new Float64Array(k * d);
  const squared = new Float64Array(n).fill(Infinity);
  const trials = 2 + Math.floor(Math.log(k));
  const pointAt = (p: number): Float64Array => set.coordinates.subarray(p * d, (p + 1) * d);
  let total = set.rows;
  for (let j = 0; j < k; j++) {
    let best = draw((p) => (j === 0 ? weights[p]! : weights[p]! * squared[p]!), n, total, random);
    for (let t = 1, least = Infinity; j > 0 && t < trials; t++) {
      const tried = (j + (t - 1) / trials) / k;
      if (t === 1) least = yield* part(potentialSteps(set, squared, pointAt(best)), tried, tried);
      yield { fraction: tried };
      const other = draw((p) => weights[p]! * squared[p]!, n, total, random);
      yield { fraction: tried };
      const sum = yield* part(potentialSteps(set, squared, pointAt(other)), tried, tried);
      if (sum < least) [best, least] = [other, sum];
      yield { fraction: (j + t / trials) / k };
    }
    centres.set(pointAt(best), j * d);
    total = 0;
    const nearing = inBlocks(n, (from, to) => {
      for (let p = from; p < to; p++) {
        squared[p] = Math.min(squared[p]!, squaredTo(set, p, centres, j));
        total += weights[p]! * squared[p]!;
      }
    });
    yield* part(nearing, (j + 1) / k, (j + 1) / k);
    yield { fraction: (j + 1) / k };
  }
  return centres;
}

/** k-means: the best by inertia of `starts` runs. At most as many clusters as there are different points. */
export function* kMeansSteps(
  set: PointSet,
  k: number,
  starts: number,
  maxIterations: number,
  random: () => number,
): Generator<Progress, KMeans | undefined> {
  let best: KMeans | undefined;
  for (let s = 0; s < starts; s++) {
    const centres = yield* part(plusPlusSteps(set, Math.min(k, set.count), random), s / starts, (s + 0.3) / starts);
    const made = yield* part(lloydSteps(set, centres, maxIterations), (s + 0.3) / starts, (s + 1) / starts);
    if (best === undefined || made.inertia < best.inertia) best = made;
  }
  return best;
}
