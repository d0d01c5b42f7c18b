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

/** Periods first; `period_2`, the second best, not at all. */
function rank(name: string): number {
  return /_\d+$/.test(name) ? 2 : /period/i.test(name) ? 0 : 1;
}

function shortTitle(name: string, duration: string | undefined): string {
  return /period/i.test(name) ? (duration ? `P (${duration})` : 'P') : name.replaceAll('_', ' ');
}

/** The columns of the object list: the fixed ones, with the first results of steps (period, power) in between. Long identifiers take the place of the row count. */
export function objectColumns(resultColumns: readonly string[], hasLongIds = false, duration?: string): readonly ObjectColumn[] {
  const shown = [...resultColumns]
    .filter((name) => !/^frequency/i.test(name))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, RESULTS);
  const results = shown.map((name): ObjectColumn => ({
    key: name,
    title: shortTitle(name, duration),
    about: name,
    width: rank(name) === 0 ? '56px' : '44px',
    digits: rank(name) === 0 ? 5 : 2,
    of: (o) => o.results?.[name],
  }));
  return results.length ? [...results, FIXED[2]!] : hasLongIds ? FIXED.slice(1) : FIXED;
}
