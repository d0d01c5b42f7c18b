import type { RowSet } from '../../../core/query/query';
import { keptRowsKernel } from '../../../core/query/rows-page';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

/** Rows of a row set among candidates [from, to), in their order; `list` gives the candidates and their order. */
export default defineTask({
  name: 'kept-rows',
  run: (a: { table: TableData; rows: RowSet; from: number; to: number; list?: Uint32Array | undefined }) =>
    keptRowsKernel(viewOf(a.table), a.rows, a.from, a.to, a.list),
});
