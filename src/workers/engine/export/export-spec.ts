import { historyText } from '../../../core/recipe/history-text';
import { type ObjectIndexData, ObjectIndex } from '../../../core/query/object-index';
import { operations } from '../../../core/operations/registry';
import type { FlaggedRows } from '../../../core/protocol/engine-service';
import { AppError } from '../../../core/protocol/outcome';
import type { Recipe } from '../../../core/recipe/recipe';
import type { OpenTable } from '../table/open-table';
import type { ExportSpec } from './export-source';

/** The recipe of a table: what the window saves, what an export carries, what `skysift apply` runs. */
export function recipeOf(table: OpenTable): Recipe {
  return {
    skysift: 1,
    source: { name: table.source.name, table: table.meta.name, rows: table.rows, sha256: table.source.sha256 },
    steps: table.history.reports.map((r) => r.step),
    roles: table.roleColumns(),
    ...(table.meta.provenance === undefined ? {} : { before: table.meta.provenance }),
  };
}

/** What to write of a table as it stands. */
export function exportSpec(
  table: OpenTable,
  objects: ObjectIndexData | undefined,
  options: { readonly flagged: FlaggedRows; readonly columns?: readonly string[] | undefined; readonly only?: Uint8Array | undefined },
): ExportSpec {
  const { state, meta } = table;
  const names = newestFirst(table, options.columns ?? [...state.columns.keys()]);
  const columns = names.map((name) => {
    const column = state.columns.get(name);
    if (!column) throw new AppError({ code: 'not-found', message: `no column named ${name} in ${meta.name}`, column: name });
    const described = meta.columns.find((c) => c.name === name)!;
    return { ref: { ...column.ref, meta: described }, path: `${column.folder}/${column.ref.file}` };
  });
  const flags = [...state.flags.values()]
    .filter(({ flag }) => flag.author.kind !== 'file')
    .map(({ flag, mask }) => ({ name: flag.name, reason: flag.description ?? flag.name, informs: flag.informs ?? false, bytes: mask.bytes }));
  const roles = table.roleColumns();
  const masked = new Set([roles.value, roles.error].filter((n) => n !== undefined));
  for (const { step, columnsAdded } of table.history.reports) if (step.enabled) columnsAdded.forEach((c) => masked.add(c));
  return {
    meta,
    rows: table.rows,
    chunkRows: table.chunkRows,
    columns,
    flags,
    flagged: options.flagged,
    masked: [...masked],
    only: options.only,
    labels: labelBytes(table, objects),
    recipe: JSON.stringify(recipeOf(table)),
    history: historyText(table.history.reports, operations),
  };
}

/** Of an image the column that the last step made comes first: it is the one that an image file begins with. */
function newestFirst(table: OpenTable, names: readonly string[]): readonly string[] {
  if (!table.meta.image) return names;
  const made = table.history.reports.filter((r) => r.step.enabled && r.columnsAdded.length > 0).at(-1)?.columnsAdded ?? [];
  const newest = made.find((n) => names.includes(n));
  return newest === undefined ? names : [newest, ...names.filter((n) => n !== newest)];
}

function labelBytes(table: OpenTable, objects: ObjectIndexData | undefined): Uint8Array | undefined {
  if (table.labels.size === 0) return undefined;
  const out = new Uint8Array(table.rows);
  const index = objects && new ObjectIndex(objects);
  for (const [id, label] of table.labels) {
    const at = index ? index.find(id) : -1;
    if (index && at >= 0) for (const row of index.rowsOf(at)) out[row] = label;
    else if (!index) out.fill(label);
  }
  return out;
}
