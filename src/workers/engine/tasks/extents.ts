import { extentsKernel, type ExtentSpec } from '../../../core/query/extent';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'extents',
  run: (a: { table: TableData; spec: ExtentSpec; from: number; to: number }) => extentsKernel(viewOf(a.table), a.spec, a.from, a.to),
});
