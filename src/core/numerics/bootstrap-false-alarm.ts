import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import { gridPowerSteps, type SumMethod } from './fast-lomb-scargle';
import { lowerBound } from './bounds';
import { type FrequencyGrid, LombScargle, type ModelOptions, type Normalization } from './lomb-scargle';
import { part } from './steps';

/** What is searched again and again. */
export interface BootstrapSearch extends ModelOptions {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
  readonly terms: number;
  readonly normalization: Normalization;
  readonly grid: FrequencyGrid;
  readonly method: SumMethod;
}

/**
 * The highest powers of `resamples` light curves with the same times, their values drawn with replacement together with their errors, ascending:
 * astropy's method 'bootstrap' (VanderPlas 2018, ApJS 236, 16, section 7.4.2.3). A draw of equal values has a power of 0. Points are drawn in order of time,
 * so that the order of the rows does not matter. O(resamples · one search).
 */
export function* bootstrapMaximaSteps(search: BootstrapSearch, resamples: number, random: () => number): Generator<Progress, Float64Array> {
  const { times, values, errors, terms, normalization, grid, method } = search;
  const n = times.length;
  const drawn = new Float64Array(n);
  const drawnErrors = errors && new Float64Array(n);
  const maxima = new Float64Array(resamples);
  const order = yield* part(argsortSteps(times), 0, 0);
  for (let k = 0; k < resamples; k++) {
    for (let i = 0; i < n; i++) {
      const from = order[Math.floor(random() * n)]!;
      drawn[order[i]!] = values[from]!;
      if (drawnErrors) drawnErrors[order[i]!] = errors[from]!;
    }
    const prepared = yield* part(LombScargle.prepareSteps(times, drawn, drawnErrors, terms, search), k / resamples, k / resamples);
    const power = yield* part(gridPowerSteps(prepared, grid, method), k / resamples, (k + 1) / resamples);
    let most = 0;
    for (const p of power) if (p > most) most = p;
    maxima[k] = prepared.normalize(most, normalization);
    yield { fraction: (k + 1) / resamples };
  }
  return maxima.sort();
}

/** Share of the maxima that reach `power`. Nothing below 1/resamples can be told from 0. */
export function bootstrapFalseAlarm(maxima: Float64Array, power: number): number {
  return 1 - lowerBound(maxima, power) / maxima.length;
}

/** The power that a share of `probability` of the maxima reaches, by linear interpolation as numpy's percentile; NaN when there are too few to say. */
export function bootstrapLevel(maxima: Float64Array, probability: number): number {
  if (probability * maxima.length < 1) return NaN;
  const at = (1 - probability) * (maxima.length - 1);
  const below = Math.floor(at);
  const above = Math.min(maxima.length - 1, below + 1);
  return maxima[below]! + (at - below) * (maxima[above]! - maxima[below]!);
}
