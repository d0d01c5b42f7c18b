import { type ColumnMeta, type ScalarType, parseType } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import { AppError } from '../../../core/protocol/outcome';
import type { FitsCard } from '../../readers/fits/cards';
import { isAscii, toAscii } from './card-format';
import { INTEGER_RANGE, type Survey } from './survey';

/** How one column goes into the rows of a binary table. */
export interface ColumnPlan {
  readonly meta: ColumnMeta;
  readonly name: string;
  readonly form: string;
  readonly dim?: string | undefined;
  readonly position: number;
  /** Bytes in the row. */
  readonly bytes: number;
  /** Type of the elements on disk: that of the column, or a wider one when nulls need room. */
  readonly element: ScalarType;
  /** Elements of a cell (complex numbers count once). */
  readonly count: number;
  /** Bytes of one string. */
  readonly width: number;
  /** Variable-length: where the arrays lie in the heap. */
  readonly heap?: { readonly kind: 'P' | 'Q'; readonly start: number; readonly bytes: number } | undefined;
  /** What is written where there is no value, as the column means it (before TZERO). */
  readonly nullValue?: bigint | undefined;
  readonly zero?: bigint | undefined;
}

export interface TablePlan {
  readonly columns: readonly ColumnPlan[];
  readonly rowBytes: number;
  readonly heapBytes: number;
}

const CODE: Readonly<Record<ScalarType, string>> = {
  bool: 'L',
  int8: 'B',
  uint8: 'B',
  int16: 'I',
  uint16: 'I',
  int32: 'J',
  uint32: 'J',
  int64: 'K',
  uint64: 'K',
  float32: 'E',
  float64: 'D',
  complex64: 'C',
  complex128: 'M',
  utf8: 'A',
};
export const DISK_BYTES: Readonly<Record<string, number>> = { L: 1, B: 1, I: 2, J: 4, K: 8, E: 4, D: 8, C: 8, M: 16, A: 1 };

/** The sign conventions of FITS 4.0, table 19. */
const ZERO: Partial<Record<ScalarType, bigint>> = { int8: -128n, uint16: 2n ** 15n, uint32: 2n ** 31n, uint64: 2n ** 63n };
const WIDER: Partial<Record<ScalarType, ScalarType>> = {
  uint8: 'int16',
  int8: 'int16',
  int16: 'int32',
  uint16: 'int32',
  int32: 'int64',
  uint32: 'int64',
};

export const MAX_FIELDS = 999;

export function planTable(columns: readonly ColumnMeta[], surveys: ReadonlyMap<string, Survey>, rows: number, alerts: Alert[]): TablePlan {
  if (columns.length > MAX_FIELDS)
    throw new AppError({
      code: 'unsupported',
      message: `the table has ${columns.length} columns (a FITS table holds at most ${MAX_FIELDS})`,
      hint: 'leave some out, or write Arrow',
    });
  let position = 0;
  let heapBytes = 0;
  const plans = columns.map((meta): ColumnPlan => {
    const plan = planColumn(meta, surveys.get(meta.name)!, { rows, position, heapBytes, alerts });
    position += plan.bytes;
    heapBytes += plan.heap?.bytes ?? 0;
    return plan;
  });
  return { columns: plans, rowBytes: position, heapBytes };
}

interface Place {
  readonly rows: number;
  readonly position: number;
  readonly heapBytes: number;
  readonly alerts: Alert[];
}

function planColumn(meta: ColumnMeta, survey: Survey, place: Place): ColumnPlan {
  const { kind, element, size } = parseType(meta.type);
  const { alerts } = place;
  if (!isAscii(meta.name))
    alerts.push({
      severity: 'warning',
      message: `column ${meta.name} is named ${toAscii(meta.name)} in FITS, which holds ASCII only`,
      column: meta.name,
    });
  if (survey.hasNonAscii)
    alerts.push({
      severity: 'info',
      message: `column ${meta.name} has text beyond ASCII: it is written as UTF-8, which not every FITS reader understands`,
      column: meta.name,
    });
  const base = { meta, name: toAscii(meta.name), position: place.position };
  if (element === 'utf8' && kind !== 'list') return textPlan(base, survey, { ...place, fixed: kind === 'fixed', size });
  if (kind === 'list') return heapPlan(base, CODE[element], element, survey, place);
  const stored = survey.nulls > 0 ? nullable(meta, element, survey, alerts) : { element, nullValue: undefined };
  const code = CODE[stored.element];
  const shape = meta.shape && meta.shape.length > 1 ? [...meta.shape].reverse() : kind === 'fixed' && size === 1 ? [1, 1] : undefined;
  if (survey.nulls > 0 && kind === 'fixed' && !/float|complex/.test(element))
    alerts.push({
      severity: 'warning',
      message: `column ${meta.name} holds arrays and has ${survey.nulls} missing cells: ${element === 'bool' ? 'they are written as all false' : `every element of theirs is written as ${stored.nullValue ?? 0n}`}`,
      column: meta.name,
      rows: survey.nulls,
    });
  return {
    ...base,
    form: `${kind === 'fixed' ? size : 1}${code}`,
    dim: shape && `(${shape.join(',')})`,
    bytes: size * DISK_BYTES[code]!,
    element: stored.element,
    count: size,
    width: 0,
    nullValue: stored.nullValue,
    zero: ZERO[stored.element],
  };
}

