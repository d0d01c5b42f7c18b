import { type Chunk, type ColumnType, type NumericArray, arrayFor, isValid, parseType, strideOf } from '../../core/model/column';

const encoder = new TextEncoder();

/** Gathers rows from chunks of several tables into chunks of one type; numbers widen on the way, missing ones are NaN besides being null. */
export class ChunkJoiner {
  private readonly parsed;
  private readonly stride: number;
  private readonly hasOffsets: boolean;
  /** Offset entries a row takes: the strings of a fixed list have one each. */
  private readonly cells: number;
  private data: NumericArray;
  private offsets: Int32Array | undefined;
  private validity: Uint8Array | undefined;
  private used = 0;
  private rows = 0;

  constructor(
    type: ColumnType,
    private readonly capacity: number,
  ) {
    this.parsed = parseType(type);
    this.hasOffsets = this.parsed.kind === 'list' || this.parsed.element === 'utf8';
    this.cells = this.parsed.kind === 'fixed' && this.parsed.element === 'utf8' ? this.parsed.size : 1;
    this.stride = this.hasOffsets ? (this.parsed.element.startsWith('complex') ? 2 : 1) : strideOf(type);
    this.data = arrayFor(this.parsed.element, 0);
  }

  /** Rows [from, from + count) of a chunk whose type is this one or widens to it. */
  add(chunk: Chunk, from: number, count: number): void {
    if (chunk.validity) for (let i = 0; i < count; i++) if (!isValid(chunk, from + i)) this.setNull(this.rows + i);
    if (!this.hasOffsets) {
      this.copy(chunk.data, from * this.stride, count * this.stride);
      if (chunk.validity && this.data instanceof Float64Array && this.parsed.kind === 'scalar')
        for (let i = 0; i < count; i++) if (!isValid(chunk, from + i)) this.data[this.rows + i] = NaN;
      this.rows += count;
      return;
    }
    const source = chunk.offsets!;
    const start = source[from * this.cells]!;
    const base = this.used / this.stride - start;
    const own = this.ownOffsets();
    for (let i = 1; i <= count * this.cells; i++) own[this.rows * this.cells + i] = source[from * this.cells + i]! + base;
    this.copy(chunk.data, start * this.stride, (source[(from + count) * this.cells]! - start) * this.stride);
    this.rows += count;
  }

  addNulls(count: number): void {
    for (let i = 0; i < count; i++) this.setNull(this.rows + i);
    if (this.hasOffsets) {
      const own = this.ownOffsets();
      own.fill(own[this.rows * this.cells]!, this.rows * this.cells + 1, (this.rows + count) * this.cells + 1);
    } else {
      this.reserve(count * this.stride);
      if (this.data instanceof Float64Array || this.data instanceof Float32Array) this.data.fill(NaN, this.used, this.used + count * this.stride);
      this.used += count * this.stride;
    }
    this.rows += count;
  }

  /** The same text in `count` rows. */
  addText(text: string, count: number): void {
    const bytes = encoder.encode(text);
    const own = this.ownOffsets();
    this.reserve(bytes.length * count);
    for (let i = 0; i < count; i++) {
      (this.data as Uint8Array).set(bytes, this.used);
      this.used += bytes.length;
      own[this.rows + i + 1] = this.used;
    }
    this.rows += count;
  }

  /** All rows gathered so far (`rows` of them) as a chunk; the joiner starts anew. */
  take(rows: number): Chunk {
    const chunk: Chunk = {
      length: rows,
      stride: this.hasOffsets && this.cells > 1 ? this.cells : this.stride,
      data: this.data.slice(0, this.used),
      offsets: this.hasOffsets ? this.ownOffsets().slice(0, rows * this.cells + 1) : undefined,
      validity: this.validity && clearSpare(this.validity.slice(0, (rows + 7) >> 3), rows),
    };
    this.data = arrayFor(this.parsed.element, 0);
    this.offsets = undefined;
    this.validity = undefined;
    this.used = 0;
    this.rows = 0;
    return chunk;
  }

  private ownOffsets(): Int32Array {
    return (this.offsets ??= new Int32Array(this.capacity * this.cells + 1));
  }

  private setNull(row: number): void {
    this.validity ??= new Uint8Array((this.capacity + 7) >> 3).fill(0xff);
    this.validity[row >> 3]! &= ~(1 << (row & 7));
  }

  private reserve(more: number): void {
    if (this.used + more <= this.data.length) return;
    const limit = this.hasOffsets ? Infinity : this.capacity * this.stride;
    const grown = arrayFor(this.parsed.element, Math.min(limit, Math.max(this.used + more, this.data.length * 2, 1024)));
    copyInto(grown, this.data, 0, this.used, 0);
    this.data = grown;
  }

  private copy(from: NumericArray, start: number, count: number): void {
    this.reserve(count);
    copyInto(this.data, from, start, count, this.used);
    this.used += count;
  }
}

function clearSpare(bits: Uint8Array, rows: number): Uint8Array {
  const spare = bits.length * 8 - rows;
  if (spare > 0) bits[bits.length - 1]! &= 0xff >> spare;
  return bits;
}

/** Copies numbers between arrays of any two types, BigInt arrays among them. */
function copyInto(to: NumericArray, from: NumericArray, start: number, count: number, at: number): void {
  const bigTo = to instanceof BigInt64Array || to instanceof BigUint64Array;
  const bigFrom = from instanceof BigInt64Array || from instanceof BigUint64Array;
  if (bigTo && bigFrom) to.set(from.subarray(start, start + count), at);
  else if (bigTo) for (let i = 0; i < count; i++) to[at + i] = BigInt((from as Float64Array)[start + i]!);
  else if (bigFrom) for (let i = 0; i < count; i++) to[at + i] = Number(from[start + i]!);
  else to.set(from.subarray(start, start + count), at);
}
