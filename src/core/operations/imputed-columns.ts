import { Type } from '@sinclair/typebox';
import type { Role } from '../model/column';
import { AppError } from '../protocol/outcome';
import type { Batch } from './definition';

/** Which columns are filled and which only help: the same for every method that looks across columns. */
export const imputedColumnsParams = {
  columns: Type.Array(Type.String(), {
    title: 'Columns to fill',
    description: 'They are filled and help each other. None named = the value and the error column.',
    default: [],
  }),
  alongside: Type.Array(Type.String(), {
    title: 'Columns that help',
    description: 'Used as the others are, but not filled: colours, positions, a time.',
    default: [],
    format: 'columns',
  }),
};

interface Named {
  readonly columns: readonly string[];
  readonly alongside: readonly string[];
}

/** Columns across which missing values are filled: 30 fit the bits of a combination. */
const MOST = 30;

/** The columns to fill, each once. */
export function columnsToFill({ columns }: Named, nameOf: (role: Role) => string | undefined): readonly string[] {
  if (columns.length > 0) return [...new Set(columns)];
  return [nameOf('value'), nameOf('error')].filter((n) => n !== undefined);
}

/** The columns to fill, then those that help. Throws AppError when there are none, or more than fit. */
export function columnsAcross(input: Batch, params: Named): { fill: readonly string[]; all: readonly string[] } {
  const fill = columnsToFill(params, (role) => input.nameOf(role));
  const all = [...new Set([...fill, ...params.alongside])];
  if (fill.length === 0)
    throw new AppError({ code: 'invalid-argument', message: 'no column is named and none has the role value', hint: 'name the columns to fill' });
  if (all.length > MOST)
    throw new AppError({ code: 'invalid-argument', message: `invalid columns: ${all.length} of them (at most ${MOST})`, hint: 'name fewer columns' });
  return { fill, all };
}
