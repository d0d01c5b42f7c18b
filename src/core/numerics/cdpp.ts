import { median } from './robust';
import { savitzkyGolaySteps } from './savitzky-golay';
import { clipBoundsSteps } from './sigma-clip';
import { drain } from './steps';

/** The defaults of lightkurve's estimate_cdpp and of the flatten it calls. */
const TRANSIT_CADENCES = 13;
const FILTER_CADENCES = 101;
const FILTER_ORDER = 2;
const OUTLIER_SIGMA = 5;
const BREAK_TOLERANCE = 5;
const ROUNDS = 3;
const FIT_SIGMA = 3;

function std(values: Float64Array): number {
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/** Indices where a step in time is longer than the break tolerance times the median step; 0 first, the length last. */
function segmentsOf(times: Float64Array): number[] {
  const steps = new Float64Array(Math.max(0, times.length - 1));
  for (let i = 0; i < steps.length; i++) steps[i] = times[i + 1]! - times[i]!;
  const longest = BREAK_TOLERANCE * median(steps.slice());
  const starts = [0];
  for (let i = 0; i < steps.length; i++) if (steps[i]! > longest) starts.push(i + 1);
  return [...starts, times.length];
}

/** Savitzky–Golay over cadences, segment by segment; the median of a segment that is too short. */
function smooth(times: Float64Array, values: Float64Array): Float64Array {
  const starts = segmentsOf(times);
  const cadences = new Float64Array(values.length);
  for (let i = 0; i < cadences.length; i++) cadences[i] = i;
  const points = { times: cadences, values, count: values.length, starts: Int32Array.from(starts), timedRows: values.length };
  const trend = drain(savitzkyGolaySteps(cadences, points, FILTER_CADENCES, FILTER_ORDER, 1));
  for (let s = 0; s + 1 < starts.length; s++) {
    const [from, to] = [starts[s]!, starts[s + 1]!];
    if (FILTER_CADENCES > to - from) trend.fill(median(values.slice(from, to)), from, to);
  }
  return trend;
}

/** The straight lines through the points (x, y), continued beyond the ends, at ascending `at`. */
function interpolate(x: Float64Array, y: Float64Array, at: Float64Array): Float64Array {
  const out = new Float64Array(at.length);
  for (let i = 0, k = 1; i < at.length; i++) {
    while (k + 1 < x.length && x[k]! < at[i]!) k++;
    const step = x[k]! - x[k - 1]!;
    out[i] = step > 0 ? y[k - 1]! + ((y[k]! - y[k - 1]!) / step) * (at[i]! - x[k - 1]!) : y[k]!;
  }
  return out;
}

/** The elements where `keep` is 1. */
function taken(values: Float64Array, keep: Uint8Array): Float64Array {
  const out = new Float64Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) if (keep[i] === 1) out[n++] = values[i]!;
  return out.subarray(0, n);
}

/** Values divided by their trend, as lightkurve's flatten finds it; undefined when too few are left to find one. */
function flatten(times: Float64Array, values: Float64Array): Float64Array | undefined {
  const middle = median(values.slice());
  const limit = FIT_SIGMA * std(values);
  let t = times;
  let y = values;
  let keep = new Uint8Array(values.length);
  for (let i = 0; i < y.length; i++) keep[i] = Math.abs(y[i]! - middle) <= limit ? 1 : 0;
  let trend = values;
  for (let round = 0; round < ROUNDS; round++) {
    t = taken(t, keep);
    y = taken(y, keep);
    if (y.length < 2) return undefined;
    const smoothed = smooth(t, y);
    const residuals = new Float64Array(y.length);
    for (let i = 0; i < y.length; i++) residuals[i] = y[i]! - smoothed[i]!;
    const most = FIT_SIGMA * std(residuals) + 1e-14;
    keep = new Uint8Array(y.length);
    for (let i = 0; i < y.length; i++) keep[i] = Math.abs(residuals[i]!) < most ? 1 : 0;
    const good = taken(t, keep);
    if (good.length < 2) return undefined;
    trend = interpolate(good, taken(smoothed, keep), times);
  }
  const flat = new Float64Array(values.length);
  for (let i = 0; i < flat.length; i++) flat[i] = values[i]! / trend[i]!;
  return flat;
}

/**
 * Savitzky–Golay combined differential photometric precision in parts per million, as lightkurve's estimate_cdpp computes it with its defaults:
 * the scatter of the mean of 13 neighbouring cadences after dividing by a trend (Savitzky–Golay over 101 cadences, order 2) and clipping at 5 σ
 * (Gilliland et al. 2011, ApJS 197, 6, doi:10.1088/0067-0049/197/1/6; Van Cleve et al. 2016, PASP 128, 075002,
 * doi:10.1088/1538-3873/128/965/075002). 13 Kepler long cadences are 6.5 h.
 *
 * `values`: fluxes with `offset` added first, in order of time; only finite ones with a finite time where `use` is 1. Cadences are counted, gaps
 * or not, as lightkurve does. NaN when fewer than 13 are left or their level is not positive. O(101 · n).
 */
export function cdpp(times: Float64Array, values: Float64Array, use: Uint8Array, offset = 0): number {
  const good = new Uint8Array(values.length);
  for (let i = 0; i < good.length; i++) good[i] = use[i] === 1 && Number.isFinite(values[i]!) && Number.isFinite(times[i]!) ? 1 : 0;
  const y = taken(values, good);
  for (let i = 0; i < y.length; i++) y[i]! += offset;
  if (y.length < TRANSIT_CADENCES || !(median(y.slice()) > 0)) return NaN;
  const flat = flatten(taken(times, good), y);
  if (!flat) return NaN;
  const options = { sigmaLower: OUTLIER_SIGMA, sigmaUpper: OUTLIER_SIGMA, maxIterations: 5, center: 'median', spread: 'std' } as const;
  const { low, high } = drain(clipBoundsSteps(flat, new Uint8Array(flat.length).fill(1), options));
  for (let i = 0; i < flat.length; i++) good[i] = flat[i]! >= low && flat[i]! <= high ? 1 : 0;
  const clean = taken(flat, good);
  if (clean.length < TRANSIT_CADENCES) return NaN;
  const level = median(clean.slice());
  const means = new Float64Array(clean.length - TRANSIT_CADENCES + 1);
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let k = 0; k < TRANSIT_CADENCES; k++) sum += clean[i + k]!;
    means[i] = sum / TRANSIT_CADENCES / level;
  }
  return 1e6 * std(means);
}
