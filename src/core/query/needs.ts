import { columnsOfAxis } from '../select/columns-of';
import type { Axis, Predicate } from '../select/predicate';
import type { Query } from './query';
import { needsOfRows } from './row-scan';
import { columnsOfFlags, type Needs, type TableData } from './table-view';

type Described = Pick<TableData, 'roles' | 'fileFlags' | 'flags'> & { readonly columnNames: readonly string[] };

function own(query: Query, table: Described): { axes: readonly Axis[]; columns: readonly (string | undefined)[] } {
  switch (query.kind) {
    case 'points':
      return { axes: query.third ? [query.x, query.y, query.third] : [query.x, query.y], columns: [query.xError, query.yError] };
    case 'density':
    case 'nearest':
      return { axes: [query.x, query.y], columns: [] };
    case 'histogram':
      return { axes: [query.x], columns: [] };
    case 'rows':
      return { axes: [], columns: [...query.columns, query.order?.column] };
    case 'summary':
      return { axes: [], columns: query.columns };
    case 'objects':
    case 'object-columns':
      return { axes: [], columns: [] };
    case 'image':
    case 'image-stretch':
    case 'image-stats':
      return { axes: [], columns: [query.column] };
    case 'row':
      return { axes: [], columns: table.columnNames };
    case 'count':
      return { axes: [], columns: [] };
  }
}

/** Whether a question is about the object table. */
export function isOfObjects(query: Query): boolean {
  if (query.kind === 'objects' || query.kind === 'object-columns') return true;
  return 'rows' in query ? query.rows.of === 'objects' : 'of' in query && query.of === 'objects';
}

/** What the object table is made of: the values whose scatter it gives, and what tells which objects are selected. */
function needsOfObjectTable(table: Described, selection: Predicate | undefined): Needs {
  const { value } = table.roles ?? {};
  const selected = needsOfRows({}, table, selection);
  return { columns: [...new Set([...(value === undefined ? [] : [value]), ...selected.columns])], flags: selected.flags ?? [], objects: true };
}

/**
 * What must be in memory to answer a query: names of columns (those that hold the bits of flags of the file included), of flags, and whether
 * the object index. Throws AppError `invalid-argument` for an expression that does not parse.
 */
export function needsOf(query: Query, table: Described): Needs {
  const selection = 'selection' in query ? query.selection : undefined;
  if (isOfObjects(query)) return needsOfObjectTable(table, selection);
  const { axes, columns } = own(query, table);
  const rows = 'rows' in query ? needsOfRows(query.rows, table, selection) : { columns: [], flags: [], objects: false };
  const flags = query.kind === 'row' ? [...(table.fileFlags ?? []), ...(table.flags ?? [])].map((f) => f.name) : (rows.flags ?? []);
  const names = [...columns.filter((c) => c !== undefined), ...axes.flatMap(columnsOfAxis), ...rows.columns, ...columnsOfFlags(flags, table)];
  return { columns: [...new Set(names)], flags: [...new Set(flags)], objects: rows.objects };
}
