import type { ResultValue } from '../../../core/operations/definition';
import type { TableData } from '../../../core/query/table-view';
import type { QueryCache } from './query-cache';

/** What is known of objects besides their rows: labels given by hand, and results that steps attached to them. */
export interface ObjectExtras {
  readonly labels?: ReadonlyMap<string, number> | undefined;
  readonly resultColumns?: readonly string[] | undefined;
  /** By identifier. */
  readonly results?: ReadonlyMap<string, Readonly<Record<string, ResultValue>>> | undefined;
}

/** A table as queries are asked about it. One cache for the life of the table, handed on from version to version. */
export interface QueryTable extends TableData {
  readonly cache: QueryCache;
  readonly extras?: ObjectExtras | undefined;
}

/** Only the table, to be sent to a thread. */
export function dataOf(table: QueryTable): TableData {
  const { rows, version, chunkRows, columns, flagged, flags, fileFlags, objects, roles } = table;
  return { rows, version, chunkRows, columns, flagged, flags, fileFlags, objects, roles };
}
