import type { CurvePoints } from '../numerics/features/curve-points';
import { orderTiesSteps } from '../numerics/features/order-ties';
import { part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Batch, Context } from './definition';
import { usableSteps } from './usable-points';

/** The points a model of the variability is fitted to; ascending in time. */
export interface MeasuredPoints {
  readonly points: CurvePoints & { readonly errors: Float64Array };
  /** Why there is nothing to fit; undefined = there is. */
  readonly reason: string | undefined;
  readonly baseline: number;
}

/** Live rows with a time, a value and an error above 0, in an order that depends on themselves alone; `least` points of different values and times. */
export function* measuredSteps(input: Batch, context: Context, least: number): Generator<Progress, MeasuredPoints> {
  const { hasSpread, ...usable } = yield* part(usableSteps(input, context), 0, 0.5);
  const points = yield* part(orderTiesSteps(usable), 0.5, 1);
  const { times, values, errors } = points;
  const n = times.length;
  const baseline = n > 0 ? times[n - 1]! - times[0]! : 0;
  let reason: string | undefined;
  if (!errors) reason = 'no errors';
  else if (n < least) reason = `fewer than ${least} points`;
  else if (!hasSpread) reason = 'all values are equal';
  else if (!(baseline > 0)) reason = 'all times are equal';
  return { points: { times, values, errors: errors ?? new Float64Array(n) }, reason, baseline };
}
