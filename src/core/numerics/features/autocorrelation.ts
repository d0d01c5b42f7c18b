import type { Progress } from '../../protocol/outcome';
import { fftSteps, powerOfTwo } from '../fft';
import { inBlocks, part } from '../steps';
import type { Moments } from './moments';

/** Lags that are summed one by one before all are had from a Fourier transform. */
const DIRECT = 12;

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
  let first = NaN;
  const most = Math.min(DIRECT, n - 1);
  for (let lag = 1; lag <= most; lag++) {
    let sum = 0;
    const adding = inBlocks(n - lag, (from, to) => {
      for (let i = from; i < to; i++) sum += (values[i]! - mean) * (values[i + lag]! - mean);
    });
    yield* part(adding, (0.3 * (lag - 1)) / most, (0.3 * lag) / most);
    if (lag === 1) first = sum / second;
    if (sum < limit) return { first, length: lag };
  }
  if (n - 1 <= DIRECT) return { first, length: NaN };
  const size = powerOfTwo(2 * n);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const filling = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) re[i] = values[i]! - mean;
  });
  yield* part(filling, 0.3, 0.35);
  yield* part(fftSteps(re, im), 0.35, 0.65);
  const squaring = inBlocks(size, (from, to) => {
    for (let i = from; i < to; i++) {
      re[i] = (re[i]! * re[i]! + im[i]! * im[i]!) / size;
      im[i] = 0;
    }
  });
  yield* part(squaring, 0.65, 0.7);
  yield* part(fftSteps(re, im), 0.7, 1);
  for (let lag = DIRECT + 1; lag < n; lag++) if (re[lag]! < limit) return { first, length: lag };
  return { first, length: NaN };
}
