import { type Chunk, type ColumnMeta, isValid, parseType, type ScalarType } from '../../../core/model/column';

/** The cell of one row as CSV text. */
export type CellWriter = (row: number) => string;

/** Shortest decimal that reads back as the same double; `nan`, `inf`, `-inf` for the rest. */
export function float64Text(v: number): string {
  if (v === 0) return Object.is(v, -0) ? '-0' : '0';
  if (Number.isFinite(v)) return String(v);
  return Number.isNaN(v) ? 'nan' : v > 0 ? 'inf' : '-inf';
}

/** Shortest decimal that reads back as the same float32. */
export function float32Text(v: number): string {
  if (!Number.isFinite(v) || Number.isInteger(v)) return float64Text(v);
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(v.toPrecision(digits));
    if (Math.fround(rounded) === v) return String(rounded);
  }
  return String(Number(v.toPrecision(9)));
}

/** RFC 4180: quoted where a reader could take the text for something else. Empty text is `""`, so that it is not a null. */
export function quoted(text: string): string {
  if (text === '' || /[",\r\n]|^[\s#]|\s$|^null$/.test(text)) return `"${text.replaceAll('"', '""')}"`;
  return text;
}

function scalarText(element: ScalarType): (v: number | bigint) => string {
  if (element === 'float32' || element === 'complex64') return (v) => float32Text(v as number);
  if (element === 'float64' || element === 'complex128') return (v) => float64Text(v as number);
  if (element === 'bool') return (v) => (v ? 'true' : 'false');
  return String;
}

/** Nulls are empty; vectors and complex numbers are `"[1,2]"`. */
export function cellWriter(meta: ColumnMeta, chunk: Chunk): CellWriter {
  const { kind, element, size } = parseType(meta.type);
  const { data, offsets } = chunk;
  if (kind === 'scalar' && element === 'utf8') {
    // TextDecoder and Buffer refuse or copy shared memory: one copy a chunk instead of one a cell.
    const bytes = Buffer.from(data as Uint8Array);
    const start = offsets!;
    return (row) => (isValid(chunk, row) ? quoted(bytes.toString('utf8', start[row], start[row + 1])) : '');
  }
  const text = scalarText(element);
  const width = element.startsWith('complex') ? 2 : 1;
  if (kind === 'scalar' && width === 1) return (row) => (isValid(chunk, row) ? text(data[row]!) : '');
  return (row) => {
    if (!isValid(chunk, row)) return '';
    const from = (kind === 'list' ? offsets![row]! : row * size) * width;
    const to = (kind === 'list' ? offsets![row + 1]! : (row + 1) * size) * width;
    const items = Array.from({ length: to - from }, (_, i) => text(data[from + i]!)).join(',');
    return `"[${items}]"`;
  };
}
