import type { Chunk, ColumnType, NumericArray, ScalarType } from '../../../core/model/column';
import { arrayFor, parseType } from '../../../core/model/column';
import { AppError } from '../../../core/protocol/outcome';
import { classify, isMissingText, Kind, latin1, numberAt, textAt, writeInt64 } from './cells';
import type { Block } from './scanner';

/** How the cells of one column become values. */
export interface CellRules {
  /** `NA`, `null`, … count as missing in text columns too (pandas' habit for files with delimiters). */
  readonly missingWords: boolean;
  /** These exact words are missing, in any column (IPAC's and CDS's null values). */
  readonly nullWords: ReadonlySet<string>;
  /** A quoted empty cell is an empty text, not a missing one (Skysift's own CSV). */
  readonly quotedEmptyIsText: boolean;
  readonly isLatin1: boolean;
}

/** Collects rows of one column until a chunk is full. */
export abstract class ColumnBuilder {
  length = 0;
  protected validity: Uint8Array | undefined;

  constructor(
    protected readonly capacity: number,
    protected readonly rules: CellRules,
  ) {}

  /** Takes rows [from, to) of column `c`. The caller sees to the capacity. */
  abstract fill(block: Block, c: number, from: number, to: number): void;
  protected abstract chunk(length: number, validity: Uint8Array | undefined): Chunk;

  take(): Chunk {
    const { length } = this;
    const validity = this.validity?.slice(0, (length + 7) >> 3);
    if (validity && length % 8 !== 0) validity[validity.length - 1]! &= 0xff >> (8 - (length % 8));
    this.length = 0;
    this.validity = undefined;
    return this.chunk(length, validity);
  }

  protected setNull(row: number): void {
    this.validity ??= new Uint8Array((this.capacity + 7) >> 3).fill(0xff);
    this.validity[row >> 3]! &= ~(1 << (row & 7));
  }

  protected isNullWord(bytes: Buffer, s: number, e: number): boolean {
    return this.rules.nullWords.size > 0 && this.rules.nullWords.has(latin1(bytes, s, e).trim());
  }
}

class NumberBuilder extends ColumnBuilder {
  private data: NumericArray;

  constructor(
    private readonly type: ScalarType,
    capacity: number,
    rules: CellRules,
  ) {
    super(capacity, rules);
    this.data = arrayFor(type, capacity);
  }

  fill(block: Block, c: number, from: number, to: number): void {
    const { bytes, columns, starts, ends } = block;
    const data = this.data as Float64Array;
    const checkNulls = this.rules.nullWords.size > 0;
    const isFloat = this.type.startsWith('float');
    let row = this.length;
    for (let r = from, k = from * columns + c; r < to; r++, k += columns, row++) {
      const s = starts[k]!;
      const e = ends[k]!;
      const v = s === e ? NaN : numberAt(bytes, s, e);
      if (v === v) {
        data[row] = v;
        if (!isFloat && data[row] !== v) throw outOfRange(this.type, block.lines[r]!, v);
        if (checkNulls && this.isNullWord(bytes, s, e)) {
          this.setNull(row);
          data[row] = 0;
        }
      } else if (s !== e && classify(bytes, s, e) === Kind.NaN && !(checkNulls && this.isNullWord(bytes, s, e))) data[row] = NaN;
      else {
        this.setNull(row);
        data[row] = 0;
      }
    }
    this.length = row;
  }

  protected chunk(length: number, validity: Uint8Array | undefined): Chunk {
    const full = this.data;
    this.data = arrayFor(this.type, this.capacity);
    return { length, stride: 1, data: length === this.capacity ? full : full.slice(0, length), validity };
  }
}

class BigBuilder extends ColumnBuilder {
  private words: Int32Array;

  constructor(
    private readonly type: 'int64' | 'uint64',
    capacity: number,
    rules: CellRules,
  ) {
    super(capacity, rules);
    this.words = new Int32Array(2 * capacity);
  }

