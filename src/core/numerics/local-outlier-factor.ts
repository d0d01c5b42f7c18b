import type { Progress } from '../protocol/outcome';
import { type NeighbourLists, neighbourListsSteps } from './neighbour-lists';
import type { PointSet } from './point-set';
import { inBlocks, part } from './steps';

const BLOCK_POINTS = 2 ** 15;

/** Mean over the k neighbours of point i; a point counts with all its rows, the last as far as k goes. */
function meanOver({ k, weights, at, found }: NeighbourLists, i: number, of: (neighbour: number, m: number) => number): number {
  let left = k;
  let sum = 0;
  for (let m = 0; m < found[i]!; m++) {
    const q = at[i * k + m]!;
    const rows = Math.min(left, weights[q]! - (q === i ? 1 : 0));
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
  const near = yield* part(neighbourListsSteps(set, k), 0, 0.8);
  const { distance, reach, ids } = near;
  const density = new Float64Array(set.count);
  const densities = inBlocks(
    set.count,
    (from, to) => {
      for (let i = from; i < to; i++) density[i] = 1 / (meanOver(near, i, (q, m) => Math.max(distance[i * k + m]!, reach[q]!)) + 1e-10);
    },
    BLOCK_POINTS,
  );
  yield* part(densities, 0.8, 0.9);
  const factors = new Float64Array(set.count);
  const scoring = inBlocks(
    set.count,
    (from, to) => {
      for (let i = from; i < to; i++) factors[ids[i]!] = meanOver(near, i, (q) => density[q]!) / density[i]!;
    },
    BLOCK_POINTS,
  );
  yield* part(scoring, 0.9, 1);
  return factors;
}
