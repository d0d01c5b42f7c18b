import type { RowsAnswer } from '../../../core/query/query';
import { isFiltered, rowsAnswer, type RowsQuery } from '../../../core/query/rows-page';
import { objectRows } from '../../../core/query/row-scan';
import { type Order, rowAt } from '../../../core/query/sort';
import { pick, type TableData, type TableView } from '../../../core/query/table-view';
import keptRows from '../tasks/kept-rows';
import orderTask from '../tasks/order';
import turnOrder from '../tasks/turn-order';
import type { RowList } from './query-cache';
import type { QueryTable } from './query-table';
import { executorFor, optionsOf, overRows, type Work } from './split';

async function orderOf(work: Work, table: QueryTable, data: TableData, view: TableView, query: RowsQuery): Promise<Order | undefined> {
  if (!query.order) return undefined;
  const column = view.column(query.order.column);
  const key = query.rows.object ?? '';
  const known = table.cache.orders.get(column, table.rows, key);
  if (known) return known;
  const list = objectRows(view, query.rows);
  const args = { table: pick(data, { columns: [column.meta.name] }), column: column.meta.name, list };
  const order = await executorFor(work, list?.length ?? table.rows).run(orderTask, args, optionsOf(work));
  table.cache.orders.set(column, table.rows, order, key);
  return order;
}

async function keptOf(work: Work, table: QueryTable, data: TableData, query: RowsQuery, order: Order | undefined, n: number): Promise<RowList> {
  const isDescending = query.order?.descending ?? false;
  const key = JSON.stringify([table.version, table.rows, query.rows, order && query.order?.column, isDescending]);
  const known = table.cache.rowLists.get(key);
  if (known) return known;
  const list = order && isDescending ? await executorFor(work, n).run(turnOrder, { order }, optionsOf(work)) : order?.rows;
  const parts = await overRows(work, keptRows, n, { table: data, rows: query.rows, list });
  const kept = { total: parts.reduce((sum, p) => sum + p.length, 0), parts };
  table.cache.rowLists.set(key, kept);
  return kept;
}

function slice({ parts }: RowList, offset: number, limit: number): number[] {
  const rows: number[] = [];
  let skip = offset;
  for (const part of parts) {
    if (skip < part.length) for (let i = skip; i < part.length && rows.length < limit; i++) rows.push(part[i]!);
    skip = Math.max(0, skip - part.length);
  }
  return rows;
}

/** One page of a table view: sorted orders and filtered row lists are kept, so scrolling costs only the page. */
export async function answerRows(work: Work, table: QueryTable, data: TableData, view: TableView, query: RowsQuery): Promise<RowsAnswer> {
  const list = objectRows(view, query.rows);
  const candidates = list?.length ?? view.rows;
  const offset = Math.max(0, Math.floor(query.offset));
  const order = await orderOf(work, table, data, view, query);
  if (isFiltered(query.rows)) {
    const kept = await keptOf(work, table, data, query, order, candidates);
    return rowsAnswer(view, query, kept.total, slice(kept, offset, query.limit));
  }
  const isDescending = query.order?.descending ?? false;
  const length = Math.max(0, Math.min(query.limit, candidates - offset));
  const rowOf = (k: number): number => (order ? rowAt(order, k, isDescending) : list ? list[k]! : k);
  return rowsAnswer(
    view,
    query,
    candidates,
    Array.from({ length }, (_, i) => rowOf(offset + i)),
  );
}
