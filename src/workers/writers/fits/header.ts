import type { Alert, HeaderCard } from '../../../core/model/table';
import { FitsHeader } from '../../readers/fits/cards';
import { timeReference } from '../../readers/fits/time-reference';
import type { ExportSource } from '../writer';
import { formatCard, headerBytes, isAscii } from './card-format';
import { type TablePlan, columnCards } from './plan';

/** Cards that belong to the file's structure, or that what is written makes untrue. */
const OWN =
  /^(SIMPLE|XTENSION|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|GROUPS|TFIELDS|THEAP|EXTEND|EXTNAME|EXTVER|EXTLEVEL|CHECKSUM|DATASUM|END|CONTINUE|LONGSTRN|BSCALE|BZERO|BUNIT|BLANK|INHERIT|Z(TABLE|TILELEN|NAXIS\d*|PCOUNT|FORM\d+|CTYP\d+|HECKSUM|DATASUM))$/;
const OF_COLUMN = /^T[A-Z_]{2,6}\d{1,3}$/;
/** World coordinates of vector columns: `1CRV4P` says column 4. */
const COORDINATES = /^\d{1,3}[A-Z]{1,5}\d{1,3}[A-Z]?$|^WCAX\d+[A-Z]?$|^WCSN\d+[A-Z]?$/;

export function primaryHeader(): Buffer {
  return headerBytes(
    [
      { key: 'SIMPLE', value: true, comment: 'conforms to FITS standard' },
      { key: 'BITPIX', value: 8 },
      { key: 'NAXIS', value: 0 },
      { key: 'EXTEND', value: true },
    ].flatMap(formatCard),
  );
}

interface Shape {
  readonly rowBytes: number;
  readonly rows: number;
  readonly heapBytes: number;
  readonly fields: number;
}

export function structureCards({ rowBytes, rows, heapBytes, fields }: Shape): HeaderCard[] {
  return [
    { key: 'XTENSION', value: 'BINTABLE', comment: 'binary table extension' },
    { key: 'BITPIX', value: 8 },
    { key: 'NAXIS', value: 2 },
    { key: 'NAXIS1', value: rowBytes, comment: 'bytes of a row' },
    { key: 'NAXIS2', value: rows, comment: 'rows' },
    { key: 'PCOUNT', value: heapBytes, comment: 'bytes of variable-length arrays' },
    { key: 'GCOUNT', value: 1 },
    { key: 'TFIELDS', value: fields, comment: 'columns' },
  ];
}

/** The table's header: structure, columns, the source's own cards as far as they still hold, and what was done. */
export function tableHeader(source: ExportSource, plan: TablePlan, alerts: Alert[]): Buffer {
  const cards: HeaderCard[] = [
    ...structureCards({ rowBytes: plan.rowBytes, rows: source.rows, heapBytes: plan.heapBytes, fields: plan.columns.length }),
    ...plan.columns.flatMap((c, i) => columnCards(c, i + 1, alerts)),
    { key: 'EXTNAME', value: source.meta.name },
    ...keptCards(
      source,
      plan.columns.map((c) => c.name),
      alerts,
    ),
    ...source.history.map((line) => ({ key: 'HISTORY', comment: ` ${line}` })),
  ];
  const lines = cards.flatMap(formatCard);
  // Readers that know the convention only by its announcement look for this one.
  if (lines.some((l) => l.startsWith('CONTINUE')))
    lines.push(...formatCard({ key: 'LONGSTRN', value: 'OGIP 1.0', comment: 'long strings go on in CONTINUE' }));
  return headerBytes(lines);
}

/** The source's own cards that still hold; `columns`: the names of those written. What is left out or changed is an alert. */
export function keptCards(source: ExportSource, columns: readonly string[], alerts: Alert[]): HeaderCard[] {
  const { header } = source.meta;
  const sameColumns = header.every((c) => {
    const n = /^TTYPE(\d+)$/.exec(c.key)?.[1];
    return n === undefined || columns[Number(n) - 1] === String(c.value).trim();
  });
  const kept = header.filter((c) => !OWN.test(c.key) && !OF_COLUMN.test(c.key) && (sameColumns || !COORDINATES.test(c.key)));
  if (!sameColumns && header.some((c) => COORDINATES.test(c.key)))
    alerts.push({ severity: 'info', message: 'coordinate cards that name columns by number are left out: the columns are not those of the source' });
  const lost = kept.filter((c) => !isAscii(`${c.key}${String(c.value ?? '')}`));
  if (lost.length > 0)
    alerts.push({ severity: 'warning', message: `${lost.length} header cards are not ASCII: the characters FITS cannot hold are written as ?` });
  return [...kept.map(allowed), ...timeCards(source, kept)];
}

/** Keywords of images and of primary headers alone go into a comment. */
function allowed(card: HeaderCard): HeaderCard {
  if (!/^(DATAMIN|DATAMAX|BLOCKED)$/.test(card.key)) return card;
  return { key: 'COMMENT', comment: ` ${card.key} = ${String(card.value ?? '')}` };
}

/** A time zero that no kept card states: that of stacked files, or of another format. */
function timeCards(source: ExportSource, kept: readonly HeaderCard[]): HeaderCard[] {
  const { timeOrigin, timeSystem } = source.meta;
  if (timeOrigin === undefined || timeReference(new FitsHeader(kept)).timeOrigin === timeOrigin) return [];
  const whole = Math.floor(timeOrigin);
  if (/^B(K|T)?JD/.test(timeSystem ?? ''))
    return [
      { key: 'BJDREFI', value: whole, comment: 'integer part of the BJD of time zero' },
      { key: 'BJDREFF', value: timeOrigin - whole, comment: 'fraction of the day' },
    ];
  if (timeSystem !== 'MJD' && timeSystem !== 'JD') return [];
  return [
    { key: 'TIMEUNIT', value: 'd' },
    { key: timeSystem === 'MJD' ? 'MJDREF' : 'JDREF', value: 0, comment: 'date of time zero' },
  ];
}
