import { type TableData, viewOf } from '../../../core/query/table-view';
import { missingPatterns } from '../../../core/quality/missing-patterns';
import { defineTask } from '../threads/task';

/** Which columns are missing together in rows [from, to). */
export default defineTask({
  name: 'quality-patterns',
  run: (a: { table: TableData; columns: readonly string[]; from: number; to: number }) => missingPatterns(viewOf(a.table), a.columns, a.from, a.to),
});
