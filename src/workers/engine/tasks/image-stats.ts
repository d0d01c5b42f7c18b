import { imageStatsKernel } from '../../../core/query/image-stats';
import type { Query } from '../../../core/query/query';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'image-stats',
  run: (a: { table: TableData; query: Extract<Query, { kind: 'image-stats' }> }) => imageStatsKernel(viewOf(a.table), a.query),
});
