import { type Chunk, type NumericArray, isValid, parseType } from '../../../core/model/column';
import type { ColumnPlan } from './plan';
import { DISK_BYTES } from './plan';

/** Rows being put together: the column's cells go to `position`, `position + rowBytes`, … */
export interface RowBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly rowBytes: number;
}

const TRUE = 0x54;
const FALSE = 0x46;

/** Writes rows [from, from + rows) of a column whose cells lie in the row itself. */
export function encodeCells(plan: ColumnPlan, chunk: Chunk, from: number, rows: number, out: RowBuffer): void {
  if (plan.element === 'utf8') encodeTexts(plan, chunk, from, rows, out);
  else if (plan.element === 'bool') encodeLogicals(plan, chunk, from, rows, out);
  else {
    const parts = plan.element.startsWith('complex') ? 2 : 1;
    const source = plan.element === parseType(plan.meta.type).element ? chunk : widened(plan, chunk, from, rows);
    const start = source === chunk ? from * plan.count * parts : 0;
    encodeNumbers(source.data, start, { count: plan.count * parts, rows, flip: plan.zero !== undefined }, plan.position, out);
    if (chunk.validity) encodeNulls(plan, chunk, from, rows, out);
  }
}

function encodeTexts(plan: ColumnPlan, chunk: Chunk, from: number, rows: number, { bytes, rowBytes }: RowBuffer): void {
  const { count, width, position } = plan;
  const data = chunk.data as Uint8Array;
  const offsets = chunk.offsets!;
  for (let row = 0; row < rows; row++) {
    const valid = isValid(chunk, from + row);
    for (let k = 0; k < count; k++) {
      const cell = (from + row) * count + k;
      const start = offsets[cell]!;
      const length = valid ? offsets[cell + 1]! - start : 0;
      const at = row * rowBytes + position + k * width;
      for (let i = 0; i < length; i++) bytes[at + i] = data[start + i]!;
      for (let i = length; i < width; i++) bytes[at + i] = 0x20;
    }
  }
}

function encodeLogicals(plan: ColumnPlan, chunk: Chunk, from: number, rows: number, { bytes, rowBytes }: RowBuffer): void {
  const { count, position } = plan;
  const scalar = plan.meta.type === 'bool';
  for (let row = 0, start = position; row < rows; row++, start += rowBytes) {
    const valid = isValid(chunk, from + row);
    for (let k = 0; k < count; k++) bytes[start + k] = !valid ? (scalar ? 0 : FALSE) : chunk.data[(from + row) * count + k] ? TRUE : FALSE;
  }
}

interface Span {
  /** Elements a row. */
  readonly count: number;
  readonly rows: number;
  readonly flip: boolean;
}

/** Native elements from index `start` to big-endian bytes. Eight-byte elements go as two words, which keeps 64-bit integers and NaN payloads. */
function encodeNumbers(data: NumericArray, start: number, { count, rows, flip }: Span, position: number, { bytes, view, rowBytes }: RowBuffer): void {
  const { buffer, byteOffset, BYTES_PER_ELEMENT: size } = data;
  let o = start;
  if (size === 1) {
    const from = new Uint8Array(buffer, byteOffset, data.length);
    const mask = flip ? 0x80 : 0;
    for (let row = 0, p = position; row < rows; row++, p += rowBytes) for (let k = 0; k < count; k++) bytes[p + k] = from[o++]! ^ mask;
  } else if (size === 2) {
    const from = new Uint16Array(buffer, byteOffset, data.length);
    const mask = flip ? 0x8000 : 0;
    for (let row = 0, p = position; row < rows; row++, p += rowBytes) for (let k = 0; k < count; k++) view.setUint16(p + 2 * k, from[o++]! ^ mask);
  } else if (size === 4) {
    const from = new Int32Array(buffer, byteOffset, data.length);
    const mask = flip ? 0x80000000 | 0 : 0;
    for (let row = 0, p = position; row < rows; row++, p += rowBytes) for (let k = 0; k < count; k++) view.setInt32(p + 4 * k, from[o++]! ^ mask);
  } else {
    const from = new Int32Array(buffer, byteOffset, data.length * 2);
    const mask = flip ? 0x80000000 | 0 : 0;
    o *= 2;
    for (let row = 0, p = position; row < rows; row++, p += rowBytes) {
      for (let k = 0; k < count; k++, o += 2) {
        view.setInt32(p + 8 * k, from[o + 1]! ^ mask);
        view.setInt32(p + 8 * k + 4, from[o]!);
      }
    }
  }
}

