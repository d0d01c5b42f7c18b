import { type Chunk, type NumericArray, arrayFor, parseType, strideOf } from '../../../core/model/column';
import type { BinaryColumn } from './columns';
import { type Strided, copyElements } from './swap';
import { TextBuilder } from './text-builder';
import { ELEMENT_BYTES } from './tform';
import { ValidityBuilder } from './validity';

/** Remarks that reading makes: each is told once a table. */
export type Remark = (column: string, message: string) => void;

/** Collects one column's cells of one chunk, block of rows by block of rows. */
export interface Sink {
  add(block: Strided): void;
  finish(): Chunk | Promise<Chunk>;
}

/** A sink for a column whose cells lie in the row itself. */
export function fixedSink(column: BinaryColumn, rows: number, remark: Remark): Sink {
  const { code } = column.form;
  if (code === 'A') return new TextSink(column, rows, remark);
  if (code === 'L') return new LogicalSink(column, rows, remark);
  if (code === 'X') return new BitSink(column, rows);
  return column.scale !== undefined ? new ScaledSink(column, rows) : new NumberSink(column, rows);
}

/** Elements on disk that one cell takes (complex counts twice), and their width. */
export function partsOf(column: BinaryColumn): { parts: number; size: number } {
  const { code } = column.form;
  const complex = code === 'C' || code === 'M';
  return { parts: complex ? 2 : 1, size: ELEMENT_BYTES[code] / (complex ? 2 : 1) };
}

class NumberSink implements Sink {
  private readonly data: NumericArray;
  private readonly perRow: number;
  private readonly size: number;
  private readonly validity: ValidityBuilder;
  private row = 0;

  constructor(
    private readonly column: BinaryColumn,
    private readonly rows: number,
  ) {
    const { parts, size } = partsOf(column);
    this.perRow = column.count * parts;
    this.size = size;
    this.data = arrayFor(parseType(column.meta.type).element, rows * this.perRow);
    this.validity = new ValidityBuilder(rows);
  }

  add(block: Strided): void {
    copyElements(block, this.perRow, this.size, this.data, this.row * this.perRow, this.column.flipped);
    if (this.column.nullValue !== undefined && parseType(this.column.meta.type).kind === 'scalar') this.markNulls(this.row, this.row + block.rows);
    this.row += block.rows;
  }

  finish(): Chunk {
    return { length: this.rows, stride: strideOf(this.column.meta.type), data: this.data, validity: this.validity.finish() };
  }

  private markNulls(from: number, to: number): void {
    const wanted = this.column.nullValue!;
    const { data, validity } = this;
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      // Two words at a time: comparing BigInts would allocate one a row.
      const words = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
      const low = Number(BigInt.asIntN(32, wanted));
      const high = Number(BigInt.asIntN(32, wanted >> 32n)) ^ (this.column.flipped ? 0x80000000 | 0 : 0);
      for (let i = from; i < to; i++) if (words[2 * i] === low && words[2 * i + 1] === high) validity.setNull(i);
      return;
    }
    const value = Number(wanted) + (this.column.flipped ? FLIP_OFFSET[this.size]! : 0);
    for (let i = from; i < to; i++) if (data[i] === value) validity.setNull(i);
  }
}

const FLIP_OFFSET: Readonly<Record<number, number>> = { 1: -128, 2: 2 ** 15, 4: 2 ** 31 };

/** TSCAL and TZERO applied in float64; TNULL is looked for before scaling, as the standard says. */
class ScaledSink implements Sink {
  private readonly data: Float64Array;
  private readonly perRow: number;
  private readonly size: number;
  private readonly validity: ValidityBuilder;
  private readonly scalar: boolean;
  private row = 0;

  constructor(
    private readonly column: BinaryColumn,
    private readonly rows: number,
  ) {
    const { parts, size } = partsOf(column);
    this.perRow = column.count * parts;
    this.size = size;
    this.data = new Float64Array(rows * this.perRow);
    this.validity = new ValidityBuilder(rows);
    this.scalar = parseType(column.meta.type).kind === 'scalar';
  }

  add(block: Strided): void {
    const raw = rawArray(this.column, block.rows * this.perRow);
    copyElements(block, this.perRow, this.size, raw, 0, false);
    scaleInto(this.column, raw, this.data, this.row * this.perRow, (i) => {
      if (this.scalar) this.validity.setNull(i);
    });
    this.row += block.rows;
  }

  finish(): Chunk {
    return { length: this.rows, stride: strideOf(this.column.meta.type), data: this.data, validity: this.validity.finish() };
  }
}

/** An array of the column's elements as they are on disk. */
export function rawArray(column: BinaryColumn, count: number): NumericArray {
  const raw = { B: 'uint8', I: 'int16', J: 'int32', K: 'int64', E: 'float32', D: 'float64', C: 'float32', M: 'float64' } as const;
  return arrayFor(raw[column.form.code as keyof typeof raw], count);
}

