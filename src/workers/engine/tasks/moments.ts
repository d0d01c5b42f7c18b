import { momentsKernel } from '../../../core/query/summary';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'moments',
  run: (a: { table: TableData; column: string; from: number; to: number }) => momentsKernel(viewOf(a.table).column(a.column), a.from, a.to),
});
