import { readCell } from '../model/column';
import { rowTest } from '../select/mask';
import type { RowSet, Query, RowsAnswer } from './query';
import { RowScan } from './row-scan';
import type { TableView } from './table-view';

export type RowsQuery = Extract<Query, { kind: 'rows' }>;

/** Whether a row set leaves out some of its candidates. */
export function isFiltered(rows: RowSet): boolean {
  return rows.band !== undefined || rows.where !== undefined || (rows.flagged ?? 'show') !== 'show';
}

/** Rows kept of candidates [from, to) (of `list`, when given), in their order. */
export function* keptRowsKernel(view: TableView, rows: RowSet, from: number, to: number, list?: Uint32Array): Generator<number, Uint32Array> {
  const scan = new RowScan(view, rows, { list });
  const kept = new Uint32Array(to - from);
  let n = 0;
  for (const { span, length, keep, fraction } of scan.blocks(from, to)) {
    for (let i = 0; i < length; i++) if (keep === undefined || keep[i] === 1) kept[n++] = span.list ? span.list[span.from + i]! : span.from + i;
    yield fraction;
  }
  return kept.slice(0, n);
}

/** A page: the cells of the given rows. */
export function rowsAnswer(view: TableView, query: RowsQuery, total: number, rows: readonly number[]): RowsAnswer {
  const columns = query.columns.map((name) => view.column(name));
  const list = Uint32Array.from(rows);
  const selected = new Uint8Array(rows.length);
  if (query.selection) rowTest(query.selection, view)({ from: 0, to: list.length, list }, selected);
  return {
    kind: 'rows',
    version: view.version,
    total,
    rows,
    values: columns.map((column) => rows.map((row) => readCell(column, row))),
    marks: rows.map((row, i) => (view.flagged?.has(row) ? 1 : 0) | (selected[i] ? 2 : 0)),
  };
}
