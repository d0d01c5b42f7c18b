import type { ColumnMeta, ColumnType, ScalarType } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import { type FitsHeader } from './cards';
import { unreadable } from './hdu';
import { type BinaryForm, ELEMENT_TYPE, parseBinaryForm, parseDim } from './tform';

/** A binary table column: what it becomes and how its bytes lie in a row. */
export interface BinaryColumn {
  readonly meta: ColumnMeta;
  readonly form: BinaryForm;
  /** Byte of the row where it starts. */
  readonly position: number;
  /** Elements of a cell: numbers, or strings of `stringWidth` bytes. */
  readonly count: number;
  readonly stringWidth: number;
  /** The unsigned (or signed byte) convention: the sign bit is flipped on the way in. */
  readonly flipped: boolean;
  /** TSCAL and TZERO other than the unsigned conventions: the value is float64. */
  readonly scale?: number | undefined;
  readonly zero?: number | undefined;
  /** The raw integer that stands for "no value". */
  readonly nullValue?: bigint | undefined;
}

export const MAX_FIELDS = 999;

/** Keywords of a column that ColumnMeta or the layout already says. */
const SAID = new Set(['TTYPE', 'TFORM', 'TUNIT', 'TUCD', 'TCOMM', 'TDISP', 'TDIM', 'TBCOL', 'TNAME']);

export function binaryColumns(header: FitsHeader, hdu: number, alerts: Alert[]): BinaryColumn[] {
  const fields = header.integer('TFIELDS') ?? 0;
  if (fields < 0 || fields > 100 * MAX_FIELDS)
    throw unreadable(`HDU ${hdu} has TFIELDS = ${fields} (must be from 0 to ${MAX_FIELDS})`, 'the file is damaged: fetch it again');
  const names = columnNames(header, fields, hdu, alerts);
  const extras = extraCards(header, fields);
  const columns: BinaryColumn[] = [];
  let position = 0;
  for (let n = 1; n <= fields; n++) {
    const text = header.text(`TFORM${n}`);
    const form = text === undefined ? undefined : parseBinaryForm(text);
    if (!form)
      throw unreadable(
        `column ${n} of HDU ${hdu} has TFORM${n} = ${text ?? 'nothing'} (must be a binary table format such as 1E)`,
        'the file is damaged or not a standard table',
        { column: names[n - 1]! },
      );
    columns.push(binaryColumn(header, n, { name: names[n - 1]!, form, position, extra: extras.get(n), alerts }));
    position += form.bytes;
  }
  const width = header.integer('NAXIS1') ?? 0;
  if (position > width)
    throw unreadable(`the columns of HDU ${hdu} take ${position} bytes a row, but NAXIS1 is ${width}`, 'the header is damaged: fetch the file again');
  return columns;
}

/** Names as given, `col3` where there is none, `name_2` where a name comes again (FITS names differ not by case alone: that stays as it is). */
export function columnNames(header: FitsHeader, fields: number, hdu: number, alerts: Alert[]): string[] {
  const taken = new Set<string>();
  const names: string[] = [];
  for (let n = 1; n <= fields; n++) {
    const value = originalName(header.text(`TNAME${n}`)) ?? header.value(`TTYPE${n}`);
    const given = value === undefined || value === '' ? undefined : String(value).trim();
    let name = given ?? `col${n}`;
    if (taken.has(name)) {
      let k = 2;
      while (taken.has(`${name}_${k}`)) k++;
      alerts.push({
        severity: 'warning',
        message: `HDU ${hdu} has several columns named ${name}: column ${n} is called ${name}_${k}`,
        column: `${name}_${k}`,
      });
      name = `${name}_${k}`;
    }
    taken.add(name);
    names.push(name);
  }
  return names;
}

