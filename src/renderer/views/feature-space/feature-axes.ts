import { type ColumnMeta, isNumeric } from '../../../core/model/column';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { Axis } from '../../../core/select/predicate';
import type { ObjectTableInfo } from '../../client/object-table';

/** What one looks at first: how long, how much, how sure. */
const FIRST_X = ['period', 'median'];
const FIRST_Y = ['amplitude_5_95', 'amplitude', 'power', 'scatter'];

function firstOf(names: readonly string[], columns: readonly ColumnMeta[], band: string | undefined): Axis | undefined {
  for (const name of names) {
    const found = [name, `${name} ${band ?? ''}`].map((n) => columns.find((c) => c.name === n)).find((c) => c !== undefined);
    const anyBand = found ?? columns.find((c) => c.name.startsWith(`${name} `));
    if (anyBand && isNumeric(anyBand.type)) return { column: anyBand.name };
  }
  return undefined;
}

/** Amplitude against period when both were found, of the current band when results are of bands; else scatter against median. */
export function featureAxes(columns: readonly ColumnMeta[], band?: string): { readonly x: Axis; readonly y: Axis } | undefined {
  const x = firstOf(FIRST_X, columns, band);
  const y = firstOf(FIRST_Y, columns, band);
  return x && y && { x, y };
}

/** The object table in the place of the table it is of: what pickers and axes ask a table for. */
export function asTable(table: TableInfo, { objects, columns, stamp }: ObjectTableInfo): TableInfo {
  return {
    ...table,
    version: stamp,
    state: 'ready',
    loaded: objects,
    roles: {},
    meta: { ...table.meta, name: `${table.meta.name} objects`, rows: objects, columns },
  };
}
