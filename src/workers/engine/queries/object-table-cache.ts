import type { Column } from '../../../core/model/column';
import type { ObjectIndex, ObjectIndexData } from '../../../core/query/object-index';
import type { ObjectStats } from '../../../core/query/object-stats';
import type { Order } from '../../../core/query/sort';
import type { TableData, TableView } from '../../../core/query/table-view';
import type { ByColumn, QueryCache, Recent } from './query-cache';

/** All objects of a table: the object table, and what the list of objects remembers of it. */
export interface ObjectTable {
  readonly index: ObjectIndex;
  readonly parts: readonly ObjectStats[];
  readonly data: TableData;
  readonly view: TableView;
  /** By column: kept as long as it is what it was. */
  readonly orders: ByColumn<Order>;
  /** Positions by filter text. */
  readonly filters: Recent<Uint8Array>;
  /** For queries about the object table as about any table. */
  readonly cache: QueryCache;
  /** Identifiers in lower case for the filter, made when first needed. */
  lowered?: readonly string[];
}

/** What the rows say of every object. */
export interface ObjectStatistics {
  /** What it was made from. */
  readonly of: readonly unknown[];
  readonly parts: readonly ObjectStats[];
  readonly own: readonly Column[];
  readonly identity: ObjectIndexData;
  readonly orders: ByColumn<Order>;
  readonly filters: Recent<Uint8Array>;
  readonly cache: QueryCache;
}

/** What is remembered between questions about the objects of one table; `of` is what each was made from. */
export class ObjectTableCache {
  statistics: ObjectStatistics | undefined;
  table: { readonly of: readonly unknown[]; readonly table: ObjectTable } | undefined;
  selected: { readonly of: readonly unknown[]; readonly bytes: Uint8Array } | undefined;
}
