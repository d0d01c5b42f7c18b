import { countKernel, type CountQuery } from '../../../core/query/count';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'count',
  run: (a: { table: TableData; query: CountQuery; from: number; to: number }) => countKernel(viewOf(a.table), a.query, a.from, a.to),
});
