import { type Chunk, type ColumnMeta, type NumericArray, arrayFor } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import type { ReadOptions, RecordBatch } from '../reader';
import { Breather } from './breather';
import type { FitsHeader } from './cards';
import { MAX_FIELDS, columnNames, describeColumn, extraCards } from './columns';
import { unreadable } from './hdu';
import type { RowBlock } from './row-blocks';
import type { Remark, Sink } from './sinks';
import { latin1Remark } from './sinks';
import type { Strided } from './swap';
import { TextBuilder } from './text-builder';
import { type AsciiForm, parseAsciiForm } from './tform';
import { ValidityBuilder } from './validity';

export interface AsciiColumn {
  readonly meta: ColumnMeta;
  readonly form: AsciiForm;
  /** First character of the row, from 0. */
  readonly position: number;
  readonly scale: number;
  readonly zero: number;
  readonly nullText?: string | undefined;
}

export function asciiColumns(header: FitsHeader, hdu: number, alerts: Alert[]): AsciiColumn[] {
  const fields = header.integer('TFIELDS') ?? 0;
  if (fields < 0 || fields > 100 * MAX_FIELDS)
    throw unreadable(`HDU ${hdu} has TFIELDS = ${fields} (must be from 0 to ${MAX_FIELDS})`, 'the file is damaged: fetch it again');
  const width = header.integer('NAXIS1') ?? 0;
  const names = columnNames(header, fields, hdu, alerts);
  const extras = extraCards(header, fields);
  return names.map((name, i) => {
    const n = i + 1;
    const text = header.text(`TFORM${n}`);
    const form = text === undefined ? undefined : parseAsciiForm(text);
    const start = header.integer(`TBCOL${n}`);
    if (!form || start === undefined || start < 1 || start - 1 + form.width > width)
      throw unreadable(
        `column ${n} of HDU ${hdu} has TFORM${n} = ${text ?? 'nothing'} and TBCOL${n} = ${start ?? 'nothing'} (must be an ASCII table format such as F8.3 inside rows of ${width} characters)`,
        'the file is damaged or not a standard table',
        { column: name },
      );
    const scale = header.number(`TSCAL${n}`) ?? 1;
    const zero = header.number(`TZERO${n}`) ?? 0;
    const scaled = form.code !== 'A' && (scale !== 1 || zero !== 0);
    const type = form.code === 'A' ? 'utf8' : form.code !== 'I' || scaled ? 'float64' : form.width < 10 ? 'int32' : 'int64';
    const given = header.value(`TNULL${n}`);
    return {
      meta: { name, type, ...describeColumn(header, n), extra: extras.get(n), origin: 'file' },
      form,
      position: start - 1,
      scale,
      zero,
      nullText: given === undefined ? undefined : String(given).trim(),
    };
  });
}

/** Rows parsed between two looks at the clock. */
const SLICE_ROWS = 2048;

/** Rows of an ASCII table as batches of `chunkRows`. */
export async function* readAscii(
  layout: { readonly columns: readonly AsciiColumn[]; readonly rowBytes: number; readonly rows: number },
  blocks: AsyncIterable<RowBlock>,
  options: ReadOptions,
  remark: Remark,
): AsyncGenerator<RecordBatch> {
  const columns = options.columns ? layout.columns.filter((c) => options.columns!.includes(c.meta.name)) : layout.columns;
  const breather = new Breather(options.signal);
  let started = 0;
  let size = Math.min(options.chunkRows, layout.rows);
  let sinks = columns.map((c) => asciiSink(c, { rows: size, firstRow: started }, remark));
  let filled = 0;
  for await (const block of blocks) {
    for (let row = 0; row < block.rows;) {
      if (breather.isDue()) await breather.pause();
      const n = Math.min(block.rows - row, size - filled, SLICE_ROWS);
      columns.forEach((c, i) =>
        sinks[i]!.add({ bytes: block.bytes, view: block.view, from: row * layout.rowBytes + c.position, rowBytes: layout.rowBytes, rows: n }),
      );
      row += n;
      filled += n;
      if (filled < size) continue;
      const chunks = new Map<string, Chunk>();
      for (const [i, c] of columns.entries()) chunks.set(c.meta.name, await sinks[i]!.finish());
      yield { rows: size, chunks };
      started += size;
      size = Math.min(options.chunkRows, layout.rows - started);
      sinks = columns.map((c) => asciiSink(c, { rows: size, firstRow: started }, remark));
      filled = 0;
    }
  }
}

/** Rows of one chunk, and the row of the table it begins with. */
interface Span {
  readonly rows: number;
  readonly firstRow: number;
}

