import type { Role } from '../model/column';
import { type DetrendApply, detrendSteps } from '../numerics/detrend';
import { medianSteps } from '../numerics/robust';
import { inBlocks, part } from '../numerics/steps';
import { type FitPoints, fitPointsSteps } from '../numerics/time-segments';
import type { Progress } from '../protocol/outcome';
import { DIVIDED_ERROR, detrendedColumnsSteps, trendColumns } from './detrended-columns';
import type { Batch, Context, Effect, OperationDef } from './definition';
import { isMagnitude } from './params';
import { type TransitMask, transitMaskSteps } from './transit-mask';

export interface TrendParams extends Partial<TransitMask> {
  /** 0 = no window: without a break tolerance all points are one segment. */
  readonly window: number;
  readonly breakTolerance: number;
  readonly apply: DetrendApply;
}

/** The trend at every row of the batch with a time, from the points it is fitted to. */
export type TrendFit = (times: Float64Array, points: FitPoints) => Generator<Progress, Float64Array>;

/** What all definitions of trends say alike. */
export const trendShape = {
  inputs: [{ role: 'time', title: 'Time' }, { role: 'value', title: 'Value' }, DIVIDED_ERROR],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  produces: ({ apply }: { readonly apply: DetrendApply }, nameOf: (role: Role) => string | undefined) => ({ columns: trendColumns(apply, nameOf) }),
} as const satisfies Partial<Omit<OperationDef, 'produces'>> & Record<'produces', unknown>;

/** Rows between [from, to) whose trend is missing though they have a time; blanks the rows outside `where`. */
function restrict(trend: Float64Array, times: Float64Array, inside: Uint8Array, from: number, to: number): { timeless: number; empty: number } {
  let timeless = 0;
  let empty = 0;
  for (let i = from; i < to; i++) {
    if (inside[i] === 0) trend[i] = NaN;
    else if (times[i]! - times[i]! !== 0) timeless++;
    else if (trend[i] !== trend[i]) empty++;
  }
  return { timeless, empty };
}

/**
 * What all trends share: fit the live points, evaluate at every row inside, take the trend out. Flagged rows, rows with a missing value and
 * those in masked transits are not used in the fit; the trend is still given there. With `weights` (one a row) rows without a positive one
 * are not used either.
 */
export function* trendKernel(
  input: Batch,
  params: TrendParams,
  context: Context,
  fit: TrendFit,
  weights?: Float64Array,
): Generator<Progress, Effect> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const unit = input.unit(input.nameOf('value')!);
  if (params.apply !== 'subtract' && isMagnitude(unit))
    context.alert({ severity: 'warning', message: `values in ${unit} are divided by their trend`, hint: 'subtract the trend from magnitudes' });
  const masked = yield* part(transitMaskSteps(times, params), 0, 0.02);
  const tolerance = params.breakTolerance || params.window / 2 || Infinity;
  const points = yield* part(fitPointsSteps(times, values, input.live, tolerance, { masked, weights }), 0.02, 0.05);
  if (points.count === 0 && input.length > 0)
    context.alert({
      severity: 'warning',
      message: 'no usable points to fit a trend to',
      rows: input.length,
      hint: 'check the time and value columns',
    });
  const segments = points.starts.length - 1;
  if (points.count > 2 && segments > points.count / 2)
    context.alert({
      severity: 'warning',
      message: 'most points stand alone between gaps longer than the break tolerance: they are their own trend',
      rows: points.count,
      hint: 'widen the window, or raise the break tolerance',
    });
  yield { fraction: 0.05 };
  const trend = yield* part(fit(times, points), 0.05, 0.9);
  let timeless = 0;
  let empty = 0;
  const restricting = inBlocks(input.length, (from, to) => {
    const counts = restrict(trend, times, input.inside, from, to);
    timeless += counts.timeless;
    empty += counts.empty;
  });
  yield* part(restricting, 0.9, 0.92);
  const level = params.apply === 'divide-keep-level' ? yield* part(medianSteps(points.values.slice(0, points.count)), 0.92, 0.96) : NaN;
  const detrended = yield* part(detrendSteps(values, trend, params.apply, level), 0.96, 0.98);
  if (timeless > 0) context.alert({ severity: 'info', message: 'rows without a time have no trend', rows: timeless });
  if (empty > 0 && points.count > 0)
    context.alert({
      severity: 'warning',
      message: 'rows have too few points near them for a trend',
      rows: empty,
      hint: 'widen the window, or lower the order',
    });
  if (detrended.zeros > 0)
    context.alert({ severity: 'warning', message: 'rows have a trend of 0 to divide by: left missing', rows: detrended.zeros });
  const words = { trendIs: 'trend', levelIs: 'median value' };
  const made = { trend, detrended: detrended.values, apply: params.apply, levelOf: () => level, ...words };
  return { columns: yield* part(detrendedColumnsSteps(input, made), 0.98, 1) };
}
