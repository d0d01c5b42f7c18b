import { Type } from '@sinclair/typebox';
import { clippedRidgeSteps } from '../numerics/clipped-ridge';
import { type DetrendApply, detrendSteps } from '../numerics/detrend';
import type { RidgeSystem } from '../numerics/least-squares';
import { medianSteps } from '../numerics/robust';
import { inBlocks, part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Batch, Context, NewColumn } from './definition';
import { isMagnitude } from './params';
import { type TransitMask, transitMaskSteps } from './transit-mask';
import { detrendedColumnsSteps } from './detrended-columns';

export interface RegressionParams extends Partial<TransitMask> {
  readonly alpha: number;
  readonly sigma: number;
  readonly iterations: number;
}

/** Clipping of residuals: the same for every regression on known regressors. */
export const clipFitParams = {
  sigma: Type.Number({
    title: 'Clip',
    description: 'Points whose residual is further than this many standard deviations from the median residual are left out of the next fit.',
    default: 5,
    exclusiveMinimum: 0,
    unit: 'σ',
    origin: 'lightkurve',
    slider: [2, 10],
  }),
  iterations: Type.Integer({
    title: 'Fits',
    description: 'At most so many fits, with outliers clipped between them; 1 = nothing is clipped.',
    default: 5,
    minimum: 1,
    maximum: 100,
    origin: 'lightkurve: niters',
    slider: [1, 10],
  }),
};

export interface Regressed {
  /** The fitted model at every row, its constant included; NaN where a regressor is missing. */
  readonly model: Float64Array;
  /** Weight of each row in the first fit: (median error / error)², 0 where it took no part. */
  readonly weights: Float64Array;
  /** Median error of the rows that took part; 1 without errors. */
  readonly medianError: number;
  readonly points: number;
  readonly clipped: number;
  /** Regressors that do not vary or repeat others. */
  readonly dropped: readonly number[];
  /** The regressors with these weights, ready for other values. */
  readonly system: RidgeSystem;
}

/** Weights, and how many live values were left out because of their error or of a missing regressor. */
interface Weighed {
  readonly weights: Float64Array;
  readonly medianError: number;
  readonly points: number;
  readonly badErrors: number;
  readonly uncovered: number;
}

function* weightsSteps(input: Batch, columns: readonly Float64Array[], masked: Uint8Array | undefined): Generator<Progress, Weighed> {
  const values = input.role('value')!;
  const errors = input.role('error');
  const weights = new Float64Array(input.length);
  const used = new Float64Array(input.length);
  let [points, badErrors, uncovered] = [0, 0, 0];
  const collecting = inBlocks(
    input.length,
    (from, to) => {
      for (let i = from; i < to; i++) {
        const v = values[i]!;
        if (input.live[i] !== 1 || v - v !== 0 || masked?.[i] === 1) continue;
        const e = errors ? errors[i]! : 1;
        if (!(e > 0 && e < Infinity)) {
          badErrors++;
          continue;
        }
        let isCovered = true;
        for (const column of columns) if (column[i]! - column[i]! !== 0) isCovered = false;
        if (!isCovered) {
          uncovered++;
          continue;
        }
        weights[i] = e;
        used[points++] = e;
      }
    },
    65536,
  );
  yield* part(collecting, 0, 0.5);
  const medianError = points > 0 ? yield* part(medianSteps(used, points), 0.5, 0.8) : 1;
  const inverting = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) if (weights[i]! > 0) weights[i] = (medianError / weights[i]!) ** 2;
  });
  yield* part(inverting, 0.8, 1);
  return { weights, medianError, points, badErrors, uncovered };
}

function report(w: Weighed, names: readonly string[], dropped: readonly number[], context: Context): void {
  if (w.badErrors > 0)
    context.alert({ severity: 'warning', message: 'rows whose error is missing or not above 0 are not used in the fit', rows: w.badErrors });
  if (w.uncovered > 0) context.alert({ severity: 'info', message: 'rows without all regressors are not used in the fit', rows: w.uncovered });
  if (w.points > 0 && w.points <= names.length + 1)
    context.alert({
      severity: 'warning',
      message: 'too few points for so many regressors and a constant',
      rows: w.points,
      hint: 'use fewer regressors',
    });
  if (w.points > 0 && dropped.length > 0) {
    const list = dropped.map((k) => names[k]!).join(', ');
    context.alert({ severity: 'warning', message: `not varying, or combinations of the others, so left out: ${list}` });
  }
}

