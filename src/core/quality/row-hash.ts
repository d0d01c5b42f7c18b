import { type Chunk, type Column, isValid, parseType } from '../model/column';

/** 64 bits a row in two words, shared by the threads that fill them; `use` is 1 for rows that take part. */
export interface RowHashes {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly use: Uint8Array;
}

const SLICE = 1 << 15;
const MISSING = [0x7f4a7c15, 0x5bd1e995] as const;

/** Two words of a cell, mixed with the words of the cells before it: each half by a multiplier and a rotation of its own (after MurmurHash3). */
function mix(hashes: RowHashes, row: number, a: number, b: number): void {
  let h = Math.imul(a, 0xcc9e2d51);
  h = Math.imul((h << 15) | (h >>> 17), 0x1b873593) ^ Math.imul(b, 0x85ebca6b);
  let l = Math.imul(b, 0x239b961b);
  l = Math.imul((l << 16) | (l >>> 16), 0xab0e9789) ^ Math.imul(a, 0xc2b2ae35);
  h ^= hashes.high[row]!;
  l ^= hashes.low[row]!;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) + 0x561ccd1b;
  l = Math.imul(l ^ (l >>> 13), 0x297a2d39) + 0x0bcaa747;
  hashes.high[row] = h ^ (l >>> 16);
  hashes.low[row] = l ^ (h << 7);
}

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

/** Every type of one number a cell: as float64, so that -0 and 0 are one value and every NaN is missing; 64-bit integers by their bits. */
function hashNumbers(chunk: Chunk, base: number, from: number, to: number, hashes: RowHashes): void {
  const { data, validity } = chunk;
  const wide =
    data instanceof BigInt64Array || data instanceof BigUint64Array ? new Int32Array(data.buffer, data.byteOffset, 2 * data.length) : undefined;
  for (let row = from; row < to; row++) {
    const k = row - base;
    if (validity !== undefined && ((validity[k >> 3]! >> (k & 7)) & 1) === 0) mix(hashes, row, MISSING[0], MISSING[1]);
    else if (wide) mix(hashes, row, wide[2 * k]!, wide[2 * k + 1]!);
    else {
      const v = (data[k] as number) + 0;
      if (v !== v) mix(hashes, row, MISSING[0], MISSING[1]);
      else {
        number[0] = v;
        mix(hashes, row, words[0]!, words[1]!);
      }
    }
  }
}

/** Bytes of a cell of text or of a list, from two running products. */
function hashBytes(bytes: Uint8Array, from: number, to: number, hashes: RowHashes, row: number): void {
  let a = 0x811c9dc5;
  let b = to - from;
  for (let i = from; i < to; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193);
    b = Math.imul(b ^ bytes[i]!, 0x5bd1e995) + 0x1b;
  }
  mix(hashes, row, a, b);
}

function hashCells(column: Column, chunk: Chunk, base: number, from: number, to: number, hashes: RowHashes): void {
  const { data, offsets, stride } = chunk;
  const { kind, element } = parseType(column.meta.type);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const size = data.BYTES_PER_ELEMENT * (kind === 'list' && element.startsWith('complex') ? 2 : 1);
  const cells = kind === 'fixed' && element === 'utf8' ? stride : 1;
  for (let row = from; row < to; row++) {
    const k = row - base;
    const start = offsets ? offsets[k * cells]! * size : k * stride * size;
    const end = offsets ? offsets[(k + 1) * cells]! * size : (k + 1) * stride * size;
    if (!isValid(chunk, k) || (element === 'utf8' && start === end)) mix(hashes, row, MISSING[0], MISSING[1]);
    else hashBytes(bytes, start, end, hashes, row);
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
  const isNumber = kind === 'scalar' && element !== 'utf8' && !element.startsWith('complex');
  for (let row = from; row < to;) {
    const c = Math.floor(row / column.chunkRows);
    const chunk = column.chunks[c]!;
    const base = c * column.chunkRows;
    const end = Math.min(to, base + chunk.length, row + SLICE);
    if (end <= row) throw new Error(`invalid row: ${row} (column ${column.meta.name} has ${column.length})`);
    if (isNumber) hashNumbers(chunk, base, row, end, hashes);
    else hashCells(column, chunk, base, row, end, hashes);
    if (isKey && kind === 'scalar') leaveOutMissing(chunk, base, row, end, hashes.use);
    row = end;
    yield (row - from) / (to - from);
  }
}
