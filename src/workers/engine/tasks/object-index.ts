import { type ObjectColumns, objectIndexOf } from '../../../core/query/object-index';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

/** Groups the rows of a table by object. */
export default defineTask({
  name: 'object-index',
  run: ({ table, ...columns }: ObjectColumns & { table: TableData }) => objectIndexOf(viewOf(table), columns),
});
