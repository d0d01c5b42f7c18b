import { roundHalfEven } from './round-half-even';

/** Periods whose frequencies 1/P are evenly spaced, P ascending: P_k = 1/(highest - step·k). */
export interface BoxPeriods {
  /** Highest frequency, that of the shortest period. */
  readonly highest: number;
  readonly step: number;
  readonly count: number;
}

export interface BoxPeriodOptions {
  readonly shortestDuration: number;
  readonly minimumPeriod: number;
  readonly maximumPeriod: number;
  readonly frequencyFactor: number;
  /** How many; absent = in steps of `frequencyFactor` · shortest duration / baseline². */
  readonly count?: number | undefined;
}

/** astropy's BoxLeastSquares.autoperiod; with `count` the range is divided evenly instead. O(1). */
export function boxPeriods(baseline: number, options: BoxPeriodOptions): BoxPeriods {
  const lowest = 1 / options.maximumPeriod;
  const highest = 1 / options.minimumPeriod;
  if (options.count !== undefined) return { highest, step: options.count > 1 ? (highest - lowest) / (options.count - 1) : 0, count: options.count };
  const step = (options.frequencyFactor * options.shortestDuration) / (baseline * baseline);
  return { highest, step, count: 1 + roundHalfEven((highest - lowest) / step) };
}

/** Every `stride`-th period of the grid. O(count / stride). */
export function listPeriods({ highest, step, count }: BoxPeriods, stride = 1): Float64Array {
  const periods = new Float64Array(Math.ceil(count / stride));
  for (let k = 0; k < periods.length; k++) periods[k] = 1 / (highest - step * k * stride);
  return periods;
}
