import { type TableData, viewOf } from '../../../core/query/table-view';
import { type ObjectColumns, objectProfiles } from '../../../core/quality/object-profile';
import { defineTask } from '../threads/task';

/** Objects [from, to): their numbers, and their sorted epochs into shared memory. */
export default defineTask({
  name: 'quality-objects',
  run: (a: { table: TableData; columns: ObjectColumns; times: Float64Array; from: number; to: number }) =>
    objectProfiles(viewOf(a.table), a.columns, a.times, a.from, a.to),
});
