import type { TableMeta } from './table';

/** True for a light curve of Kepler, K2 or TESS: the header names the spacecraft, or a column counts cadences. */
export function isKeplerOrTess(table: Pick<TableMeta, 'header' | 'columns'>): boolean {
  const isNamed = table.header.some(({ key, value }) => (key === 'TELESCOP' || key === 'MISSION') && /\b(kepler|k2|tess)\b/i.test(String(value)));
  return isNamed || table.columns.some((c) => /^cadence(_?(no|num|number))?$/i.test(c.name));
}
