import type { Role } from '../model/column';
import type { DetrendApply } from '../numerics/detrend';
import { inBlocks } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Batch, NewColumn } from './definition';

/** The role that operations with {@link detrendedColumnsSteps} read besides their own. */
export const DIVIDED_ERROR = { role: 'error', title: 'Error', optional: true } as const;

/** `<value>_trend` and `<value>_detrended`; `<error>_detrended` where there are errors and the values are divided. */
export function trendColumns(apply: DetrendApply, nameOf: (role: Role) => string | undefined): readonly string[] {
  const value = nameOf('value') ?? 'value';
  const error = nameOf('error');
  return [`${value}_trend`, `${value}_detrended`, ...(error !== undefined && apply !== 'subtract' ? [`${error}_detrended`] : [])];
}

export interface TakenOut {
  readonly trend: Float64Array;
  readonly detrended: Float64Array;
  readonly apply: DetrendApply;
  /** What `divide-keep-level` multiplies the ratio of a row by. */
  readonly levelOf: (row: number) => number;
  /** In words, for the columns' descriptions. */
  readonly trendIs: string;
  readonly levelIs: string;
}

/** The columns of {@link trendColumns}. Errors are divided like their values, by the size of the trend: missing where that is 0 or missing. */
export function* detrendedColumnsSteps(input: Batch, made: TakenOut): Generator<Progress, readonly NewColumn[]> {
  const { trend, detrended, apply, levelOf } = made;
  const unitAfter = (role: Role): string | undefined => (apply === 'divide' ? undefined : input.unit(input.nameOf(role)!));
  const done = (what: string): string =>
    apply === 'subtract' ? `${what} - trend` : apply === 'divide' ? `${what} / trend` : `${what} / trend × ${made.levelIs}`;
  const [trendName, detrendedName, errorName] = trendColumns(apply, input.nameOf);
  const columns: NewColumn[] = [
    { name: trendName!, type: 'float64', unit: input.unit(input.nameOf('value')!), description: made.trendIs, values: trend },
    { name: detrendedName!, type: 'float64', unit: unitAfter('value'), description: done('value'), isRatio: apply === 'divide', values: detrended },
  ];
  if (errorName === undefined) return columns;
  const errors = input.role('error')!;
  const divided = new Float64Array(input.length);
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const size = Math.abs(trend[i]!);
      divided[i] = size > 0 ? (errors[i]! / size) * (apply === 'divide' ? 1 : Math.abs(levelOf(i))) : NaN;
    }
  });
  return [...columns, { name: errorName, type: 'float64', unit: unitAfter('error'), description: done('error'), values: divided }];
}
