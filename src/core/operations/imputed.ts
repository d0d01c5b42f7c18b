import { inBlocks, part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Context, Batch, Effect, NewColumn } from './definition';

/** The flag that tells filled values from measured ones; it informs and excludes nothing. */
export const IMPUTED = 'imputed';

export const filledName = (column: string): string => `${column}_filled`;

/** 1 where a row inside the selection has no finite value; flagged rows count as such when `replaceFlagged`. */
export function* needSteps(input: Batch, values: Float64Array, replaceFlagged: boolean): Generator<Progress, { need: Uint8Array; count: number }> {
  const need = new Uint8Array(input.length);
  const { inside, live } = input;
  let count = 0;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      if (inside[i] === 0 || (v - v === 0 && (live[i] === 1 || !replaceFlagged))) continue;
      need[i] = 1;
      count++;
    }
  });
  return { need, count };
}

/** Where each of several columns is to be filled. */
export function* needsSteps(
  input: Batch,
  names: readonly string[],
): Generator<Progress, readonly { name: string; values: Float64Array; need: Uint8Array; count: number }[]> {
  const needs: { name: string; values: Float64Array; need: Uint8Array; count: number }[] = [];
  for (const [k, name] of names.entries()) {
    const values = input.column(name);
    const found = yield* part(needSteps(input, values, false), k / names.length, (k + 1) / names.length);
    needs.push({ name, values, ...found });
  }
  return needs;
}

/** A column with its gaps filled: `filled` has a number where one was found, NaN where the row stays missing. */
export interface Filled {
  readonly name: string;
  readonly values: Float64Array;
  readonly need: Uint8Array;
  readonly filled: Float64Array;
}

/** `<column>_filled` for each, the mark `imputed` on rows in which any was filled, and a remark for each. */
export function* imputedEffectSteps(input: Batch, columns: readonly Filled[], how: string, context: Context): Generator<Progress, Effect> {
  const mask = new Uint8Array(input.length);
  const made: NewColumn[] = [];
  for (const { name, values, need, filled } of columns) {
    const out = new Float64Array(input.length);
    let count = 0;
    const joining = inBlocks(out.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const v = need[i] === 1 ? filled[i]! : values[i]!;
        const isKnown = input.inside[i] === 1 && v - v === 0;
        out[i] = isKnown ? v : NaN;
        if (!isKnown || need[i] !== 1) continue;
        mask[i] = 1;
        count++;
      }
    });
    yield* part(joining, made.length / columns.length, (made.length + 1) / columns.length);
    context.alert({ severity: 'info', message: `missing values of ${name} filled (${how})`, column: name, rows: count });
    made.push({
      name: filledName(name),
      type: 'float64',
      unit: input.unit(name),
      description: `${name}, missing values filled: ${how}`,
      values: out,
    });
  }
  return { columns: made, marks: [{ name: IMPUTED, mask, reason: `${columns.map((c) => c.name).join(', ')} filled: ${how}` }] };
}
