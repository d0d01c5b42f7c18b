import type { Progress } from '../protocol/outcome';
import { selectKth, selectKthSteps } from './quickselect';
import { BLOCK, inBlocks, part } from './steps';

/** Makes the median absolute deviation of Gaussian noise its standard deviation: 1 / Φ⁻¹(3/4). */
export const MAD_TO_SIGMA = 1.482602218505602;

/** Values picked out of a column into memory of our own, free to be reordered: the first `n` of `values`. */
export interface Sample {
  readonly values: Float64Array;
  n: number;
}

/** The finite values of the rows with `use` = 1, in order. */
export function* collectSteps(values: Float64Array, use: Uint8Array): Generator<Progress, Sample> {
  const out = new Float64Array(values.length);
  let n = 0;
  yield* inBlocks(values.length, (from, to) => {
    n = collectInto(out, n, values, use, from, to);
  });
  return { values: out, n };
}

function collectInto(out: Float64Array, n: number, values: Float64Array, use: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const v = values[i]!;
    // v - v is NaN for NaN and both infinities.
    if (use[i] === 1 && v - v === 0) out[n++] = v;
  }
  return n;
}

/** Largest of a[0..n), -Infinity when empty. */
function largest(a: Float64Array, n: number): number {
  let max = -Infinity;
  for (let i = 0; i < n; i++) if (a[i]! > max) max = a[i]!;
  return max;
}

/** Median of a[0..n) (all finite), by selection: reorders them. NaN when empty; the mean of the middle two when n is even. */
export function median(a: Float64Array, n = a.length): number {
  if (n === 0) return NaN;
  const k = n >> 1;
  const upper = selectKth(a, k, 0, n - 1);
  return n & 1 ? upper : (largest(a, k) + upper) / 2;
}

/** {@link median} in slices. */
export function* medianSteps(a: Float64Array, n = a.length): Generator<Progress, number> {
  if (n <= BLOCK) return median(a, n);
  const k = n >> 1;
  const upper = yield* selectKthSteps(a, k, 0, n - 1);
  return n & 1 ? upper : (largest(a, k) + upper) / 2;
}

function deviations(a: Float64Array, centre: number, out: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) out[i] = Math.abs(a[i]! - centre);
}

/** Median of |a - centre| over a[0..n); `scratch` (as long) is overwritten. The raw MAD when `centre` is the median. */
export function medianDeviation(a: Float64Array, n: number, centre: number, scratch: Float64Array): number {
  deviations(a, centre, scratch, 0, n);
  return median(scratch, n);
}

/** {@link medianDeviation} in slices. */
export function* medianDeviationSteps(a: Float64Array, n: number, centre: number, scratch: Float64Array): Generator<Progress, number> {
  if (n <= BLOCK) return medianDeviation(a, n, centre, scratch);
  yield* part(
    inBlocks(n, (from, to) => deviations(a, centre, scratch, from, to)),
    0,
    0.3,
  );
  return yield* part(medianSteps(scratch, n), 0.3, 1);
}

/** Robust standard deviation of a[0..n): {@link MAD_TO_SIGMA} times the median absolute deviation about the median. Reorders a. */
export function madStd(a: Float64Array, n = a.length): number {
  return MAD_TO_SIGMA * medianDeviation(a, n, median(a, n), new Float64Array(n));
}

/** Σ a over [from, to), in four independent sums: the processor then need not wait for each addition. */
function sumRun(a: Float64Array, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    s0 += a[i]!;
    s1 += a[i + 1]!;
    s2 += a[i + 2]!;
    s3 += a[i + 3]!;
  }
  for (; i < to; i++) s0 += a[i]!;
  return s0 + s1 + (s2 + s3);
}

/** Σ (a - centre)² over [from, to), as {@link sumRun}. */
function squaresRun(a: Float64Array, centre: number, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    const d0 = a[i]! - centre;
    const d1 = a[i + 1]! - centre;
    const d2 = a[i + 2]! - centre;
    const d3 = a[i + 3]! - centre;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; i < to; i++) s0 += (a[i]! - centre) ** 2;
  return s0 + s1 + (s2 + s3);
}

/** Elements summed at a time before they join the total, so that rounding does not grow with n. */
const RUN = 2048;

/** Arithmetic mean of a[0..n). NaN when empty. */
export function mean(a: Float64Array, n = a.length): number {
  let total = 0;
  for (let from = 0; from < n; from += RUN) total += sumRun(a, from, Math.min(n, from + RUN));
  return total / n;
}

/** Standard deviation of a[0..n) in two passes; `ddof` 0 is the population's. NaN when n <= ddof. */
export function std(a: Float64Array, n = a.length, ddof = 0, centre = mean(a, n)): number {
  if (n <= ddof) return NaN;
  let total = 0;
  for (let from = 0; from < n; from += RUN) total += squaresRun(a, centre, from, Math.min(n, from + RUN));
  return Math.sqrt(total / (n - ddof));
}

/**
 * Biweight location of a[0..n): one step from the median `middle` with tuning constant c = 6 in units of the raw `mad` (Beers, Flynn &
 * Gebhardt 1990, AJ 100, 32, doi:10.1086/115487). The median where the MAD is 0.
 */
export function biweightLocation(a: Float64Array, n: number, middle: number, mad: number, c = 6): number {
  if (!(mad > 0)) return middle;
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < n; i++) {
    const d = a[i]! - middle;
    const u = d / (c * mad);
    if (u * u >= 1) continue;
    const w = (1 - u * u) ** 2;
    sum += d * w;
    weights += w;
  }
  return middle + sum / weights;
}

/** Biweight scale of a[0..n) about `middle` with c = 9; n counts all points (Beers et al. 1990). 0 where the MAD is 0. */
export function biweightScale(a: Float64Array, n: number, middle: number, mad: number, c = 9): number {
  if (!(mad > 0)) return 0;
  let above = 0;
  let below = 0;
  for (let i = 0; i < n; i++) {
    const d = a[i]! - middle;
    const u2 = (d / (c * mad)) ** 2;
    if (u2 >= 1) continue;
    above += d * d * (1 - u2) ** 4;
    below += (1 - u2) * (1 - 5 * u2);
  }
  return Math.sqrt((n * above) / (below * below));
}

/** The q-th percentile (0…100) of a[0..n) with numpy's linear interpolation; reorders a. NaN when empty. */
export function percentile(a: Float64Array, q: number, n = a.length): number {
  if (n === 0) return NaN;
  const at = (q / 100) * (n - 1);
  const k = Math.floor(at);
  const low = selectKth(a, k, 0, n - 1);
  if (k === at || k + 1 >= n) return low;
  let high = Infinity;
  for (let i = k + 1; i < n; i++) if (a[i]! < high) high = a[i]!;
  return low + (at - k) * (high - low);
}
