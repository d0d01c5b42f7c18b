import type { BitMask } from '../model/bit-mask';
import { type Chunk, type Column, isValid, parseType } from '../model/column';

/** 64 bits a row in two words, shared by the threads that fill them; `use` is 1 for rows that take part. */
export interface RowHashes {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly use: Uint8Array;
}

const SLICE = 1 << 13;
const MISSING = [0x7f4a7c15, 0x5bd1e995] as const;

/** Cells of up to SLICE rows as two words each. */
interface Cells {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly floats: Float64Array;
  readonly words: Int32Array;
}

/** Mixes the words of cells with those of the cells before them: each half by a multiplier and a rotation of its own (after MurmurHash3). */
function mix({ a, b }: Cells, n: number, high: Uint32Array, low: Uint32Array, row: number): void {
  for (let i = 0; i < n; i++) {
    let h = Math.imul(a[i]!, 0xcc9e2d51);
    h = Math.imul((h << 15) | (h >>> 17), 0x1b873593) ^ Math.imul(b[i]!, 0x85ebca6b);
    let l = Math.imul(b[i]!, 0x239b961b);
    l = Math.imul((l << 16) | (l >>> 16), 0xab0e9789) ^ Math.imul(a[i]!, 0xc2b2ae35);
    h ^= high[row + i]!;
    l ^= low[row + i]!;
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) + 0x561ccd1b;
    l = Math.imul(l ^ (l >>> 13), 0x297a2d39) + 0x0bcaa747;
    high[row + i] = h ^ (l >>> 16);
    low[row + i] = l ^ (h << 7);
  }
}

/** Words of 64-bit integers, or of float64: so that -0 and 0 are one value and every NaN is missing. */
function readNumbers({ data, validity }: Chunk, from: number, n: number, { a, b, floats, words }: Cells): void {
  const isWide = data instanceof BigInt64Array || data instanceof BigUint64Array;
  const source = isWide ? new Int32Array(data.buffer, data.byteOffset + 8 * from, 2 * n) : words;
  if (!isWide) {
    floats.set(data.subarray(from, from + n));
    for (let i = 0; i < n; i++) floats[i]! += 0;
  }
  for (let i = 0; i < n; i++) {
    a[i] = source[2 * i]!;
    b[i] = source[2 * i + 1]!;
  }
  if (!isWide) for (let i = 0; i < n; i++) if (floats[i] !== floats[i]) setMissing(a, b, i);
  if (validity) for (let i = 0, k = from; i < n; i++, k++) if (((validity[k >> 3]! >> (k & 7)) & 1) === 0) setMissing(a, b, i);
}

function setMissing(a: Int32Array, b: Int32Array, i: number): void {
  a[i] = MISSING[0];
  b[i] = MISSING[1];
}

/** Texts, lists and complex numbers: two running products over the bytes of each. */
function readBytes(column: Column, chunk: Chunk, from: number, n: number, { a, b }: Cells): void {
  const { data, offsets, stride } = chunk;
  const { kind, element } = parseType(column.meta.type);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const size = data.BYTES_PER_ELEMENT * (kind === 'list' && element.startsWith('complex') ? 2 : 1);
  const cells = kind === 'fixed' && element === 'utf8' ? stride : 1;
  for (let i = 0, k = from; i < n; i++, k++) {
    const start = offsets ? offsets[k * cells]! * size : k * stride * size;
    const end = offsets ? offsets[(k + 1) * cells]! * size : (k + 1) * stride * size;
    if (!isValid(chunk, k) || (element === 'utf8' && start === end)) {
      setMissing(a, b, i);
      continue;
    }
    let x = 0x811c9dc5;
    let y = end - start;
    for (let at = start; at < end; at++) {
      x = Math.imul(x ^ bytes[at]!, 0x01000193);
      y = Math.imul(y ^ bytes[at]!, 0x5bd1e995) + 0x1b;
    }
    a[i] = x;
    b[i] = y;
  }
}

function leaveOutMissing(chunk: Chunk, base: number, from: number, to: number, use: Uint8Array): void {
  const { data, offsets } = chunk;
  for (let row = from; row < to; row++) {
    const k = row - base;
    const isMissing = !isValid(chunk, k) || (offsets ? offsets[k] === offsets[k + 1] : Number.isNaN(data[k] as number));
    if (isMissing) use[row] = 0;
  }
}

/**
 * Adds a column to the hashes of rows [from, to). Equal cells hash alike; missing ones (null, NaN, no text) are equal to each other, and
 * with `isKey` their rows take no part. Different rows have the same 64 bits with probability 5·10⁻²⁰ a pair: 3·10⁻⁶ in ten million rows.
 */
export function* hashColumn(column: Column, from: number, to: number, hashes: RowHashes, isKey: boolean): Generator<number, void> {
  const { kind, element } = parseType(column.meta.type);
  const floats = new Float64Array(SLICE);
  const cells: Cells = { a: new Int32Array(SLICE), b: new Int32Array(SLICE), floats, words: new Int32Array(floats.buffer) };
  const isNumber = kind === 'scalar' && element !== 'utf8' && !element.startsWith('complex');
  for (let row = from; row < to;) {
    const c = Math.floor(row / column.chunkRows);
    const chunk = column.chunks[c]!;
    const base = c * column.chunkRows;
    const end = Math.min(to, base + chunk.length, row + SLICE);
    if (end <= row) throw new Error(`invalid row: ${row} (column ${column.meta.name} has ${column.length})`);
    if (isNumber) readNumbers(chunk, row - base, end - row, cells);
    else readBytes(column, chunk, row - base, end - row, cells);
    mix(cells, end - row, hashes.high, hashes.low, row);
    if (isKey && kind === 'scalar') leaveOutMissing(chunk, base, row, end, hashes.use);
    row = end;
    yield (row - from) / (to - from);
  }
}

/** Rows [from, to) before their first column: no bits yet, and flagged rows take no part. */
export function startHashes({ high, low, use }: RowHashes, flagged: BitMask | undefined, from: number, to: number): void {
  high.fill(0, from, to);
  low.fill(0, from, to);
  use.fill(1, from, to);
  if (flagged) for (let row = from; row < to; row++) if (flagged.has(row)) use[row] = 0;
}
