import { type TableData, viewOf } from '../../../core/query/table-view';
import { hashColumn, type RowHashes } from '../../../core/quality/row-hash';
import { defineTask } from '../threads/task';

/** Adds a column to the hashes of rows [from, to), which lie in shared memory. */
export default defineTask({
  name: 'quality-hash',
  run: (a: { table: TableData; column: string; from: number; to: number; hashes: RowHashes; isKey: boolean }) =>
    hashColumn(viewOf(a.table).column(a.column), a.from, a.to, a.hashes, a.isKey),
});
