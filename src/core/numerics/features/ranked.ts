import type { Progress } from '../../protocol/outcome';
import { logNormalPair } from '../log-normal-table';
import { lowerBound, upperBound } from '../bounds';
import { inSumBlocks } from '../steps';

/** The q-th percentile (0…100) of sorted values with numpy's linear interpolation. */
export function percentileOf(sorted: Float64Array, q: number): number {
  const at = (q / 100) * (sorted.length - 1);
  const k = Math.floor(at);
  const low = sorted[k] ?? NaN;
  return k + 1 < sorted.length ? low + (at - k) * (sorted[k + 1]! - low) : low;
}

/** Median of sorted[from, to). */
export function medianOfRun(sorted: Float64Array, from: number, to: number): number {
  const middle = (from + to) >> 1;
  return (to - from) & 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The k-th smallest (from 0) of |y - centre|: the distances left and right of the centre are two sorted lists. O(log n). */
function distance(sorted: Float64Array, centre: number, k: number): number {
  const n = sorted.length;
  const split = lowerBound(sorted, centre);
  // So many of the k + 1 nearest lie to the left: the least number for which the next on the left is no nearer than the last on the right.
  let low = Math.max(0, k + 1 - (n - split));
  let high = Math.min(k + 1, split);
  while (low < high) {
    const left = (low + high) >> 1;
    if (centre - sorted[split - 1 - left]! < sorted[split + k - left]! - centre) low = left + 1;
    else high = left;
  }
  const onLeft = low > 0 ? centre - sorted[split - low]! : -Infinity;
  const onRight = k - low >= 0 ? sorted[split + k - low]! - centre : -Infinity;
  return Math.max(onLeft, onRight);
}

/** Median of |y - centre| of sorted values: the raw median absolute deviation. NaN when empty. O(log n). */
export function sortedDeviation(sorted: Float64Array, centre: number): number {
  const n = sorted.length;
  if (n === 0) return NaN;
  const upper = distance(sorted, centre, n >> 1);
  return n & 1 ? upper : (distance(sorted, centre, (n >> 1) - 1) + upper) / 2;
}

/** Median of the values at or below the 3rd percentile plus that of those at or above the 97th, minus twice the median. 0 for a symmetric curve. */
export function medianSkew(sorted: Float64Array): number {
  const n = sorted.length;
  const low = upperBound(sorted, percentileOf(sorted, 3));
  const high = lowerBound(sorted, percentileOf(sorted, 97));
  return medianOfRun(sorted, 0, low) + medianOfRun(sorted, high, n) - 2 * medianOfRun(sorted, 0, n);
}

/**
 * The Anderson–Darling statistic A² of sorted values against a Gaussian of their own mean and standard deviation (Anderson & Darling 1954, JASA 49,
 * 765, doi:10.1080/01621459.1954.10501232; as scipy.stats.anderson). O(n).
 */
export function* andersonDarlingSteps(sorted: Float64Array, mean: number, std: number): Generator<Progress, number> {
  const n = sorted.length;
  const pair = new Float64Array(2);
  let sum = 0;
  const adding = inSumBlocks(n, (from, to) => {
    let own = 0;
    for (let i = from; i < to; i++) {
      const z = (sorted[i]! - mean) / std;
      logNormalPair(z, pair);
      const low = 2 * i + 1;
      const high = 2 * (n - i) - 1;
      own += z < 0 ? low * pair[0]! + high * pair[1]! : low * pair[1]! + high * pair[0]!;
    }
    sum += own;
  });
  yield* adding;
  return -n - sum / n;
}
