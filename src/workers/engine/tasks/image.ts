import { type CellGrid, imageKernel, type ImageQuery } from '../../../core/query/image';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'image',
  run: (a: { table: TableData; query: ImageQuery; grid: CellGrid; inside?: Uint8Array | undefined; from: number; to: number }) =>
    imageKernel(viewOf(a.table), a.query, a.grid, a.from, a.to, a.inside),
});
