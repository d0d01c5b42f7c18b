import type { Role } from '../model/column';
import { FWHM, gaussianSmoothSteps } from '../numerics/gaussian-smooth';
import { lowessSteps } from '../numerics/lowess';
import { movingAverageSteps } from '../numerics/moving-average';
import { movingMedianSteps } from '../numerics/moving-median';
import { savitzkyGolaySteps } from '../numerics/savitzky-golay';
import { inBlocks, part } from '../numerics/steps';
import { type FitPoints, cadenceSteps, fitPointsSteps } from '../numerics/time-segments';
import { AppError, type Progress } from '../protocol/outcome';
import type { Batch, Context, Effect } from './definition';

export interface SmoothParams {
  readonly method: 'mean' | 'median' | 'savgol' | 'gaussian' | 'lowess';
  readonly window: number;
  readonly order: number;
  readonly iterations: number;
  readonly fraction?: number | undefined;
  readonly errorWeights: boolean;
  readonly breakTolerance: number;
}

/** `<value>_smoothed`. */
export function smoothedColumn(nameOf: (role: Role) => string | undefined): string {
  return `${nameOf('value') ?? 'value'}_smoothed`;
}

/** 1/error² a row, NaN where the error is not above 0; how many live rows with a value that costs. */
function* weightSteps(input: Batch): Generator<Progress, { readonly weights: Float64Array; readonly left: number }> {
  const errors = input.role('error')!;
  const values = input.role('value')!;
  const weights = new Float64Array(input.length);
  let left = 0;
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const e = errors[i]!;
      weights[i] = e > 0 && e < Infinity ? 1 / (e * e) : NaN;
      if (weights[i] !== weights[i] && input.live[i] === 1 && values[i]! - values[i]! === 0) left++;
    }
  });
  return { weights, left };
}

function* savgolSteps(times: Float64Array, points: FitPoints, { window, order }: SmoothParams): Generator<Progress, Float64Array> {
  const cadence = yield* part(cadenceSteps(points), 0, 0.05);
  if (points.count > 1 && cadence > 0 && window / cadence < order)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid window: ${window} (must hold more than ${order} points; the cadence is ${cadence.toPrecision(4)})`,
      hint: 'widen the window, or lower the order',
    });
  return yield* part(savitzkyGolaySteps(times, points, window, order, cadence), 0.05, 1);
}

function curveSteps(times: Float64Array, points: FitPoints, params: SmoothParams): Generator<Progress, Float64Array> {
  const { method, window, iterations, fraction } = params;
  switch (method) {
    case 'mean':
      return movingAverageSteps(times, points, window);
    case 'median':
      return movingMedianSteps(times, points, window);
    case 'savgol':
      return savgolSteps(times, points, params);
    case 'gaussian':
      return gaussianSmoothSteps(times, points, window / FWHM);
    case 'lowess': {
      if (fraction === undefined) return lowessSteps(times, points, { half: window / 2, iterations });
      // statsmodels' count of neighbours, with its guard against rounding.
      return lowessSteps(times, points, { neighbours: Math.max(2, Math.floor(fraction * points.count + 1e-10)), iterations });
    }
  }
}

/** Smooths the live points of a light curve; the curve is given at every row inside that has a time and a value. */
export function* smoothKernel(input: Batch, params: SmoothParams, context: Context): Generator<Progress, Effect> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const { weights, left } = params.errorWeights ? yield* part(weightSteps(input), 0, 0.02) : { weights: undefined, left: 0 };
  const tolerance = params.breakTolerance || (params.fraction === undefined ? params.window / 2 : Infinity);
  const points = yield* part(fitPointsSteps(times, values, input.live, tolerance, { weights }), 0.02, 0.06);
  const curve = yield* part(curveSteps(times, points, params), 0.06, 0.96);
  let timeless = 0;
  let empty = 0;
  const restricting = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      if (input.inside[i] === 0 || v - v !== 0) curve[i] = NaN;
      else if (times[i]! - times[i]! !== 0) timeless++;
      else if (curve[i] !== curve[i]) empty++;
    }
  });
  yield* part(restricting, 0.96, 1);
  if (left > 0) context.alert({ severity: 'info', message: 'rows without an error above 0 are left out', rows: left, column: input.nameOf('error') });
  if (timeless > 0) context.alert({ severity: 'info', message: 'rows without a time are not smoothed', rows: timeless });
  tellEmpty(input, points, empty, context);
  const unit = input.unit(input.nameOf('value')!);
  return {
    columns: [{ name: smoothedColumn(input.nameOf), type: 'float64', unit, description: `${params.method} in a window of time`, values: curve }],
  };
}

function tellEmpty(input: Batch, points: FitPoints, empty: number, context: Context): void {
  if (points.count === 0 && input.length > 0)
    context.alert({ severity: 'warning', message: 'no usable points to smooth', rows: input.length, hint: 'check the time and value columns' });
  else if (empty > 0)
    context.alert({
      severity: 'warning',
      message: 'rows have too few points in their window to be smoothed',
      rows: empty,
      hint: 'widen the window, or lower the order',
    });
  const segments = points.starts.length - 1;
  if (points.count > 2 && segments > points.count / 2)
    context.alert({
      severity: 'warning',
      message: 'most points stand alone between gaps longer than the break tolerance: they are not smoothed',
      rows: points.count,
      hint: 'widen the window, or raise the break tolerance',
    });
}
