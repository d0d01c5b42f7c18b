import type { Role } from '../model/column';
import { inBlocks } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Batch, Effect } from './definition';

/** `<value>_convolved`, and `<value>_residual` when it is wanted. */
export function convolvedNames(residual: boolean, nameOf: (role: Role) => string | undefined): readonly string[] {
  const value = nameOf('value') ?? 'value';
  return residual ? [`${value}_convolved`, `${value}_residual`] : [`${value}_convolved`];
}

/** The result of a convolution and, when it is wanted, the residual as columns. */
export function convolvedColumns(input: Batch, description: string, convolved: Float64Array, rest: Float64Array | undefined): Effect['columns'] {
  const unit = input.unit(input.nameOf('value')!);
  const [name, restName] = convolvedNames(rest !== undefined, (role) => input.nameOf(role));
  return [
    { name: name!, type: 'float64', unit, description, values: convolved },
    ...(rest ? [{ name: restName!, type: 'float64' as const, unit, description: 'value - convolved value', values: rest }] : []),
  ];
}

/**
 * The columns of a convolution. `at(row)` is the result at a row (NaN = none) and `isMade(row)` false where the boundary `none` left 0: there is no
 * residual there. Rows outside the selection get nothing. `onEmpty` hears how many inside have no result.
 */
export function* convolvedEffectSteps(
  input: Batch,
  { residual, description }: { readonly residual: boolean; readonly description: string },
  at: (row: number) => number,
  isMade: (row: number) => boolean = () => true,
  onEmpty?: (rows: number) => void,
): Generator<Progress, Effect> {
  const values = input.role('value')!;
  const convolved = new Float64Array(input.length);
  const rest = residual ? new Float64Array(input.length) : undefined;
  let empty = 0;
  yield* inBlocks(input.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const isInside = input.inside[row] === 1;
      const result = isInside ? at(row) : NaN;
      const v = values[row]!;
      convolved[row] = result;
      if (isInside && result !== result) empty++;
      if (rest) rest[row] = isInside && v - v === 0 && isMade(row) ? v - result : NaN;
    }
  });
  if (empty > 0) onEmpty?.(empty);
  return { columns: convolvedColumns(input, description, convolved, rest) };
}
