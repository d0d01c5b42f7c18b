import { type Cell, readCell } from '../model/column';
import { AppError } from '../protocol/outcome';
import { bitsTest } from '../select/bits';
import type { AnswerTo } from './query';
import type { TableView } from './table-view';

function hasFlag(view: TableView, name: string, row: number): boolean {
  const bits = view.flagBits?.(name);
  if (!bits) return view.flag(name)?.has(row) ?? false;
  const out = new Uint8Array(1);
  bitsTest(view.column(bits.column), bits.bit)({ from: row, to: row + 1 }, out);
  return out[0] === 1;
}

/** All values of one row and the names of its flags. Throws AppError `not-found` for a row the table does not have. */
export function rowAnswer(view: TableView, row: number): AnswerTo<'row'> {
  if (!Number.isInteger(row) || row < 0 || row >= view.rows)
    throw new AppError({ code: 'not-found', message: `no row ${row} in this table (it has ${view.rows})`, row });
  const values: Record<string, Cell> = {};
  for (const column of view.columns) values[column.meta.name] = readCell(column, row);
  const flags = view.flagNames.filter((name) => hasFlag(view, name, row));
  return { kind: 'row', version: view.version, values, flags, columns: view.columns.map((c) => c.meta) };
}
