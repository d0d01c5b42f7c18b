import { objectStatsKernel } from '../../../core/query/object-stats';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

/** Statistics of objects [from, to). */
export default defineTask({
  name: 'object-stats',
  run: (a: { table: TableData; value?: string | undefined; from: number; to: number }) => objectStatsKernel(viewOf(a.table), a.value, a.from, a.to),
});
