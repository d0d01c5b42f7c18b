import type { Progress } from '../protocol/outcome';
import { type KdTree, kdTreeSteps } from './kd-tree';
import { NearestPoints } from './nearest-points';
import type { PointSet } from './point-set';
import { inBlocks, part } from './steps';

const BLOCK_POINTS = 4096;

/** The k nearest of every point in the order of a tree's leaves. */
interface Neighbours {
  readonly tree: KdTree;
  readonly k: number;
  readonly at: Int32Array;
  readonly distance: Float64Array;
  readonly found: Int32Array;
  /** Distance of the k-th neighbour. */
  readonly reach: Float64Array;
}

function* neighboursSteps(tree: KdTree, k: number): Generator<Progress, Neighbours> {
  const n = tree.count;
  const nearest = new NearestPoints(tree, k);
  const made = { tree, k, at: new Int32Array(n * k), distance: new Float64Array(n * k), found: new Int32Array(n), reach: new Float64Array(n) };
  yield* inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) {
        nearest.search(i);
        made.found[i] = nearest.found;
        for (let m = 0; m < nearest.found; m++) {
          made.at[i * k + m] = nearest.at[m]!;
          made.distance[i * k + m] = Math.sqrt(nearest.squared[m]!);
        }
        made.reach[i] = made.distance[i * k + nearest.found - 1]!;
      }
    },
    BLOCK_POINTS,
  );
  return made;
}

/** Mean over the k neighbours of point i; a point counts with all its rows, the last as far as k goes. */
function meanOver({ tree, k, at, found }: Neighbours, i: number, of: (neighbour: number, m: number) => number): number {
  let left = k;
  let sum = 0;
  for (let m = 0; m < found[i]!; m++) {
    const q = at[i * k + m]!;
    const rows = Math.min(left, tree.weights[q]! - (q === i ? 1 : 0));
    sum += rows * of(q, m);
    left -= rows;
  }
  return sum / k;
}

/**
 * Local outlier factor of every point of the set (Breunig, Kriegel, Ng & Sander 2000, SIGMOD, doi:10.1145/342009.335388), with
 * scikit-learn's conventions: exactly k neighbours without the row itself, local reachability density 1 / (mean reachability distance +
 * 1e-10). About 1 in a uniform neighbourhood, larger for outliers; scikit-learn's negative_outlier_factor_ is its negative. Of neighbours
 * equally far, those with the smaller coordinates count. `k` at least 1 and below the number of rows. O(n · (k + log n)).
 */
export function* localOutlierFactorSteps(set: PointSet, k: number): Generator<Progress, Float64Array> {
  const tree = yield* part(kdTreeSteps(set), 0, 0.1);
  const near = yield* part(neighboursSteps(tree, k), 0.1, 0.8);
  const { distance, reach } = near;
  const density = new Float64Array(tree.count);
  const densities = inBlocks(
    tree.count,
    (from, to) => {
      for (let i = from; i < to; i++) density[i] = 1 / (meanOver(near, i, (q, m) => Math.max(distance[i * k + m]!, reach[q]!)) + 1e-10);
    },
    8 * BLOCK_POINTS,
  );
  yield* part(densities, 0.8, 0.9);
  const factors = new Float64Array(tree.count);
  const scoring = inBlocks(
    tree.count,
    (from, to) => {
      for (let i = from; i < to; i++) factors[tree.ids[i]!] = meanOver(near, i, (q) => density[q]!) / density[i]!;
    },
    8 * BLOCK_POINTS,
  );
  yield* part(scoring, 0.9, 1);
  return factors;
}
