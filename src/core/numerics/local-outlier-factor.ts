import type { Progress } from '../protocol/outcome';
import { kdTreeSteps } from './kd-tree';
import { NearestPoints } from './nearest-points';
import type { PointSet } from './point-set';
import { inBlocks, part } from './steps';

const BLOCK_POINTS = 4096;

/**
 * Local outlier factor of every point of the set (Breunig, Kriegel, Ng & Sander 2000, SIGMOD, doi:10.1145/342009.335388), with
 * scikit-learn's conventions: exactly k neighbours without the row itself, local reachability density 1 / (mean reachability distance +
 * 1e-10). About 1 in a uniform neighbourhood, larger for outliers; scikit-learn's negative_outlier_factor_ is its negative. Of neighbours
 * equally far, those with the smaller coordinates count. `k` at least 1 and below the number of rows. O(n · (k + log n)).
 */
export function* localOutlierFactorSteps(set: PointSet, k: number): Generator<Progress, Float64Array> {
  const tree = yield* part(kdTreeSteps(set), 0, 0.1);
  const n = tree.count;
  const nearest = new NearestPoints(tree, k);
  const neighbours = new Int32Array(n * k);
  const distances = new Float64Array(n * k);
  const found = new Int32Array(n);
  const reach = new Float64Array(n);
  const searching = inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) {
        nearest.search(i);
        found[i] = nearest.found;
        for (let m = 0; m < nearest.found; m++) {
          neighbours[i * k + m] = nearest.at[m]!;
          distances[i * k + m] = Math.sqrt(nearest.squared[m]!);
        }
        reach[i] = distances[i * k + nearest.found - 1]!;
      }
    },
    BLOCK_POINTS,
  );
  yield* part(searching, 0.1, 0.8);
  /** Mean over the k neighbours of point i; a point counts with all its rows, the last as far as k goes. */
  const meanOver = (i: number, of: (neighbour: number, m: number) => number): number => {
    let left = k;
    let sum = 0;
    for (let m = 0; m < found[i]!; m++) {
      const q = neighbours[i * k + m]!;
      const rows = Math.min(left, tree.weights[q]! - (q === i ? 1 : 0));
      sum += rows * of(q, m);
      left -= rows;
    }
    return sum / k;
  };
  const density = new Float64Array(n);
  const densities = inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) density[i] = 1 / (meanOver(i, (q, m) => Math.max(distances[i * k + m]!, reach[q]!)) + 1e-10);
    },
    8 * BLOCK_POINTS,
  );
  yield* part(densities, 0.8, 0.9);
  const factors = new Float64Array(n);
  const scoring = inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) factors[tree.ids[i]!] = meanOver(i, (q) => density[q]!) / density[i]!;
    },
    8 * BLOCK_POINTS,
  );
  yield* part(scoring, 0.9, 1);
  return factors;
}
