import { pointsKernel, type PointsQuery } from '../../../core/query/points';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'points',
  run: (a: { table: TableData; query: PointsQuery; from: number; to: number }) => pointsKernel(viewOf(a.table), a.query, a.from, a.to),
});
