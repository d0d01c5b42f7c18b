import type { Progress } from '../../protocol/outcome';
import { fftSteps, powerOfTwo } from '../fft';
import { inBlocks, part } from '../steps';
import type { Moments } from './moments';

/** Lags that are summed one by one before all are had from a Fourier transform. */
const DIRECT = 32;

/** Σ d_i d_{i + lag} over [from, to), in independent sums: the processor then need not wait for each addition. */
function products(d: Float64Array, lag: number, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    s0 += d[i]! * d[i + lag]!;
    s1 += d[i + 1]! * d[i + 1 + lag]!;
    s2 += d[i + 2]! * d[i + 2 + lag]!;
    s3 += d[i + 3]! * d[i + 3 + lag]!;
  }
  for (; i < to; i++) s0 += d[i]! * d[i + lag]!;
  return s0 + s1 + s2 + s3;
}

/** The whole autocorrelation of d, not divided by anything, from the power spectrum of d padded with zeros. */
function* spectralSteps(d: Float64Array): Generator<Progress, Float64Array> {
  const size = powerOfTwo(2 * d.length);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  re.set(d);
  yield* part(fftSteps(re, im), 0, 0.45);
  const squaring = inBlocks(size, (from, to) => {
    for (let i = from; i < to; i++) {
      re[i] = (re[i]! * re[i]! + im[i]! * im[i]!) / size;
      im[i] = 0;
    }
  });
  yield* part(squaring, 0.45, 0.55);
  yield* part(fftSteps(re, im), 0.55, 1);
  return re;
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
  const d = new Float64Array(n);
  const centring = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) d[i] = values[i]! - mean;
  });
  yield* part(centring, 0, 0.05);
  let first = NaN;
  const most = Math.min(DIRECT, n - 1);
  for (let lag = 1; lag <= most; lag++) {
    let sum = 0;
    const adding = inBlocks(n - lag, (from, to) => {
      sum += products(d, lag, from, to);
    });
    yield* part(adding, 0.05 + (0.35 * (lag - 1)) / most, 0.05 + (0.35 * lag) / most);
    if (lag === 1) first = sum / second;
    if (sum < limit) return { first, length: lag };
  }
  if (n - 1 <= DIRECT) return { first, length: NaN };
  const all = yield* part(spectralSteps(d), 0.4, 1);
  for (let lag = DIRECT + 1; lag < n; lag++) if (all[lag]! < limit) return { first, length: lag };
  return { first, length: NaN };
}
