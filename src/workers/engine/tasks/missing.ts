import { missingKernel } from '../../../core/query/summary';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'missing',
  run: (a: { table: TableData; column: string; from: number; to: number }) => missingKernel(viewOf(a.table).column(a.column), a.from, a.to),
});
