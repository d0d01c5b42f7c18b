import type { Column } from '../../../core/model/column';
import { AppError } from '../../../core/protocol/outcome';
import type { ObjectIndexData } from '../../../core/query/object-index';
import { didYouMean } from '../../../core/model/similar-names';
import { type TableData, columnsOfFlags } from '../../../core/query/table-view';
import type { ColumnCache } from '../store/column-cache';
import type { OpenTable } from './open-table';
import type { TableState } from './state';

export interface DataNeeds {
  readonly columns: readonly string[];
  readonly flags?: readonly string[] | undefined;
  readonly objects?: ObjectIndexData | undefined;
  /** As long as nothing is in the store: the rows the file begins with. */
  readonly head?: boolean | undefined;
}

/** The named columns of a table, loaded, with its flags: what queries and kernels are given. Rows are those that all of them have in the store. */
export async function tableData(table: OpenTable, needs: DataNeeds, cache: ColumnCache, state: TableState = table.state): Promise<TableData> {
  const meta = table.metaOf(state);
  const steps = [...state.flags.values()];
  const flags = steps.map(({ flag, mask }) => ({ name: flag.name, mask: { length: mask.length, bytes: mask.bytes } }));
  const names = new Set([...needs.columns, ...columnsOfFlags(needs.flags ?? [], { flags, fileFlags: meta.fileFlags })]);
  const head = needs.head ? table.headColumns([...names]) : undefined;
  const load = (): Promise<Column[]> =>
    Promise.all(
      [...names].map((name) => {
        const found = table.available(name, state);
        if (!found) {
          const hint = didYouMean(
            name,
            meta.columns.map((c) => c.name),
            'choose one of the columns of this table',
          );
          throw new AppError({ code: 'not-found', message: `no column named ${name} in ${meta.name}`, hint, column: name });
        }
        return cache.load(found.path, found.ref, table.chunkRows, found.chunks);
      }),
    );
  const columns = head ?? (await load());
  const present = head ? Infinity : table.loadedRows([...names]);
  const loaded = table.stage === 'reading' ? columns.reduce((n, c) => Math.min(n, c.length), present) : table.rows;
  const flagged = table.stage === 'reading' ? undefined : table.flagged(state);
  return {
    rows: loaded,
    version: table.version,
    chunkRows: table.chunkRows,
    columns,
    flags,
    fileFlags: meta.fileFlags,
    roles: table.roleColumns(),
    image: meta.image,
    ...(flagged ? { flagged: { length: flagged.length, bytes: flagged.bytes } } : {}),
    ...(needs.objects ? { objects: needs.objects } : {}),
  };
}
