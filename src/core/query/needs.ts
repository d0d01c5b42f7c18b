import { columnsOfAxis } from '../select/columns-of';
import type { Axis } from '../select/predicate';
import type { Query } from './query';
import { needsOfRows } from './row-scan';
import { columnsOfFlags, type Needs, type TableData } from './table-view';

type Described = Pick<TableData, 'roles' | 'fileFlags' | 'flags'> & { readonly columnNames: readonly string[] };

function own(query: Query, table: Described): { axes: readonly Axis[]; columns: readonly (string | undefined)[] } {
  switch (query.kind) {
    case 'points':
      return { axes: [query.x, query.y], columns: [query.xError, query.yError] };
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
      return { axes: [], columns: [table.roles?.value] };
    case 'row':
      return { axes: [], columns: table.columnNames };
    case 'count':
      return { axes: [], columns: [] };
  }
}

/**
 * What must be in memory to answer a query: names of columns (those that hold the bits of flags of the file included), of flags, and whether
 * the object index. Throws AppError `invalid-argument` for an expression that does not parse.
 */
export function needsOf(query: Query, table: Described): Needs {
  const { axes, columns } = own(query, table);
  const selection = 'selection' in query ? query.selection : undefined;
  const rows = 'rows' in query ? needsOfRows(query.rows, table, selection) : { columns: [], flags: [], objects: false };
  const flags = query.kind === 'row' ? [...(table.fileFlags ?? []), ...(table.flags ?? [])].map((f) => f.name) : (rows.flags ?? []);
  const names = [...columns.filter((c) => c !== undefined), ...axes.flatMap(columnsOfAxis), ...rows.columns, ...columnsOfFlags(flags, table)];
  return { columns: [...new Set(names)], flags: [...new Set(flags)], objects: rows.objects || query.kind === 'objects' };
}