  fill(block: Block, c: number, from: number, to: number): void {
    const { bytes, columns, starts, ends } = block;
    const { words } = this;
    const big = new BigInt64Array(words.buffer);
    let row = this.length;
    for (let r = from, k = from * columns + c; r < to; r++, k += columns, row++) {
      const s = starts[k]!;
      const e = ends[k]!;
      // The two halves are written as numbers: a BigInt a cell would take five times as long.
      if (s < e && isInteger(classify(bytes, s, e))) writeInt64(bytes, s, e, words, 2 * row);
      else {
        this.setNull(row);
        big[row] = 0n;
        continue;
      }
      if (this.isNullWord(bytes, s, e)) {
        this.setNull(row);
        big[row] = 0n;
      }
    }
    this.length = row;
  }

  protected chunk(length: number, validity: Uint8Array | undefined): Chunk {
    const { buffer } = this.words;
    const full = this.type === 'int64' ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
    this.words = new Int32Array(2 * this.capacity);
    return { length, stride: 1, data: length === this.capacity ? full : full.slice(0, length), validity };
  }
}

function outOfRange(type: ScalarType, line: number, value: number): AppError {
  return new AppError({
    code: 'unreadable',
    message: `line ${line}: ${value} does not fit the declared type ${type}`,
    hint: 'declare a wider type',
    row: line,
  });
}

export function isInteger(kind: Kind): boolean {
  return kind === Kind.Int || kind === Kind.Int64 || kind === Kind.Uint64;
}

class BoolBuilder extends ColumnBuilder {
  private data = new Uint8Array(this.capacity);

  fill(block: Block, c: number, from: number, to: number): void {
    const { bytes, columns, starts, ends } = block;
    for (let r = from, k = from * columns + c; r < to; r++, k += columns) {
      let s = starts[k]!;
      const e = ends[k]!;
      while (s < e && bytes[s]! <= 32) s++;
      const first = s < e ? bytes[s]! | 32 : 0;
      // t, f, 1, 0: the whole words were checked when the types were found.
      if (first === 116 || first === 49) this.data[this.length] = 1;
      else if (first === 102 || first === 48) this.data[this.length] = 0;
      else {
        this.setNull(this.length);
        this.data[this.length] = 0;
      }
      this.length++;
    }
  }

  protected chunk(length: number, validity: Uint8Array | undefined): Chunk {
    const full = this.data;
    this.data = new Uint8Array(this.capacity);
    return { length, stride: 1, data: length === this.capacity ? full : full.slice(0, length), validity };
  }
}

class TextBuilder extends ColumnBuilder {
  private data = new Uint8Array(1 << 16);
  private used = 0;
  private offsets = new Int32Array(this.capacity + 1);

  fill(block: Block, c: number, from: number, to: number): void {
    const { bytes, columns, starts, ends, quoting } = block;
    const { missingWords, isLatin1, quotedEmptyIsText, nullWords } = this.rules;
    for (let r = from, k = from * columns + c; r < to; r++, k += columns) {
      const s = starts[k]!;
      const e = ends[k]!;
      if (
        s === e
          ? !(quotedEmptyIsText && quoting[k]! > 0)
          : (missingWords && isMissingText(bytes, s, e)) || (nullWords.size > 0 && quoting[k] === 0 && this.isNullWord(bytes, s, e))
      )
        this.setNull(this.length);
      else this.append(bytes, s, e, quoting[k]!, isLatin1);
      this.offsets[++this.length] = this.used;
    }
  }

  private append(bytes: Buffer, s: number, e: number, quoting: number, isLatin1: boolean): void {
    const isPlain = quoting !== 2 && !isLatin1;
    const encoded = isPlain ? undefined : Buffer.from(textAt(bytes, s, e, quoting, isLatin1));
    const size = encoded ? encoded.length : e - s;
    if (this.used + size > this.data.length) {
      const data = new Uint8Array(Math.max(this.data.length * 2, this.used + size));
      data.set(this.data);
      this.data = data;
    }
    if (encoded) this.data.set(encoded, this.used);
    else if (size > 24) this.data.set(bytes.subarray(s, e), this.used);
    else for (let i = s, at = this.used; i < e;) this.data[at++] = bytes[i++]!;
    this.used += size;
  }

