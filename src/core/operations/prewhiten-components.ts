import { falseAlarm } from '../numerics/false-alarm';
import { gridPowerSteps } from '../numerics/fast-lomb-scargle';
import { LombScargle } from '../numerics/lomb-scargle';
import { lombScarglePeaksSteps } from '../numerics/lomb-scargle-peaks';
import { type Sinusoids, addSinusoidsSteps, fitSinusoidsSteps } from '../numerics/sinusoids';
import { inBlocks, part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Context } from './definition';
import { type GridParams, MOST_FREQUENCIES, falseAlarmSetting, searchGrid } from './search-grid';
import type { UsablePoints } from './usable-points';

/** Parameters of `periods.prewhiten`. */
export interface PrewhitenParams extends GridParams {
  readonly period?: number | undefined;
  readonly count: number;
  readonly terms: number;
  readonly refits: number;
  readonly falseAlarmLimit: number;
  readonly method: 'auto' | 'fast' | 'exact';
}

/** A periodic component as it is reported. */
export interface Component extends Sinusoids {
  readonly fap: number | undefined;
  /** Standard deviation of what is left. */
  readonly rest: number;
}

/** The strongest frequency of what is left, and the false-alarm probability of the highest peak for one term. */
function* searchSteps(
  { times, errors }: UsablePoints,
  rest: Float64Array,
  params: PrewhitenParams,
): Generator<Progress, { frequency: number; fap: number } | undefined> {
  const { terms, method } = params;
  let frequency: number | undefined;
  let fap = NaN;
  for (const used of terms === 1 ? [1] : [1, terms]) {
    const from = used === 1 ? 0 : 0.3;
    const search = yield* part(LombScargle.prepareSteps(times, rest, errors, used), from, from + 0.05);
    if (!(search.baseline > 0) || !(search.variance > 0)) return undefined;
    const grid = searchGrid(search.baseline, search.points, params, MOST_FREQUENCIES);
    const power = yield* part(gridPowerSteps(search, grid, method), from + 0.05, used === terms ? 0.9 : 0.25);
    const [peak] = yield* part(lombScarglePeaksSteps(search, grid, power, 1), used === terms ? 0.9 : 0.25, used === terms ? 1 : 0.3);
    if (!peak) return undefined;
    frequency = peak.frequency;
    if (used === 1) fap = falseAlarm(peak.power, falseAlarmSetting(search, grid, 'standard'));
  }
  return frequency === undefined ? undefined : { frequency, fap };
}

function* deviationSteps(values: Float64Array): Generator<Progress, number> {
  let [sum, squares] = [0, 0];
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) sum += values[i]!;
  });
  const mean = sum / values.length;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) squares += (values[i]! - mean) ** 2;
  });
  return Math.sqrt(squares / values.length);
}

/** The frequency where the exact power is highest within half a peak's width of a known one. */
function* nearbySteps({ times, errors }: UsablePoints, values: Float64Array, frequency: number, terms: number): Generator<Progress, number> {
  const search = yield* part(LombScargle.prepareSteps(times, values, errors, terms), 0, 0.1);
  const step = 1 / (10 * search.baseline);
  const grid = { first: frequency - 5 * step, step, count: 11 };
  const power = yield* part(search.powerSteps(grid), 0.1, 0.5);
  const [peak] = yield* part(lombScarglePeaksSteps(search, grid, power, 1), 0.5, 1);
  return peak && !peak.isEnd ? peak.frequency : frequency;
}

/** Fits every component again to what the others leave; `rest` is what all leave, before and after. */
function* refitSteps(points: UsablePoints, rest: Float64Array, components: Component[], params: PrewhitenParams): Generator<Progress, void> {
  const { times, errors } = points;
  const total = params.refits * components.length;
  for (let n = 0; n < total; n++) {
    const k = n % components.length;
    const old = components[k]!;
    const [from, to] = [n / total, (n + 1) / total];
    yield* part(addSinusoidsSteps(old, times, 1, rest), from, from);
    const isGiven = k === 0 && params.period !== undefined;
    const frequency = isGiven ? old.frequency : yield* part(nearbySteps(points, rest, old.frequency, params.terms), from, to);
    const fit = (yield* part(fitSinusoidsSteps(times, rest, errors, frequency, params.terms), to, to)) ?? old;
    yield* part(addSinusoidsSteps(fit, times, -1, rest), to, to);
    components[k] = { ...old, ...fit };
  }
}

/** The components, one after the other, each fitted to what those before it left. */
export function* componentsSteps(points: UsablePoints, params: PrewhitenParams, context: Context): Generator<Progress, Component[]> {
  const { times, errors } = points;
  const { period, count, terms } = params;
  const rest = points.values.slice();
  const components: Component[] = [];
  const scatter = yield* part(deviationSteps(rest), 0, 0);
  let left = scatter;
  for (let n = 0; n < count; n++) {
    const [from, to] = [n / count, (n + 1) / count];
    const isGiven = n === 0 && period !== undefined;
    const found = isGiven ? { frequency: 1 / period, fap: undefined } : yield* part(searchSteps(points, rest, params), from, from + 0.8 / count);
    // What is left of a perfect fit is rounding.
    if (!found || left < 1e-12 * scatter) {
      context.alert({ severity: 'info', message: `nothing is left after ${n} of ${count} components` });
      break;
    }
    if (found.fap !== undefined && found.fap > params.falseAlarmLimit) {
      context.alert({
        severity: 'info',
        message: `stopped after ${n} of ${count} components: the next peak has a false-alarm probability above ${params.falseAlarmLimit}`,
        hint: 'raise the false-alarm limit to go on',
      });
      break;
    }
    const fit = yield* part(fitSinusoidsSteps(times, rest, errors, found.frequency, terms), from + 0.8 / count, from + 0.9 / count);
    if (!fit) {
      context.alert({
        severity: 'warning',
        message: 'the points do not tell the harmonics apart: nothing taken out',
        hint: 'use fewer terms, or another period',
      });
      break;
    }
    yield* part(addSinusoidsSteps(fit, times, -1, rest), from + 0.9 / count, from + 0.92 / count);
    components.push({ ...fit, fap: found.fap, rest: 0 });
    if (n > 0) yield* part(refitSteps(points, rest, components, params), from + 0.92 / count, to);
    left = yield* part(deviationSteps(rest), to, to);
    components[n] = { ...components[n]!, rest: left };
  }
  return components;
}
