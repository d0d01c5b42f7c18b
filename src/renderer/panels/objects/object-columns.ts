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

/** At most this many result columns fit beside the fixed ones; the others are in the table view. */
const RESULTS = 2;

function shortTitle(name: string, duration: string | undefined): string {
  return /period/i.test(name) ? (duration ? `P (${duration})` : 'P') : name.replaceAll('_', ' ');
}

/** The columns of the object list: the fixed ones, with the first results of steps (period, power) in between. Long identifiers take the place of the row count. */
export function objectColumns(resultColumns: readonly string[], hasLongIds = false, duration?: string): readonly ObjectColumn[] {
  const shown = [...resultColumns].sort((a, b) => Number(/period/i.test(b)) - Number(/period/i.test(a))).slice(0, RESULTS);
  const results = shown.map((name): ObjectColumn => ({
    key: name,
    title: shortTitle(name, duration),
    about: name,
    width: '58px',
    digits: 5,
    of: (o) => o.results?.[name],
  }));
  return results.length ? [...results, FIXED[2]!] : hasLongIds ? FIXED.slice(1) : FIXED;
}
