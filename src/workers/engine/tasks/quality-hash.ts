import { type TableData, viewOf } from '../../../core/query/table-view';
import { hashColumn, type RowHashes, startHashes } from '../../../core/quality/row-hash';
import { defineTask } from '../threads/task';

export interface HashArgs {
  readonly table: TableData;
  readonly column: string;
  readonly from: number;
  readonly to: number;
  readonly hashes: RowHashes;
  readonly isKey: boolean;
  /** The first column of a set begins anew. */
  readonly isFirst: boolean;
}

function* hash({ table, column, from, to, hashes, isKey, isFirst }: HashArgs): Generator<number, void> {
  const view = viewOf(table);
  if (isFirst) startHashes(hashes, view.flagged, from, to);
  yield* hashColumn(view.column(column), from, to, hashes, isKey);
}

/** Adds a column to the hashes of rows [from, to), which lie in shared memory. */
export default defineTask({ name: 'quality-hash', run: hash });