/** The rows as the wider integer type that leaves room for nulls. */
function widened(plan: ColumnPlan, chunk: Chunk, from: number, rows: number): { data: NumericArray } {
  const n = rows * plan.count;
  const source = chunk.data;
  const start = from * plan.count;
  if (plan.element === 'int64') {
    const data = new BigInt64Array(n);
    for (let i = 0; i < n; i++) data[i] = BigInt(source[start + i]!);
    return { data };
  }
  const data = plan.element === 'int16' ? new Int16Array(n) : new Int32Array(n);
  for (let i = 0; i < n; i++) data[i] = Number(source[start + i]!);
  return { data };
}

/** NaN in floats, TNULL in integers. */
function encodeNulls(plan: ColumnPlan, chunk: Chunk, from: number, rows: number, { bytes, view, rowBytes }: RowBuffer): void {
  const float = /float|complex/.test(plan.element);
  const elementBytes = plan.count === 0 ? 0 : plan.bytes / plan.count / (plan.element.startsWith('complex') ? 2 : 1);
  const raw = (plan.nullValue ?? 0n) - (plan.zero ?? 0n);
  for (let row = 0; row < rows; row++) {
    if (isValid(chunk, from + row)) continue;
    const start = row * rowBytes + plan.position;
    for (let p = start; p < start + plan.bytes; p += elementBytes) {
      if (float && elementBytes === 4) view.setFloat32(p, NaN);
      else if (float) view.setFloat64(p, NaN);
      else if (elementBytes === 8) view.setBigInt64(p, BigInt.asIntN(64, raw));
      else if (elementBytes === 4) view.setInt32(p, Number(raw));
      else if (elementBytes === 2) view.setInt16(p, Number(raw));
      else bytes[p] = Number(raw) & 0xff;
    }
  }
}

/** Descriptors of rows [from, from + rows) of a variable-length column, and the arrays themselves for the heap from byte `heapAt` on. */
export function encodeLists(plan: ColumnPlan, chunk: Chunk, from: number, rows: number, heapAt: number, out: RowBuffer): Uint8Array {
  const offsets = chunk.offsets!;
  const parts = plan.element.startsWith('complex') ? 2 : 1;
  const code = plan.form.replace(/^1[PQ]/, '')[0]!;
  const size = DISK_BYTES[code]!;
  const wide = plan.heap!.kind === 'Q';
  const first = offsets[from]!;
  const heap = new Uint8Array((offsets[from + rows]! - first) * size);
  for (let row = 0, p = plan.position; row < rows; row++, p += out.rowBytes) {
    const start = offsets[from + row]!;
    const count = isValid(chunk, from + row) ? offsets[from + row + 1]! - start : 0;
    const at = heapAt + (start - first) * size;
    if (wide) {
      out.view.setBigInt64(p, BigInt(count));
      out.view.setBigInt64(p + 8, BigInt(at));
    } else {
      out.view.setInt32(p, count);
      out.view.setInt32(p + 4, at);
    }
  }
  const elements = offsets[from + rows]! - first;
  if (plan.element === 'utf8') heap.set((chunk.data as Uint8Array).subarray(first, first + elements));
  else if (plan.element === 'bool') for (let i = 0; i < elements; i++) heap[i] = chunk.data[first + i] ? TRUE : FALSE;
  else
    encodeNumbers(chunk.data, first * parts, { count: elements * parts, rows: 1, flip: plan.zero !== undefined }, 0, {
      bytes: heap,
      view: new DataView(heap.buffer),
      rowBytes: heap.length,
    });
  return heap;
}
