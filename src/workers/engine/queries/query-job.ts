import type { Query } from '../../../core/query/query';
import type { TableData, TableView } from '../../../core/query/table-view';
import type { QueryTable } from './query-table';
import type { Work } from './split';

export type QueryOf<K extends Query['kind']> = Extract<Query, { kind: K }>;

/** A question about the rows of a table on its way to an answer. */
export interface QueryJob extends Work {
  readonly table: QueryTable;
  /** What the query needs of the table. */
  readonly data: TableData;
  readonly view: TableView;
}

/** Largest picture in cells: 65 million counts are 256 MB, as many numbers half a gigabyte. */
export const MAX_CELLS = 1 << 26;
