import { binsKernel } from '../../../core/query/summary';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'column-bins',
  run: (a: { table: TableData; column: string; range: readonly [number, number]; bins: number; from: number; to: number }) =>
    binsKernel(viewOf(a.table).column(a.column), a.range, a.bins, a.from, a.to),
});
