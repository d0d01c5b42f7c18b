import { type TableData, viewOf } from '../../../core/query/table-view';
import { classCounts } from '../../../core/quality/class-counts';
import { defineTask } from '../threads/task';

/** How many rows have each value of a column of few values. */
export default defineTask({
  name: 'quality-classes',
  run: (a: { table: TableData; column: string }) => classCounts(viewOf(a.table), a.column),
});
