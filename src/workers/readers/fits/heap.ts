import { type Chunk, arrayFor, parseType } from '../../../core/model/column';
import { Breather } from './breather';
import type { ByteSource } from './byte-source';
import type { BinaryColumn } from './columns';
import { unreadable } from './hdu';
import { type Remark, type Sink, TRUE, latin1Remark, partsOf, rawArray, readOddLogical, scaleInto } from './sinks';
import { type Strided, copyElements } from './swap';
import { TextBuilder } from './text-builder';

/** The part of the data after the rows where variable-length arrays lie. */
export interface Heap {
  readonly source: ByteSource;
  /** Byte of the file. */
  readonly start: number;
  readonly bytes: number;
  readonly hdu: number;
  /** Row of the table the chunk begins with: for error messages. */
  readonly firstRow: number;
  readonly signal: AbortSignal;
}

const WINDOW = 4 * 2 ** 20;
/** Element bytes one chunk of a list column may hold: offsets are 32-bit. */
const MAX_CHUNK = 2 ** 30;

/** Cells of a variable-length column: descriptors are collected from the rows, the arrays are read from the heap at the end, in heap order. */
export class HeapSink implements Sink {
  private readonly counts: Float64Array;
  private readonly starts: Float64Array;
  private row = 0;

  constructor(
    private readonly column: BinaryColumn,
    private readonly rows: number,
    private readonly heap: Heap,
    private readonly remark: Remark,
  ) {
    this.counts = new Float64Array(rows);
    this.starts = new Float64Array(rows);
  }

  add({ view, from, rowBytes, rows }: Strided): void {
    const { heap, repeat } = this.column.form;
    for (let i = 0, p = from; i < rows; i++, p += rowBytes) {
      const row = this.row + i;
      if (repeat === 0) continue;
      this.counts[row] = heap === 'P' ? view.getInt32(p) : Number(view.getBigInt64(p));
      this.starts[row] = heap === 'P' ? view.getInt32(p + 4) : Number(view.getBigInt64(p + 8));
    }
    this.row += rows;
  }

  async finish(): Promise<Chunk> {
    const { code } = this.column.form;
    const { parts, size } = code === 'X' || code === 'L' || code === 'A' ? { parts: 1, size: 1 } : partsOf(this.column);
    const offsets = new Int32Array(this.rows + 1);
    let total = 0;
    let bytes = 0;
    for (let row = 0; row < this.rows; row++) {
      const count = this.counts[row]!;
      const length = this.cellBytes(count, parts * size);
      if (count < 0 || (length > 0 && (this.starts[row]! < 0 || this.starts[row]! + length > this.heap.bytes))) throw this.outside(row, count);
      total += count;
      bytes += length;
      if (bytes > MAX_CHUNK || total * parts > MAX_CHUNK) throw this.tooLong(row);
      offsets[row + 1] = total;
    }
    if (code === 'A') return this.readText(bytes);
    const { element } = parseType(this.column.meta.type);
    const data = arrayFor(element, total * parts);
    await this.eachCell(parts * size, (cell, view, row) => {
      const at = offsets[row]! * parts;
      const count = this.counts[row]! * parts;
      if (code === 'X') for (let k = 0; k < count; k++) data[at + k] = (cell[k >> 3]! >> (7 - (k & 7))) & 1;
      else if (code === 'L') this.copyLogicals(cell, data as Uint8Array, at);
      else this.copyNumbers({ bytes: cell, view, from: 0, rowBytes: cell.length, rows: 1 }, count, size, data, at);
    });
    return { length: this.rows, stride: parts, data, offsets };
  }

  private cellBytes(count: number, elementBytes: number): number {
    return this.column.form.code === 'X' ? Math.ceil(count / 8) : count * elementBytes;
  }

  private copyLogicals(cell: Uint8Array, data: Uint8Array, at: number): void {
    for (let k = 0; k < cell.length; k++) {
      const b = cell[k]!;
      data[at + k] = b === TRUE ? 1 : b === 0x46 ? 0 : readOddLogical(b, this.column.meta.name, this.remark);
    }
  }

  private copyNumbers(cell: Strided, count: number, size: number, data: Chunk['data'], at: number): void {
    if (this.column.scale === undefined) return copyElements(cell, count, size, data, at, this.column.flipped);
    const raw = rawArray(this.column, count);
    copyElements(cell, count, size, raw, 0, false);
    scaleInto(this.column, raw, data as Float64Array, at, () => undefined);
  }

  /** Cells are found in heap order but text is built in row order: the bytes wait in one buffer between the two. */
  private async readText(bytes: number): Promise<Chunk> {
    const all = new Uint8Array(bytes);
    const starts = new Float64Array(this.rows);
    for (let row = 1; row < this.rows; row++) starts[row] = starts[row - 1]! + this.counts[row - 1]!;
    await this.eachCell(1, (cell, _view, row) => all.set(cell, starts[row]!));
    const text = new TextBuilder(this.rows, bytes);
    for (let row = 0; row < this.rows; row++) text.addCells(all, starts[row]!, this.counts[row]!, 0, 1);
    if (text.latin1 > 0) this.remark(this.column.meta.name, latin1Remark(this.column.meta.name));
    return { length: this.rows, stride: 1, ...text.finish() };
  }

  private async eachCell(elementBytes: number, use: (cell: Uint8Array, view: DataView, row: number) => void): Promise<void> {
    const order = Array.from({ length: this.rows }, (_, i) => i).filter((i) => this.counts[i]! > 0);
    order.sort((a, b) => this.starts[a]! - this.starts[b]!);
    const breather = new Breather(this.heap.signal);
    let window = new Uint8Array(0);
    let windowStart = 0;
    for (const row of order) {
      if (breather.isDue()) await breather.pause();
      const start = this.starts[row]!;
      const length = this.cellBytes(this.counts[row]!, elementBytes);
      if (start < windowStart || start + length > windowStart + window.length) {
        const size = Math.min(Math.max(length, WINDOW), this.heap.bytes - start);
        if (window.length !== size) window = new Uint8Array(size);
        await this.heap.source.read(window, 0, size, this.heap.start + start);
        windowStart = start;
      }
      const cell = window.subarray(start - windowStart, start - windowStart + length);
      use(cell, new DataView(window.buffer, cell.byteOffset, length), row);
    }
  }

  private outside(row: number, count: number): Error {
    const { name } = this.column.meta;
    const { heap } = this;
    return unreadable(
      `the array in column ${name}, row ${heap.firstRow + row} (HDU ${heap.hdu}: ${count} elements from byte ${this.starts[row]!}) lies outside the heap of ${heap.bytes} bytes`,
      'the file is damaged: fetch it again',
      { column: name, row: heap.firstRow + row },
    );
  }

  private tooLong(row: number): Error {
    const { name } = this.column.meta;
    return unreadable(
      `the arrays in column ${name} (HDU ${this.heap.hdu}) up to row ${this.heap.firstRow + row} take more than 1 GiB a chunk`,
      'leave this column out',
      { column: name, row: this.heap.firstRow + row },
    );
  }
}
