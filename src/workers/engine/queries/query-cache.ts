import type { Column } from '../../../core/model/column';
import { ExtentCache } from '../../../core/query/extent';
import type { ColumnSummary, ImageStretch } from '../../../core/query/query';
import type { Order } from '../../../core/query/sort';
import { ObjectTableCache } from './object-table-cache';

/** Keeps the few values used last. */
export class Recent<V> {
  private readonly entries = new Map<string, V>();

  constructor(private readonly limit: number) {}

  get(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.limit) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }
}

/** Something computed from a column alone, forgotten with the column; `rows` were in the store then. */
export class ByColumn<V> {
  private readonly entries = new WeakMap<Column, { rows: number; values: Recent<V> }>();

  constructor(private readonly limit = 2) {}

  get(column: Column, rows: number, key = ''): V | undefined {
    const entry = this.entries.get(column);
    return entry?.rows === rows ? entry.values.get(key) : undefined;
  }

  set(column: Column, rows: number, value: V, key = ''): void {
    let entry = this.entries.get(column);
    if (entry?.rows !== rows) this.entries.set(column, (entry = { rows, values: new Recent(this.limit) }));
    entry.values.set(key, value);
  }
}

/** Rows in several arrays, one after the other, as threads delivered them: joining them would cost more than it saves. */
export interface RowList {
  readonly total: number;
  readonly parts: readonly Uint32Array[];
}

/** What answering one table's queries has found out and is worth keeping. Results that flags cannot change are kept by column. */
export class QueryCache {
  readonly extents = new ExtentCache();
  readonly summaries = new ByColumn<ColumnSummary>();
  readonly stretches = new ByColumn<ImageStretch>();
  readonly orders = new ByColumn<Order>();
  readonly rowLists = new Recent<RowList>(2);
  readonly objects = new ObjectTableCache();
}
