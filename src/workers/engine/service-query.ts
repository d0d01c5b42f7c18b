import type { ResultValue } from '../../core/operations/definition';
import { operations } from '../../core/operations/registry';
import type { CallContext } from '../../core/protocol/rpc';
import { needsOf } from '../../core/query/needs';
import type { Answer, Query } from '../../core/query/query';
import type { EngineCore } from './engine';
import { answerQuery } from './queries/answer';
import { QueryCache } from './queries/query-cache';
import type { ObjectExtras } from './queries/query-table';
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
  const extras = query.kind === 'objects' ? objectExtras(table) : undefined;
  return answerQuery(query, { ...data, cache, extras }, core.executor, context.signal);
}

/** Labels, and for each object the numbers that result steps found: a later step of the same name wins. */
function objectExtras(table: OpenTable): ObjectExtras {
  const results = new Map<string, Record<string, ResultValue>>();
  const columns = new Set<string>();
  for (const part of table.state.results) {
    if (operations.get(part.op)?.resultsOf === 'part') continue;
    for (const { object, band, ...values } of part.rows) {
      const id = String(object ?? '');
      const row = results.get(id) ?? {};
      results.set(id, row);
      for (const [name, value] of Object.entries(values)) {
        const key = band === undefined ? name : `${name} ${String(band)}`;
        // The first row of an object is its best (a periodogram lists its peaks in order of power).
        if (row[key] === undefined) row[key] = value;
        columns.add(key);
      }
    }
  }
  return { labels: table.labels, results, resultColumns: [...columns] };
}
