import type { Progress } from '../protocol/outcome';
import { type Sample, mean, medianDeviationSteps, medianSteps, std } from './robust';
import { part } from './steps';

export type NormalizeMethod = 'min-max' | 'z-score' | 'robust' | 'decimal' | 'median';

/** normalised = (value - offset) / scale, so value = normalised · scale + offset. */
export interface Scaling {
  readonly offset: number;
  readonly scale: number;
  /** Median and standard deviation, where the method computes them. */
  readonly median?: number;
  readonly std?: number;
}

/** 1 / Φ⁻¹(3/4) to the four digits by which the robust z-score is defined. */
const ROBUST = 0.6745;

/** Smallest power of ten above all |values|. */
function decimalScale(largest: number): number {
  if (!(largest > 0)) return 1;
  // Start one below the logarithm's answer: it may be a rounding error off on either side.
  let j = Math.floor(Math.log10(largest)) - 1;
  while (largest / 10 ** j >= 1) j++;
  return 10 ** j;
}

/**
 * Offset and scale of a normalisation from a sample of finite values (reordered): min-max to [0, 1]; z-score with the population's standard
 * deviation; robust, 0.6745 (x - median)/MAD; decimal, by the smallest power of ten that brings all below 1; median, by division. NaN when
 * the sample is empty; the scale is 0 when the values do not spread, or so little that
 * dividing by it overflows.
 */
export function* scalingSteps(sample: Sample, method: NormalizeMethod): Generator<Progress, Scaling> {
  const { values, n } = sample;
  if (n === 0) return { offset: NaN, scale: NaN };
  if (method === 'z-score') {
    const centre = mean(values, n);
    yield { fraction: 0.3 };
    const { low, high } = extent(values, n);
    yield { fraction: 0.6 };
    // Equal values would get a spread of rounding errors.
    return { offset: centre, scale: low === high ? 0 : std(values, n, 0, centre) };
  }
  if (method === 'min-max' || method === 'decimal') {
    const { low, high } = extent(values, n);
    return method === 'min-max' ? { offset: low, scale: high - low } : { offset: 0, scale: decimalScale(Math.max(Math.abs(low), Math.abs(high))) };
  }
  const middle = yield* part(medianSteps(values, n), 0, 0.5);
  if (method === 'median') return { offset: 0, scale: middle, median: middle, std: std(values, n) };
  const { low, high } = extent(values, n);
  const mad = yield* part(medianDeviationSteps(values, n, middle, new Float64Array(n)), 0.5, 1);
  // A spread by which the range cannot be divided (subnormal beside the values) is none.
  const scale = (high - low) / (mad / ROBUST) < Infinity ? mad / ROBUST : 0;
  return { offset: middle, scale, median: middle };
}

function extent(values: Float64Array, n: number): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < n; i++) {
    const v = values[i]!;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return { low, high };
}
