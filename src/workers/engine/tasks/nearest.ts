import { nearestKernel, type NearestQuery } from '../../../core/query/nearest';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'nearest',
  run: (a: { table: TableData; query: NearestQuery; from: number; to: number }) => nearestKernel(viewOf(a.table), a.query, a.from, a.to),
});