/** raw × TSCAL + TZERO; TZERO shifts only the real part of complex numbers. Missing elements become NaN and are reported by their index in `out`. */
export function scaleInto(column: BinaryColumn, raw: NumericArray, out: Float64Array, at: number, onNull: (index: number) => void): void {
  const scale = column.scale!;
  const zero = column.zero!;
  const complex = column.form.code === 'C' || column.form.code === 'M';
  const missing = column.nullValue;
  if (raw instanceof BigInt64Array || raw instanceof BigUint64Array) {
    for (let i = 0; i < raw.length; i++) out[at + i] = raw[i] === missing ? markMissing(at + i, onNull) : Number(raw[i]!) * scale + zero;
    return;
  }
  const value = missing === undefined ? NaN : Number(missing);
  for (let i = 0; i < raw.length; i++) {
    const v = raw[i]!;
    out[at + i] = v === value ? markMissing(at + i, onNull) : v * scale + (complex && (i & 1) === 1 ? 0 : zero);
  }
}

function markMissing(index: number, onNull: (index: number) => void): number {
  onNull(index);
  return NaN;
}

export const TRUE = 0x54;
const FALSE = 0x46;

/** `T` is true, `F` false, 0 null (in an array: false). Another byte is not FITS: 1, which some writers used, is read as true, the rest as false. */
class LogicalSink implements Sink {
  private readonly data: Uint8Array;
  private readonly validity: ValidityBuilder;
  private row = 0;

  constructor(
    private readonly column: BinaryColumn,
    private readonly rows: number,
    private readonly remark: Remark,
  ) {
    this.data = new Uint8Array(rows * column.count);
    this.validity = new ValidityBuilder(rows);
  }

  add({ bytes, from, rowBytes, rows }: Strided): void {
    const { count } = this.column;
    const scalar = this.column.meta.type === 'bool';
    let o = this.row * count;
    for (let row = 0, start = from; row < rows; row++, start += rowBytes) {
      for (let p = start; p < start + count; p++, o++) {
        const b = bytes[p]!;
        if (b === TRUE) this.data[o] = 1;
        else if (b === 0 && scalar) this.validity.setNull(o);
        else if (b !== FALSE) this.data[o] = readOddLogical(b, this.column.meta.name, this.remark);
      }
    }
    this.row += rows;
  }

  finish(): Chunk {
    return { length: this.rows, stride: this.column.count, data: this.data, validity: this.validity.finish() };
  }
}

export function readOddLogical(byte: number, column: string, remark: Remark): 0 | 1 {
  if (byte === 0) remark(column, `column ${column} holds arrays of logicals with missing elements (byte 0): they are read as false`);
  else remark(column, `column ${column} has logical values that are neither T nor F: byte 1 and t are read as true, others as false`);
  return byte === 1 || byte === 0x74 ? 1 : 0;
}

/** Bits, most significant first, as one bool each. */
class BitSink implements Sink {
  private readonly data: Uint8Array;
  private row = 0;

  constructor(
    private readonly column: BinaryColumn,
    private readonly rows: number,
  ) {
    this.data = new Uint8Array(rows * column.count);
  }

  add({ bytes, from, rowBytes, rows }: Strided): void {
    const { count } = this.column;
    let o = this.row * count;
    for (let row = 0, p = from; row < rows; row++, p += rowBytes)
      for (let k = 0; k < count; k++) this.data[o++] = (bytes[p + (k >> 3)]! >> (7 - (k & 7))) & 1;
    this.row += rows;
  }

  finish(): Chunk {
    return { length: this.rows, stride: this.column.count, data: this.data };
  }
}

class TextSink implements Sink {
  private readonly text: TextBuilder;

  constructor(
    private readonly column: BinaryColumn,
    private readonly rows: number,
    private readonly remark: Remark,
  ) {
    this.text = new TextBuilder(rows * column.count, rows * column.count * Math.min(column.stringWidth, 16));
  }

  add({ bytes, from, rowBytes, rows }: Strided): void {
    const { count, stringWidth } = this.column;
    if (count === 1) this.text.addCells(bytes, from, stringWidth, rowBytes, rows);
    else for (let row = 0, p = from; row < rows; row++, p += rowBytes) this.text.addCells(bytes, p, stringWidth, stringWidth, count);
  }

  finish(): Chunk {
    const { name, type } = this.column.meta;
    if (this.text.latin1 > 0) this.remark(name, latin1Remark(name));
    return { length: this.rows, stride: parseType(type).size, ...this.text.finish() };
  }
}

export function latin1Remark(name: string): string {
  return `column ${name} has text that is neither ASCII nor UTF-8: it is read as Latin-1`;
}
