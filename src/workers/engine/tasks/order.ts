import { orderKernel } from '../../../core/query/sort';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

/** Rows (all, or the listed ones) in ascending order of a column. */
export default defineTask({
  name: 'order',
  run: (a: { table: TableData; column: string; list?: Uint32Array | undefined }) =>
    orderKernel(viewOf(a.table).column(a.column), a.table.rows, a.list),
});
