import { distinctKernel } from '../../../core/query/summary';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'distinct',
  run: (a: { table: TableData; column: string }) => distinctKernel(viewOf(a.table).column(a.column), a.table.rows),
});
