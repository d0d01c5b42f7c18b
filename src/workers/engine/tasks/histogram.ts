import { histogramKernel, type HistogramSpec } from '../../../core/query/histogram';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'histogram',
  run: (a: { table: TableData; query: HistogramSpec; from: number; to: number }) => histogramKernel(viewOf(a.table), a.query, a.from, a.to),
});
