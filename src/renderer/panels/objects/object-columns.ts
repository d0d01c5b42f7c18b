import { isNumeric, type ColumnMeta } from '../../../core/model/column';
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
/** Of these names the list shows the rows' own number, unless a step found one. */
const OWN: readonly ObjectColumn[] = [
  ...FIXED,
  { key: 'median', title: 'median', about: 'median of the value, unflagged rows', width: '52px', digits: 4, of: (o) => o.median },
];

/** Unless others are chosen, so many result columns are shown beside the fixed ones. */
const RESULTS = 2;

/** What one looks at beside a period. */
const STRENGTHS = ['power', 'amplitude_5_95', 'amplitude', 'depth', 'snr'];

/** A period itself, not its error nor its power. */
const isPeriod = (name: string): boolean => /(^|_)period$/i.test(name);

/** Periods first, then how strong they are; what is neither is as it comes; errors and `period_2`, the second best, last. */
function rank(name: string): number {
  if (isPeriod(name)) return 0;
  if (STRENGTHS.includes(name)) return 1;
  return /_(\d+|error)$/.test(name) ? 3 : 2;
}

/** `power r` → the result and the band it is of; a result over all bands has none. */
function parts(column: string): { readonly name: string; readonly band: string | undefined } {
  const at = column.indexOf(' ');
  return at < 0 ? { name: column, band: undefined } : { name: column.slice(0, at), band: column.slice(at + 1) };
}

function shortTitle(name: string, duration: string | undefined): string {
  return isPeriod(name) ? (duration ? `P (${duration})` : 'P') : name.replaceAll('_', ' ');
}

export interface ObjectColumnsOf {
  readonly resultColumns: readonly string[];
  /** Long identifiers take the place of the row count. */
  readonly hasLongIds?: boolean;
  /** The unit of periods. */
  readonly duration?: string | undefined;
  /** The current band: results made for each band show this one's. */
  readonly band?: string | undefined;
  /** Names without their band, in the order in which they are shown; absent: as the list thinks best. */
  readonly chosen?: readonly string[] | undefined;
}

function resultColumn(key: string, name: string, duration: string | undefined): ObjectColumn {
  return {
    key,
    title: shortTitle(name, duration),
    about: key,
    width: rank(name) === 0 ? '56px' : '44px',
    digits: rank(name) === 0 ? 5 : 2,
    of: (o) => o.results?.[key],
  };
}

/** The columns of the object list: the fixed ones, with the first results of steps (period, power) before the scatter; or those that were chosen. */
export function objectColumns({ resultColumns, hasLongIds, duration, band, chosen }: ObjectColumnsOf): readonly ObjectColumn[] {
  const ofBand = resultColumns.map((key) => ({ key, ...parts(key) })).filter((c) => c.band === undefined || band === undefined || c.band === band);
  if (chosen)
    return chosen.flatMap((name) => {
      const found = ofBand.find((c) => c.name === name);
      if (found) return [{ ...resultColumn(found.key, name, duration), width: rank(name) === 0 ? '56px' : '58px', digits: rank(name) === 0 ? 5 : 3 }];
      return OWN.filter((c) => c.key === name);
    });
  const shown = ofBand
    .filter((c) => !/^frequency/i.test(c.name))
    .sort((a, b) => rank(a.name) - rank(b.name) || STRENGTHS.indexOf(a.name) - STRENGTHS.indexOf(b.name))
    .slice(0, RESULTS)
    .map(({ key, name }) => resultColumn(key, name, duration));
  return shown.length ? [...shown, FIXED[2]!] : hasLongIds ? FIXED.slice(1) : FIXED;
}

export interface ColumnChoice {
  readonly name: string;
  readonly about: string;
}

/** What can be shown of an object: every column of the object table once, whatever its bands; numbers before texts. */
export function columnChoices(columns: readonly ColumnMeta[], bands: readonly string[]): readonly ColumnChoice[] {
  const seen = new Map<string, ColumnChoice & { readonly isNumber: boolean }>();
  for (const { name: full, description, unit, type } of columns) {
    if (full === 'id' || full === 'label') continue;
    const { name, band } = parts(full);
    const base = band !== undefined && bands.includes(band) ? name : full;
    const about = [description?.replace(`, band ${band}`, ''), unit].filter(Boolean).join(' · ');
    if (!seen.has(base)) seen.set(base, { name: base, about, isNumber: isNumeric(type) });
  }
  return [...seen.values()].sort((a, b) => Number(b.isNumber) - Number(a.isNumber)).map(({ name, about }) => ({ name, about }));
}
