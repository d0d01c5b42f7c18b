import type { CallContext } from '../../core/protocol/rpc';
import { needsOf } from '../../core/query/needs';
import type { Answer, Query } from '../../core/query/query';
import type { EngineCore } from './engine';
import { answerQuery } from './queries/answer';
import { QueryCache } from './queries/query-cache';
import { objectExtras } from './table/object-extras';
import type { OpenTable } from './table/open-table';
import { tableData } from './table/table-data';

const caches = new WeakMap<OpenTable, QueryCache>();

/** Loads what a query needs and answers it. */
export async function answer(core: EngineCore, query: Query, context: CallContext): Promise<Answer> {
  const table = core.workspace.get(query.table);
  const flags = [...table.state.flags.values()].map(({ flag, mask }) => ({ name: flag.name, mask }));
  const columnNames = [...table.state.columns.keys()];
  const needs = needsOf(query, { columnNames, roles: table.roleColumns(), flags, fileFlags: table.meta.fileFlags });
  const objects = needs.objects ? await core.objectIndex(table) : undefined;
  const data = await tableData(table, { columns: needs.columns, flags: needs.flags, objects, head: query.kind === 'rows' }, core.cache);
  let cache = caches.get(table);
  if (!cache) caches.set(table, (cache = new QueryCache()));
  const extras = objects && objectExtras(table, objects);
  return answerQuery(query, { ...data, cache, extras }, core.executor, context.signal);
}