function asciiSink(column: AsciiColumn, span: Span, remark: Remark): Sink {
  return column.form.code === 'A' ? new AsciiText(column, span.rows, remark) : new AsciiNumbers(column, span, remark);
}

class AsciiText implements Sink {
  private readonly text: TextBuilder;
  private readonly validity: ValidityBuilder;
  private row = 0;

  constructor(
    private readonly column: AsciiColumn,
    private readonly rows: number,
    private readonly remark: Remark,
  ) {
    this.text = new TextBuilder(rows, rows * Math.min(column.form.width, 16));
    this.validity = new ValidityBuilder(rows);
  }

  add({ bytes, from, rowBytes, rows }: Strided): void {
    const { nullText, form } = this.column;
    this.text.addCells(bytes, from, form.width, rowBytes, rows);
    if (nullText)
      for (let row = 0, p = from; row < rows; row++, p += rowBytes)
        if (fieldText(bytes, p, form.width) === nullText) this.validity.setNull(this.row + row);
    this.row += rows;
  }

  finish(): Chunk {
    const { name } = this.column.meta;
    if (this.text.latin1 > 0) this.remark(name, latin1Remark(name));
    return { length: this.rows, stride: 1, ...this.text.finish(), validity: this.validity.finish() };
  }
}

function fieldText(bytes: Uint8Array, from: number, width: number): string {
  let text = '';
  for (let i = from; i < from + width; i++) text += String.fromCharCode(bytes[i]!);
  return text.replace(/\0/g, ' ').trim();
}

/** Blank numeric fields are 0, as the Fortran formats of the standard have it, with a remark; fields that are no number are null, with a remark. */
class AsciiNumbers implements Sink {
  private readonly data: NumericArray;
  private readonly validity: ValidityBuilder;
  private row = 0;

  constructor(
    private readonly column: AsciiColumn,
    private readonly span: Span,
    private readonly remark: Remark,
  ) {
    this.data = arrayFor(column.meta.type as 'int32' | 'int64' | 'float64', span.rows);
    this.validity = new ValidityBuilder(span.rows);
  }

  add({ bytes, from, rowBytes, rows }: Strided): void {
    const { nullText, form, meta } = this.column;
    const missing = meta.type === 'float64' ? NaN : 0;
    for (let row = 0, p = from; row < rows; row++, p += rowBytes) {
      const at = this.row + row;
      const text = fieldText(bytes, p, form.width);
      if (nullText !== undefined && text === nullText) {
        this.setNull(at, missing);
      } else if (text === '') {
        this.remark(meta.name, `column ${meta.name} has blank fields: they are read as 0, as the FITS standard has it`);
        this.setNumber(at, '0');
      } else if (!this.setNumber(at, text)) {
        this.remark(
          meta.name,
          `column ${meta.name} has fields that are not numbers (the first in row ${this.span.firstRow + at}: ${text.slice(0, 40)}): they are missing`,
        );
        this.setNull(at, missing);
      }
    }
    this.row += rows;
  }

  finish(): Chunk {
    return { length: this.span.rows, stride: 1, data: this.data, validity: this.validity.finish() };
  }

  private setNull(at: number, filler: number): void {
    if (!(this.data instanceof BigInt64Array)) this.data[at] = filler;
    this.validity.setNull(at);
  }

  private setNumber(at: number, text: string): boolean {
    const { form, scale, zero } = this.column;
    const { data } = this;
    if (data instanceof BigInt64Array) {
      if (!/^[+-]?\d{1,19}$/.test(text)) return false;
      const value = BigInt(text);
      data[at] = value;
      return data[at] === value;
    }
    const value = form.code === 'I' ? parseInteger(text) : parseReal(text, form.decimals);
    if (value === undefined) return false;
    const scaled = value * scale + zero;
    data[at] = scaled;
    return data instanceof Float64Array || data[at] === scaled;
  }
}

function parseInteger(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** Fortran's reading of a real: D exponents, exponents without a letter, and an implied decimal point where none is written. */
export function parseReal(text: string, decimals: number): number | undefined {
  const m = /^([+-]?)(\d*)(\.?)(\d*)(?:[EeDd]?([+-]\d+)|[EeDd](\d+))?$/.exec(text);
  if (!m || (m[2] === '' && m[4] === '')) return /^[+-]?(nan|inf(inity)?)$/i.test(text) ? specialReal(text) : undefined;
  const exponent = Number(m[5] ?? m[6] ?? 0) - (m[3] === '' ? decimals : 0);
  return Number(`${m[1]}${m[2] === '' ? '0' : m[2]}.${m[4] === '' ? '0' : m[4]}E${exponent}`);
}

function specialReal(text: string): number {
  if (/nan/i.test(text)) return NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}