/** A name that FITS cannot spell, as our writer keeps it (`\u00b5` for µ); undefined for any other text. */
function originalName(text: string | undefined): string | undefined {
  if (text === undefined || !/\\u[0-9a-f]{4}/.test(text)) return undefined;
  return text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Every other `T…n` card, by column number. */
export function extraCards(header: FitsHeader, fields: number): Map<number, Record<string, string | number | boolean>> {
  const out = new Map<number, Record<string, string | number | boolean>>();
  for (const card of header.cards) {
    const m = /^(T[A-Z_]{2,6})(\d{1,3})$/.exec(card.key);
    if (!m || card.value === undefined || SAID.has(m[1]!)) continue;
    const n = Number(m[2]);
    if (n < 1 || n > fields) continue;
    const extra = out.get(n) ?? {};
    extra[m[1]!] =
      card.raw !== undefined && typeof card.value === 'number' && !Number.isSafeInteger(card.value) && /^[+-]?\d+$/.test(card.raw)
        ? card.raw
        : card.value;
    out.set(n, extra);
  }
  return out;
}

/** What a column says of itself in either kind of table. */
export function describeColumn(header: FitsHeader, n: number): Omit<ColumnMeta, 'name' | 'type'> {
  const given = (key: string): string | undefined => {
    const v = header.value(`${key}${n}`);
    return v === undefined || v === '' ? undefined : String(v).trim() || undefined;
  };
  const comment = header.comment(`TTYPE${n}`);
  // Writers put boilerplate there: "label for field 3", "column title".
  const telling =
    comment !== undefined && !/^(label for (field|column)\b.*|field name|column name|name of (field|column).*)$/i.test(comment.trim())
      ? comment
      : undefined;
  return {
    unit: given('TUNIT'),
    ucd: given('TUCD'),
    description: given('TCOMM') ?? given('TDESC') ?? telling?.replace(/^column title:\s*/i, ''),
    display: given('TDISP'),
  };
}

interface Place {
  readonly name: string;
  readonly form: BinaryForm;
  readonly position: number;
  readonly extra: Record<string, string | number | boolean> | undefined;
  readonly alerts: Alert[];
}

const SIGN: Partial<Record<string, { zero: number; type: ScalarType }>> = {
  B: { zero: -128, type: 'int8' },
  I: { zero: 2 ** 15, type: 'uint16' },
  J: { zero: 2 ** 31, type: 'uint32' },
  K: { zero: 2 ** 63, type: 'uint64' },
};

function binaryColumn(header: FitsHeader, n: number, place: Place): BinaryColumn {
  const { form, name } = place;
  const scale = header.number(`TSCAL${n}`) ?? 1;
  const zero = header.number(`TZERO${n}`) ?? 0;
  const scalable = !'LXA'.includes(form.code);
  const sign = SIGN[form.code];
  const flipped = scale === 1 && sign?.zero === zero;
  const scaled = scalable && !flipped && (scale !== 1 || zero !== 0);
  const complex = form.code === 'C' || form.code === 'M';
  const element: ScalarType = flipped ? sign!.type : scaled ? (complex ? 'complex128' : 'float64') : ELEMENT_TYPE[form.code];
  const nullValue = 'BIJK'.includes(form.code) ? header.bigint(`TNULL${n}`) : undefined;
  const shape = cellShape(header, n, place);
  const meta: ColumnMeta = {
    name,
    type: shape.type(element),
    ...describeColumn(header, n),
    shape: shape.axes,
    extra: place.extra,
    origin: 'file',
  };
  if (nullValue !== undefined && meta.type !== element)
    place.alerts.push({
      severity: 'info',
      message: `column ${name} holds arrays and marks missing elements with ${nullValue}${scaled ? ': they are read as NaN' : ': they are kept as that number'}`,
      column: name,
    });
  return {
    meta,
    form,
    position: place.position,
    count: shape.count,
    stringWidth: shape.stringWidth,
    flipped,
    ...(scaled ? { scale, zero } : {}),
    nullValue,
  };
}

interface CellShape {
  type(element: ScalarType): ColumnType;
  readonly axes: readonly number[] | undefined;
  readonly count: number;
  readonly stringWidth: number;
}

function cellShape(header: FitsHeader, n: number, { form, name, alerts }: Place): CellShape {
  if (form.heap) {
    // A variable-length array of characters is one string.
    return { type: (e) => (e === 'utf8' ? 'utf8' : `list<${e}>`), axes: undefined, count: 1, stringWidth: 0 };
  }
  let dim = parseDim(header.text(`TDIM${n}`));
  const size = dim?.reduce((a, b) => a * b, 1);
  if (dim && size !== form.repeat) {
    alerts.push({
      severity: 'warning',
      message: `column ${name} has TDIM${n} = ${header.text(`TDIM${n}`)!}, which is not ${form.repeat} elements: its cells are read as plain arrays`,
      column: name,
    });
    dim = undefined;
  }
  if (form.code === 'A') return stringShape(form, dim);
  const fixed = form.repeat !== 1 || (dim !== undefined && dim.length > 1);
  const list = (e: ScalarType): ColumnType => (fixed ? `fixed_list<${e}>[${form.repeat}]` : e);
  return { type: list, axes: dim && dim.length > 1 ? dim : undefined, count: form.repeat, stringWidth: 0 };
}

function stringShape(form: BinaryForm, dim: readonly number[] | undefined): CellShape {
  const width = dim ? dim[dim.length - 1]! : (form.substring ?? form.repeat);
  const count = width > 0 ? Math.floor(form.repeat / width) : 1;
  const axes = dim?.slice(0, -1) ?? [];
  const fixed = count > 1 || axes.length > 0;
  return {
    type: () => (fixed ? `fixed_list<utf8>[${count}]` : 'utf8'),
    axes: axes.length > 1 ? axes : undefined,
    count: fixed ? count : 1,
    stringWidth: width,
  };
}
