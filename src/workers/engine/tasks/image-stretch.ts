import { imageOf } from '../../../core/query/image';
import { stretchKernel } from '../../../core/query/image-stretch';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export default defineTask({
  name: 'image-stretch',
  run: (a: { table: TableData; column: string }) => stretchKernel(viewOf(a.table).column(a.column), a.table.rows, imageOf(a.table).width),
});
