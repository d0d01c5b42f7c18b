import type { Progress } from '../../protocol/outcome';
import { fftPlanSteps, powerOfTwo, transformSteps } from '../fft';
import { inBlocks, inSumBlocks, part } from '../steps';
import type { Moments } from './moments';

/** Lags that are summed one by one before all are had from a Fourier transform, which costs as much as some 160 of them. */
const DIRECT = 96;

/** Transforms up to this length never pause, so that all curves may share the memory for them. */
const SHARED = 2 ** 14;
let shared = [new Float64Array(0), new Float64Array(0)] as const;

function memoryFor(size: number): readonly [Float64Array, Float64Array] {
  if (size > SHARED) return [new Float64Array(2 * size), new Float64Array(2 * size)];
  if (shared[0].length < 2 * size) shared = [new Float64Array(2 * size), new Float64Array(2 * size)];
  return shared;
}

/** Adds Σ d_i d_{i + lag} over [from, to) for `lag` and the next three to `out`: four at once read every element less often. */
function addProducts(d: Float64Array, lag: number, from: number, to: number, out: Float64Array): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = from, j = from + lag; i < to; i++, j++) {
    const v = d[i]!;
    s0 += v * d[j]!;
    s1 += v * d[j + 1]!;
    s2 += v * d[j + 2]!;
    s3 += v * d[j + 3]!;
  }
  out[0]! += s0;
  out[1]! += s1;
  out[2]! += s2;
  out[3]! += s3;
}

/** The first lag of more than `after` at which the sum of products is below `limit`, by way of the power spectrum of d padded with zeros. */
function* spectralSteps(d: Float64Array, n: number, after: number, limit: number): Generator<Progress, number> {
  const size = powerOfTwo(2 * n);
  const plan = yield* part(fftPlanSteps(size), 0, 0);
  const { order } = plan;
  const [data, power] = memoryFor(size);
  data.fill(0, 0, 2 * size);
  if (size > SHARED) yield { fraction: 0 };
  power.fill(0, 0, 2 * size);
  const filling = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) data[2 * i] = d[i]!;
  });
  yield* part(filling, 0, 0.05);
  yield* part(transformSteps(plan, data), 0.05, 0.45);
  const squaring = inBlocks(size, (from, to) => {
    for (let p = from; p < to; p++) power[2 * order[p]!] = (data[2 * p]! * data[2 * p]! + data[2 * p + 1]! * data[2 * p + 1]!) / size;
  });
  yield* part(squaring, 0.45, 0.55);
  yield* part(transformSteps(plan, power), 0.55, 0.95);
  let first = n;
  const looking = inBlocks(size, (from, to) => {
    for (let p = from; p < to; p++) if (order[p]! > after && order[p]! < first && power[2 * p]! < limit) first = order[p]!;
  });
  yield* part(looking, 0.95, 1);
  return first < n ? first : NaN;
}

export interface Autocorrelation {
  /** Σ d_i d_{i+1} / Σ d_i². */
  readonly first: number;
  /** The first lag, in points, at which it is below 1/e; NaN when no lag is. */
  readonly length: number;
}

/**
 * Autocorrelation of the values in order of time, d = y - mean, divided by that at lag 0 (the biased estimate, as statsmodels' acf); uneven times
 * are not looked at (Kim et al. 2011, ApJ 735, 68, doi:10.1088/0004-637X/735/2/68). O(n log n).
 */
export function* autocorrelationSteps(values: Float64Array, { n, mean, second }: Moments): Generator<Progress, Autocorrelation> {
  const limit = second / Math.E;
  // Zeros beyond the end stand in for the points that late lags lack.
  const d = new Float64Array(n + DIRECT + 4);
  const centring = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) d[i] = values[i]! - mean;
  });
  yield* part(centring, 0, 0.05);
  let first = NaN;
  const sums = new Float64Array(4);
  for (let lag = 1; lag <= DIRECT && lag < n; lag += 4) {
    sums.fill(0);
    const adding = inSumBlocks(n - lag, (from, to) => addProducts(d, lag, from, to, sums));
    yield* part(adding, 0.05 + 0.35 * ((lag - 1) / DIRECT), 0.05 + 0.35 * Math.min(1, (lag + 3) / DIRECT));
    if (lag === 1) first = sums[0]! / second;
    for (let k = 0; k < 4 && lag + k < n; k++) if (sums[k]! < limit) return { first, length: lag + k };
  }
  return { first, length: n > DIRECT + 1 ? yield* part(spectralSteps(d, n, DIRECT, limit), 0.4, 1) : NaN };
}
