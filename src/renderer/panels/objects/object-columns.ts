import type { ObjectRow } from '../../../core/query/query';

export interface ObjectColumn {
  readonly key: string;
  readonly title: string;
  /** For the tooltip. */
  readonly about: string;
  readonly width: string;
  readonly isCount?: boolean;
  readonly digits?: number;
  of(row: ObjectRow): number | string | boolean | undefined;
}

const FIXED: readonly ObjectColumn[] = [
  { key: 'rows', title: 'n', about: 'number of rows', width: '36px', isCount: true, of: (o) => o.rows },
  { key: 'flagged', title: 'bad', about: 'flagged rows', width: '30px', isCount: true, of: (o) => o.flagged },
  { key: 'scatter', title: 'σ', about: 'robust scatter (1.4826 MAD) of the value, unflagged rows', width: '44px', digits: 2, of: (o) => o.scatter },
];

/** At most this many result columns fit beside the fixed ones; the others are in the results of the step. */
const RESULTS = 2;

/** Periods first; `period_2`, the second best, last. */
function rank(name: string): number {
  return /_\d+$/.test(name) ? 2 : /period/i.test(name) ? 0 : 1;
}

/** `power r` → the result and the band it is of; a result over all bands has none. */
function parts(column: string): { readonly name: string; readonly band: string | undefined } {
  const at = column.indexOf(' ');
  return at < 0 ? { name: column, band: undefined } : { name: column.slice(0, at), band: column.slice(at + 1) };
}

function shortTitle(name: string, duration: string | undefined): string {
  return /period/i.test(name) ? (duration ? `P (${duration})` : 'P') : name.replaceAll('_', ' ');
}

export interface ObjectColumnsOf {
  readonly resultColumns: readonly string[];
  /** Long identifiers take the place of the row count. */
  readonly hasLongIds?: boolean;
  /** The unit of periods. */
  readonly duration?: string | undefined;
  /** The current band: results made for each band show this one's. */
  readonly band?: string | undefined;
}

/** The columns of the object list: the fixed ones, with the first results of steps (period, power) before the scatter. */
export function objectColumns({ resultColumns, hasLongIds, duration, band }: ObjectColumnsOf): readonly ObjectColumn[] {
  const shown = resultColumns
    .map((key) => ({ key, ...parts(key) }))
    .filter((c) => (c.band === undefined || band === undefined || c.band === band) && !/^frequency/i.test(c.name))
    .sort((a, b) => rank(a.name) - rank(b.name))
    .slice(0, RESULTS);
  const results = shown.map(({ key, name }): ObjectColumn => ({
    key,
    title: shortTitle(name, duration),
    about: key,
    width: rank(name) === 0 ? '56px' : '44px',
    digits: rank(name) === 0 ? 5 : 2,
    of: (o) => o.results?.[key],
  }));
  return results.length ? [...results, FIXED[2]!] : hasLongIds ? FIXED.slice(1) : FIXED;
}
