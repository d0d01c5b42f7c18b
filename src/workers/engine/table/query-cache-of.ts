import { QueryCache } from '../queries/query-cache';
import type { OpenTable } from './open-table';

const caches = new WeakMap<OpenTable, QueryCache>();

/** What is remembered of a table between questions, and between the previews of a step that asks about its objects. */
export function queryCacheOf(table: OpenTable): QueryCache {
  let cache = caches.get(table);
  if (!cache) caches.set(table, (cache = new QueryCache()));
  return cache;
}
