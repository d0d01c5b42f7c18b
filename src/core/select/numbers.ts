import { type Chunk, type Column, isNumeric } from '../model/column';
import { AppError } from '../protocol/outcome';
import type { Span } from './row-source';

/** The 32-bit halves of a 64-bit integer chunk, low word first (the machines Skysift runs on are little-endian). */
export function wordsOf(data: BigInt64Array | BigUint64Array): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, data.length * 2);
}

export function is64(data: Chunk['data']): data is BigInt64Array | BigUint64Array {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

export function requireNumeric(column: Column): void {
  if (isNumeric(column.meta.type)) return;
  throw new AppError({
    code: 'invalid-argument',
    message: `column ${column.meta.name} holds ${column.meta.type}, not numbers`,
    hint: 'choose a column of numbers',
    column: column.meta.name,
  });
}

function chunkAt(column: Column, row: number): { chunk: Chunk; start: number } {
  const index = Math.floor(row / column.chunkRows);
  const chunk = column.chunks[index];
  if (!chunk) throw new Error(`invalid row: ${row} (column ${column.meta.name} has ${column.length})`);
  return { chunk, start: index * column.chunkRows };
}

/** float64 of 64-bit words; rounds once, as Number(bigint) does. */
function copyWords(words: Int32Array, isSigned: boolean, start: number, n: number, out: Float64Array, at: number): void {
  for (let i = 0, w = 2 * start; i < n; i++, w += 2) {
    const high = isSigned ? words[w + 1]! : words[w + 1]! >>> 0;
    out[at + i] = high * 4294967296 + (words[w]! >>> 0);
  }
}

function blankNulls(validity: Uint8Array, start: number, n: number, out: Float64Array, at: number): void {
  for (let i = 0; i < n; i++) {
    const row = start + i;
    if (((validity[row >> 3]! >> (row & 7)) & 1) === 0) out[at + i] = NaN;
  }
}

/**
 * The numbers of a run of rows as float64, NaN where null. Answers a view on the column itself when that is float64 without nulls, so the
 * result is only to be read; `scratch` (at least as long as the run) is used otherwise.
 */
function readRun(column: Column, from: number, to: number, scratch: Float64Array): Float64Array {
  for (let row = from; row < to;) {
    const { chunk, start } = chunkAt(column, row);
    const offset = row - start;
    const n = Math.min(to - row, chunk.length - offset);
    if (n <= 0) throw new Error(`invalid row: ${row} (column ${column.meta.name} has ${column.length})`);
    const { data } = chunk;
    if (n === to - from && data instanceof Float64Array && !chunk.validity) return data.subarray(offset, offset + n);
    const at = row - from;
    if (is64(data)) copyWords(wordsOf(data), data instanceof BigInt64Array, offset, n, scratch, at);
    else scratch.set(data.subarray(offset, offset + n), at);
    if (chunk.validity) blankNulls(chunk.validity, offset, n, scratch, at);
    row += n;
  }
  return scratch.length === to - from ? scratch : scratch.subarray(0, to - from);
}

// One copy of the loop for each of the two common types keeps their element access fast; the rest share one.
function gather64(data: Float64Array, list: Uint32Array, i: number, to: number, base: number, out: Float64Array, at: number): void {
  for (; i < to; i++, at++) out[at] = data[list[i]! - base]!;
}
function gather32(data: Float32Array, list: Uint32Array, i: number, to: number, base: number, out: Float64Array, at: number): void {
  for (; i < to; i++, at++) out[at] = data[list[i]! - base]!;
}
function gatherOther(data: ArrayLike<number>, list: Uint32Array, i: number, to: number, base: number, out: Float64Array, at: number): void {
  for (; i < to; i++, at++) out[at] = data[list[i]! - base]!;
}

function gather(column: Column, list: Uint32Array, from: number, to: number, out: Float64Array): Float64Array {
  for (let i = from; i < to;) {
    const { chunk, start } = chunkAt(column, list[i]!);
    const end = start + chunk.length;
    let j = i + 1;
    while (j < to && list[j]! >= start && list[j]! < end) j++;
    const { data, validity } = chunk;
    const at = i - from;
    if (data instanceof Float64Array) gather64(data, list, i, j, start, out, at);
    else if (data instanceof Float32Array) gather32(data, list, i, j, start, out, at);
    else if (is64(data)) {
      const words = wordsOf(data);
      for (let k = i; k < j; k++) copyWords(words, data instanceof BigInt64Array, list[k]! - start, 1, out, k - from);
    } else gatherOther(data, list, i, j, start, out, at);
    if (validity) for (let k = i; k < j; k++) blankNulls(validity, list[k]! - start, 1, out, k - from);
    i = j;
  }
  return out.length === to - from ? out : out.subarray(0, to - from);
}

/** The numbers of a span as float64, NaN where null; only to be read. `scratch` holds at least `to - from` numbers. */
export function numbersOf(column: Column, span: Span, scratch: Float64Array): Float64Array {
  return span.list ? gather(column, span.list, span.from, span.to, scratch) : readRun(column, span.from, span.to, scratch);
}

/** A reader of spans that reuses its memory: what it answers is valid until it is called again. */
export function numberReader(column: Column): (span: Span) => Float64Array {
  requireNumeric(column);
  let scratch = new Float64Array(0);
  return (span) => {
    if (scratch.length < span.to - span.from) scratch = new Float64Array(span.to - span.from);
    return numbersOf(column, span, scratch);
  };
}
