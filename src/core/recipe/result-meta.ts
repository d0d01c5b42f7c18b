import type { ColumnMeta } from '../model/column';
import { timeUnit } from '../model/time-unit';

/** In what a result is measured: the unit of the light curve's values, durations in the unit of its times, or none. */
type Measure = 'value' | 'value²' | 'duration' | '1/duration' | 'value/duration' | 'time' | undefined;

/** The field's names of results (design: COMMAND-LINE.md), what they are, and what they are measured in. */
const KNOWN: Readonly<Record<string, readonly [Measure, string]>> = {
  period: ['duration', 'best period'],
  period_error: ['duration', 'error of the period'],
  frequency: ['1/duration', 'best frequency'],
  power: [undefined, 'height of the best peak'],
  fap: [undefined, 'false-alarm probability'],
  epoch: ['time', 'epoch'],
  duration: ['duration', 'duration of the transit or eclipse'],
  depth: ['value', 'depth of the transit or eclipse'],
  depth_error: ['value', 'error of the depth'],
  snr: [undefined, 'signal-to-noise ratio'],
  n: [undefined, 'points used'],
  mean: ['value', 'mean'],
  weighted_mean: ['value', 'mean weighted by the errors'],
  median: ['value', 'median'],
  std: ['value', 'standard deviation'],
  mad: ['value', 'median absolute deviation'],
  amplitude: ['value', 'amplitude'],
  skew: [undefined, 'skewness'],
  kurtosis: [undefined, 'kurtosis'],
  stetson_j: [undefined, 'Stetson J'],
  stetson_k: [undefined, 'Stetson K'],
  eta: [undefined, 'von Neumann ratio η'],
  eta_e: [undefined, 'von Neumann ratio for uneven times ηᵉ'],
  beyond_1_std: [undefined, 'share of points beyond one standard deviation'],
  excess_variance: [undefined, 'excess variance'],
  linear_trend: ['value/duration', 'slope of a straight line'],
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
    case 'value²':
      return value && `${value}2`;
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
  // `period_2` is the second best period: measured as the best one.
  const [measure, words] = KNOWN[name] ?? KNOWN[name.replace(/_\d+$/, '')] ?? [undefined, name.replaceAll('_', ' ')];
  return {
    name: band === undefined ? name : `${name} ${band}`,
    unit: unitFor(measure, units),
    description: `${words}${band === undefined ? '' : `, band ${band}`} (${op})`,
  };
}
