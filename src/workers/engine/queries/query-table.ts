import type { ObjectExtras } from '../../../core/query/object-table';
import type { TableData } from '../../../core/query/table-view';
import type { QueryCache } from './query-cache';

/** A table as queries are asked about it. One cache for the life of the table, handed on from version to version. */
export interface QueryTable extends TableData {
  readonly cache: QueryCache;
  readonly extras?: ObjectExtras | undefined;
}

/** Only the table, to be sent to a thread. */
export function dataOf(table: QueryTable): TableData {
  const { rows, version, chunkRows, columns, flagged, flags, fileFlags, objects, objectTable, roles, image } = table;
  return { rows, version, chunkRows, columns, flagged, flags, fileFlags, objects, objectTable, roles, image };
}