  protected chunk(length: number, validity: Uint8Array | undefined): Chunk {
    const chunk: Chunk = { length, stride: 1, data: this.data.slice(0, this.used), offsets: this.offsets.slice(0, length + 1), validity };
    this.used = 0;
    return chunk;
  }
}

/** Cells such as `[1.5,nan]`, as Skysift's CSV writes vectors and complex numbers. */
class ListBuilder extends ColumnBuilder {
  private values: (number | bigint)[] = [];
  private offsets: number[] = [0];
  private readonly parsed;

  constructor(type: ColumnType, capacity: number, rules: CellRules) {
    super(capacity, rules);
    this.parsed = parseType(type);
  }

  fill(block: Block, c: number, from: number, to: number): void {
    const { element, kind, size } = this.parsed;
    const width = element.startsWith('complex') ? 2 : 1;
    const expected = kind === 'list' ? -1 : size * width;
    for (let r = from, k = r * block.columns + c; r < to; r++, k += block.columns) {
      const text = textAt(block.bytes, block.starts[k]!, block.ends[k]!, block.quoting[k]!, false);
      const items = text.match(/[^[\],\s]+/g) ?? [];
      const isNull = text.trim() === '' || (block.quoting[k] === 0 && this.rules.nullWords.has(text));
      if (!isNull && expected >= 0 && items.length !== expected) throw notList(block.lines[r]!, text, `${expected} values`);
      if (isNull) this.setNull(this.length);
      if (isNull) for (let i = 0; i < expected; i++) this.values.push(element.endsWith('64') && element.includes('int') ? 0n : 0);
      else
        for (const item of items) {
          const value = valueOf(item, element);
          if (value === undefined) throw notList(block.lines[r]!, text, `values of type ${element}`);
          this.values.push(value);
        }
      this.length++;
      this.offsets.push(this.values.length / width);
    }
  }

  protected chunk(length: number, validity: Uint8Array | undefined): Chunk {
    const { element, kind, size } = this.parsed;
    const width = element.startsWith('complex') ? 2 : 1;
    const data = arrayFor(element, this.values.length);
    for (let i = 0; i < this.values.length; i++) data[i] = this.values[i]!;
    const offsets = kind === 'list' ? Int32Array.from(this.offsets) : undefined;
    this.values = [];
    this.offsets = [0];
    return { length, stride: kind === 'list' ? width : size * width, data, offsets, validity };
  }
}

function notList(line: number, text: string, rule: string): AppError {
  return new AppError({
    code: 'unreadable',
    message: `line ${line}: “${text.slice(0, 40)}” is no list of ${rule}`,
    hint: 'correct the cell',
    row: line,
  });
}

/** One element; undefined when it is none of its type (only floats have a value for null: NaN). */
function valueOf(item: string, element: ScalarType): number | bigint | undefined {
  if (element === 'bool') return /^(true|1)$/i.test(item) ? 1 : /^(false|0)$/i.test(item) ? 0 : undefined;
  if (element.includes('int')) {
    if (!/^[+-]?\d{1,20}$/.test(item)) return undefined;
    return element.endsWith('int64') ? BigInt(item) : Number(item);
  }
  if (/^[+-]?inf(inity)?$/i.test(item)) return item.startsWith('-') ? -Infinity : Infinity;
  if (/^(nan|null)$/i.test(item)) return NaN;
  const value = Number(item);
  return Number.isNaN(value) ? undefined : value;
}

export function builderFor(type: ColumnType, capacity: number, rules: CellRules): ColumnBuilder {
  const { kind, element } = parseType(type);
  if (kind !== 'scalar' || element.startsWith('complex')) return new ListBuilder(type, capacity, rules);
  if (element === 'utf8') return new TextBuilder(capacity, rules);
  if (element === 'bool') return new BoolBuilder(capacity, rules);
  if (element === 'int64' || element === 'uint64') return new BigBuilder(element, capacity, rules);
  return new NumberBuilder(element, capacity, rules);
}
