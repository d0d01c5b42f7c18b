import type { CallContext } from '../../core/protocol/rpc';
import { AppError } from '../../core/protocol/outcome';
import { needsOf } from '../../core/query/needs';
import type { Answer, Query } from '../../core/query/query';
import { viewOf } from '../../core/query/table-view';
import { testSpan } from '../../core/select/mask';
import type { Predicate } from '../../core/select/predicate';
import type { EngineCore } from './engine';
import { answerQuery, withObjectTable } from './queries/answer';
import { objectTable, selectedObjects } from './queries/object-table';
import type { ObjectTable } from './queries/object-table-cache';
import type { QueryTable } from './queries/query-table';
import { predicateBytes } from './steps/run-step';
import { objectExtras } from './table/object-extras';
import type { OpenTable } from './table/open-table';
import { queryCacheOf } from './table/query-cache-of';
import { tableData } from './table/table-data';

/** The table with what a query needs of it loaded. */
async function load(core: EngineCore, table: OpenTable, query: Query): Promise<QueryTable> {
  const flags = [...table.state.flags.values()].map(({ flag, mask }) => ({ name: flag.name, mask }));
  const columnNames = [...table.state.columns.keys()];
  const needs = needsOf(query, { columnNames, roles: table.roleColumns(), flags, fileFlags: table.meta.fileFlags });
  const objects = needs.objects ? await core.objectIndex(table) : undefined;
  const data = await tableData(table, { columns: needs.columns, flags: needs.flags, objects, head: query.kind === 'rows' }, core.cache);
  return { ...data, cache: queryCacheOf(table), extras: objects && objectExtras(table, objects) };
}

/** Loads what a query needs and answers it. */
export async function answer(core: EngineCore, query: Query, context: CallContext): Promise<Answer> {
  return answerQuery(query, await load(core, core.workspace.get(query.table), query), core.executor, context.signal);
}

/** One byte a row: 1 for those that a predicate selects. */
export async function rowsOf(core: EngineCore, table: OpenTable, selection: Predicate, signal: AbortSignal): Promise<Uint8Array> {
  const query = { kind: 'count', table: table.id, rows: {}, selection } as const;
  const plain = await withObjectTable(query, await load(core, table, query), { pool: core.executor, signal });
  return predicateBytes(selection, plain, core.executor, signal);
}

/** The object table, and with a selection one byte an object: 1 for those of which a row is selected. Throws AppError for a table without objects. */
export async function loadObjects(
  core: EngineCore,
  table: OpenTable,
  selection: Predicate | undefined,
  signal: AbortSignal,
): Promise<{ readonly objects: ObjectTable; readonly passes?: Uint8Array | undefined }> {
  const axis = { column: 'rows' };
  const query = { kind: 'points', table: table.id, rows: { of: 'objects' }, x: axis, y: axis, limit: 0, selection } as const;
  const loaded = await load(core, table, query);
  const work = { pool: core.executor, signal };
  const plain = await withObjectTable(query, loaded, work);
  const index = plain.objects && viewOf(plain).objects;
  if (!index)
    throw new AppError({
      code: 'invalid-argument',
      message: `${table.meta.name} has no objects`,
      hint: 'give the column of identifiers the role object',
    });
  const objects = await objectTable(work, plain, index, loaded.extras, loaded.cache.objects);
  if (!selection) return { objects };
  const chosen = await selectedObjects(work, plain, objects, selection, loaded.cache.objects);
  return { objects, passes: testSpan(chosen.selection, viewOf(chosen.data), { from: 0, to: index.count }) };
}