/**
 * Weighted ridge regression of the values on columns of the batch's length: weights from the errors, a Gaussian prior of
 * σ = median(error) / √alpha on every coefficient (none on the constant), outliers clipped between fits. Flagged rows, rows in masked transits and rows
 * with something missing take no part.
 */
export function* regressionSteps(
  input: Batch,
  regressors: { readonly names: readonly string[]; readonly columns: readonly Float64Array[] },
  params: RegressionParams,
  context: Context,
): Generator<Progress, Regressed> {
  const { names, columns } = regressors;
  const values = input.role('value')!;
  const times = input.role('time');
  const masked = times ? yield* part(transitMaskSteps(times, params), 0, 0.05) : undefined;
  const weighed = yield* part(weightsSteps(input, columns, masked), 0.05, 0.2);
  const { weights, medianError, points } = weighed;
  // With weights counted in units of the median error the prior's 1/σ² is alpha itself.
  const precision = names.map(() => params.alpha);
  const fitting = clippedRidgeSteps({ columns, values, weights, precision }, params.sigma, params.iterations);
  const { fit, model, clipped, system } = yield* part(fitting, 0.2, 1);
  report(weighed, names, fit.dropped, context);
  return { model, weights, medianError, points, clipped, dropped: fit.dropped, system };
}

/** Median of the model over the live rows that have a value. */
function* levelSteps(input: Batch, model: Float64Array): Generator<Progress, number> {
  const values = input.role('value')!;
  const used = new Float64Array(input.length);
  let n = 0;
  const collecting = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) if (input.live[i] === 1 && values[i]! - values[i]! === 0 && model[i]! - model[i]! === 0) used[n++] = model[i]!;
  });
  yield* part(collecting, 0, 0.3);
  return yield* part(medianSteps(used, n), 0.3, 1);
}

/**
 * `<value>_trend`, `<value>_detrended` (and errors divided with them) of a fitted model. Subtracted, the trend is model - median(model), so that the values keep their level;
 * divided, it is the model itself, and `divide-keep-level` multiplies by its median. Rows outside `where` stay missing.
 */
export function* takeOutSteps(input: Batch, model: Float64Array, apply: DetrendApply, context: Context): Generator<Progress, readonly NewColumn[]> {
  const values = input.role('value')!;
  const unit = input.unit(input.nameOf('value')!);
  if (apply !== 'subtract' && isMagnitude(unit))
    context.alert({ severity: 'warning', message: `values in ${unit} are divided by their trend`, hint: 'subtract the trend from magnitudes' });
  const level = yield* part(levelSteps(input, model), 0, 0.4);
  const trend = new Float64Array(input.length);
  const offset = apply === 'subtract' ? level : 0;
  let empty = 0;
  const shifting = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      trend[i] = input.inside[i] === 1 ? model[i]! - offset : NaN;
      if (input.inside[i] === 1 && model[i]! !== model[i]!) empty++;
    }
  });
  yield* part(shifting, 0.4, 0.6);
  const detrended = yield* part(detrendSteps(values, trend, apply, level), 0.6, 0.9);
  if (empty > 0) context.alert({ severity: 'warning', message: 'rows have no trend: something to fit is missing there', rows: empty });
  if (detrended.zeros > 0)
    context.alert({ severity: 'warning', message: 'rows have a trend of 0 to divide by: left missing', rows: detrended.zeros });
  const words = { trendIs: apply === 'subtract' ? 'trend about 0' : 'trend', levelIs: 'median trend' };
  const made = { trend, detrended: detrended.values, apply, levelOf: () => level, ...words };
  return yield* part(detrendedColumnsSteps(input, made), 0.9, 1);
}