/** An integer that stands for null and that the data do not use; where every one is used, the next wider type. */
function nullable(meta: ColumnMeta, element: ScalarType, survey: Survey, alerts: Alert[]): { element: ScalarType; nullValue: bigint | undefined } {
  if (!INTEGER_RANGE[element]) return { element, nullValue: undefined };
  const free = survey.candidates[0];
  if (free !== undefined) return { element, nullValue: free };
  const wider = WIDER[element];
  if (wider) {
    alerts.push({
      severity: 'info',
      message: `column ${meta.name} is written as ${wider}: its ${element} values leave none to stand for its missing ones`,
      column: meta.name,
    });
    return { element: wider, nullValue: INTEGER_RANGE[wider]![0] };
  }
  const used = INTEGER_RANGE[element]![0];
  alerts.push({
    severity: 'warning',
    message: `column ${meta.name} has ${survey.nulls} missing values written as ${used}, which some of its values are too`,
    column: meta.name,
    rows: survey.nulls,
  });
  return { element, nullValue: used };
}

type Base = Pick<ColumnPlan, 'meta' | 'name' | 'position'>;

/** A text column goes into the rows unless a few long texts would blow up all of them. */
function textPlan(base: Base, survey: Survey, place: Place & { fixed: boolean; size: number }): ColumnPlan {
  const width = Math.max(1, survey.longest);
  if (survey.nulls > 0)
    place.alerts.push({
      severity: 'warning',
      message: `column ${base.meta.name} has ${survey.nulls} missing texts: FITS has no null text, they are written as empty`,
      column: base.meta.name,
      rows: survey.nulls,
    });
  if (!place.fixed && width > 256 && place.rows * width > 4 * survey.total + 2 ** 24) return heapPlan(base, 'A', 'utf8', survey, place);
  const count = place.fixed ? place.size : 1;
  const axes = place.fixed ? [width, ...(base.meta.shape && base.meta.shape.length > 1 ? [...base.meta.shape].reverse() : [count])] : undefined;
  return { ...base, form: `${width * count}A`, dim: axes && `(${axes.join(',')})`, bytes: width * count, element: 'utf8', count, width };
}

function heapPlan(base: Base, code: string, element: ScalarType, survey: Survey, place: Place): ColumnPlan {
  const bytes = survey.total * DISK_BYTES[code]!;
  const kind = place.heapBytes + bytes < 2 ** 31 ? 'P' : 'Q';
  if (survey.nulls > 0 && element !== 'utf8')
    place.alerts.push({
      severity: 'warning',
      message: `column ${base.meta.name} has ${survey.nulls} missing lists: FITS has none, they are written as empty`,
      column: base.meta.name,
      rows: survey.nulls,
    });
  return {
    ...base,
    form: `1${kind}${code}(${survey.longest})`,
    bytes: kind === 'P' ? 8 : 16,
    element,
    count: 1,
    width: 0,
    heap: { kind, start: place.heapBytes, bytes },
    zero: ZERO[element],
  };
}

/** The cards that describe a column, in the order of the standard. */
export function columnCards(plan: ColumnPlan, n: number, alerts: Alert[]): FitsCard[] {
  const { meta } = plan;
  const cards: FitsCard[] = [
    { key: `TTYPE${n}`, value: plan.name },
    { key: `TFORM${n}`, value: plan.form },
  ];
  const add = (key: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined && value !== '') cards.push({ key: `${key}${n}`, value });
  };
  // A name beyond ASCII comes back from its escapes in a card of our own.
  if (!isAscii(meta.name)) add('TNAME', escapeName(meta.name));
  // The standard spells micro `u` (FITS 4.0, table 5).
  add('TUNIT', meta.unit?.replace(/[\u00b5\u03bc]/g, 'u').replace(/[\u00c5\u212b]/g, 'Angstrom'));
  add('TDIM', plan.dim);
  if (plan.zero !== undefined) {
    add('TSCAL', 1);
    cards.push(integerCard(`TZERO${n}`, plan.zero));
  }
  if (plan.nullValue !== undefined) cards.push(integerCard(`TNULL${n}`, plan.nullValue - (plan.zero ?? 0n)));
  add('TDISP', /^[AILBOZFEGD][A-Z]?\d/.test(meta.display ?? '') ? meta.display : undefined);
  add('TUCD', meta.ucd);
  add('TCOMM', meta.description);
  for (const [key, value] of Object.entries(meta.extra ?? {}))
    if (/^T[A-Z_]{2,6}$/.test(key) && !/^T(NULL|SCAL|ZERO|HEAP)$/.test(key) && `${key}${n}`.length <= 8) add(key, value);
  for (const card of cards)
    if (typeof card.value === 'string' && card.key !== `TTYPE${n}` && !isAscii(card.value))
      alerts.push({
        severity: 'warning',
        message: `${card.key} of column ${meta.name} is not ASCII and is written as ${toAscii(card.value)}`,
        column: meta.name,
      });
  return cards;
}

function escapeName(name: string): string {
  return name.replace(/[^\x20-\x7e]|\\/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Exact also beyond 2^53. */
function integerCard(key: string, value: bigint): FitsCard {
  return { key, value: Number(value), raw: String(value) };
}
