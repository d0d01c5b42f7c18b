import { inBlocks } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Batch, Context } from './definition';

/** What a search for a period works on. */
export interface UsablePoints {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
  /** Row of the batch that each point is. */
  readonly rows: Uint32Array;
  /** Whether any two values differ. */
  readonly hasSpread: boolean;
}

/** The live rows with a finite time and value, and with an error above 0 when errors are bound (and wanted). */
export function* usableSteps(input: Batch, context: Context, options = { withErrors: true }): Generator<Progress, UsablePoints> {
  const [t, y] = [input.role('time')!, input.role('value')!];
  const e = options.withErrors ? input.role('error') : undefined;
  const times = new Float64Array(input.length);
  const values = new Float64Array(input.length);
  const errors = e && new Float64Array(input.length);
  const rows = new Uint32Array(input.length);
  let n = 0;
  let badErrors = 0;
  let hasSpread = false;
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (input.live[i] !== 1 || t[i]! - t[i]! !== 0 || y[i]! - y[i]! !== 0) continue;
      if (errors) {
        const error = e[i]!;
        if (!(error > 0) || error === Infinity) {
          badErrors++;
          continue;
        }
        errors[n] = error;
      }
      rows[n] = i;
      times[n] = t[i]!;
      values[n] = y[i]!;
      if (values[n] !== values[0]) hasSpread = true;
      n++;
    }
  });
  if (badErrors > 0)
    context.alert({
      severity: 'warning',
      message: 'rows without an error above 0 are left out',
      rows: badErrors,
      hint: 'unbind the error column to use them',
    });
  return { times: times.subarray(0, n), values: values.subarray(0, n), errors: errors?.subarray(0, n), rows: rows.subarray(0, n), hasSpread };
}
