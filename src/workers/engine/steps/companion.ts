import type { TableMeta } from '../../../core/model/table';
import type { CompanionTable } from '../../../core/operations/definition';
import { AppError } from '../../../core/protocol/outcome';
import { type TableData, type TableView, viewOf } from '../../../core/query/table-view';
import type { OpenCompanion, ResolvedCompanion } from '../../../core/recipe/companion';
import type { ColumnCache } from '../store/column-cache';
import type { OpenTable } from '../table/open-table';
import { tableData } from '../table/table-data';
import { gatherNumbers, gatherText, numericColumn } from './unit';

/** A companion's table on its way to a thread: columns in shared memory. */
export interface CompanionData {
  readonly meta: TableMeta;
  readonly data: TableData;
}

/** The open tables a step on `table` may name as its second file, oldest first. */
export function openBeside(table: OpenTable, all: ReadonlyMap<string, OpenTable>): readonly OpenCompanion[] {
  return [...all.values()].filter((t) => t !== table).map((t) => ({ id: t.id, source: t.source, meta: t.meta }));
}

/** The picked columns, loaded, as the companion's own steps left them. */
export async function companionData(
  resolved: ResolvedCompanion | undefined,
  all: ReadonlyMap<string, OpenTable>,
  cache: ColumnCache,
): Promise<readonly CompanionData[] | undefined> {
  if (!resolved) return undefined;
  return Promise.all(
    resolved.parts.map(async ({ id, columns }) => {
      const table = all.get(id)!;
      if (table.stage !== 'ready')
        throw new AppError({ code: 'stale', message: `${table.source.name} is still being read`, hint: 'try again when all of it is there' });
      return { meta: table.meta, data: await tableData(table, { columns }, cache) };
    }),
  );
}

function tableOf({ meta, data }: CompanionData): CompanionTable {
  const view: TableView = viewOf(data);
  const rows = Uint32Array.from({ length: data.rows }, (_, i) => i);
  const numbers = new Map<string, Float64Array>();
  const live = new Uint8Array(data.rows).fill(1);
  for (let i = 0; view.flagged && i < data.rows; i++) if (view.flagged.has(i)) live[i] = 0;
  return {
    meta,
    live,
    column: (name) => {
      let values = numbers.get(name);
      if (!values) numbers.set(name, (values = gatherNumbers(numericColumn(view, name), rows)));
      return values;
    },
    text: (name) => gatherText(view.column(name), rows),
  };
}

/** What kernels see of them. */
export function companionTables(data: readonly CompanionData[] | undefined): readonly CompanionTable[] | undefined {
  return data?.map(tableOf);
}
