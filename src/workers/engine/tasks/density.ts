import { densityKernel, type DensitySpec } from '../../../core/query/density';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'density',
  run: (a: { table: TableData; query: DensitySpec; from: number; to: number }) => densityKernel(viewOf(a.table), a.query, a.from, a.to),
});
