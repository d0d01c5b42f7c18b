import type { Progress } from '../../protocol/outcome';
import { argsortSteps } from '../argsort';
import { part } from '../steps';
import type { CurvePoints } from './curve-points';

/** End of the run of equal times that begins at `from`. */
function endOfRun(times: Float64Array, from: number): number {
  let to = from + 1;
  while (to < times.length && times[to] === times[from]) to++;
  return to;
}

function hasTies(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i] === times[i - 1]) return true;
  return false;
}

/** `order` applied to a[from, from + order.length). */
function reorder(a: Float64Array, from: number, order: Uint32Array): void {
  a.set(
    Float64Array.from(order, (k) => a[from + k]!),
    from,
  );
}

/**
 * Points in an order that depends on nothing but themselves: times ascend already; points of one time are put in order of value, then of error. The
 * same object when no two times are equal. O(n), O(n log n) for many ties.
 */
export function* orderTiesSteps(points: CurvePoints): Generator<Progress, CurvePoints> {
  const { times } = points;
  if (!hasTies(times)) return points;
  const values = points.values.slice();
  const errors = points.errors?.slice();
  const orderOf = (run: Float64Array, share: number): Generator<Progress, Uint32Array> => part(argsortSteps(run), share, share);
  let since = 0;
  for (let from = 0; from < times.length;) {
    const to = endOfRun(times, from);
    if (to - from > 1) {
      if (errors) {
        const byError = yield* orderOf(errors.subarray(from, to), from / times.length);
        reorder(errors, from, byError);
        reorder(values, from, byError);
      }
      const byValue = yield* orderOf(values.subarray(from, to), from / times.length);
      reorder(values, from, byValue);
      if (errors) reorder(errors, from, byValue);
    }
    since += to - from;
    if (since > 2 ** 15) {
      since = 0;
      yield { fraction: to / times.length };
    }
    from = to;
  }
  return { times, values, errors };
}
