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

/** Puts the numbers of listed rows [from, to) at out[0 …]. */
type Gather = (list: Uint32Array, from: number, to: number, out: Float64Array) => void;

// The first two are the same loop twice, so that each sees one type of array only: that is what keeps element access fast.
function gather64(chunks: readonly Float64Array[], chunkRows: number): Gather {
  return (list, from, to, out) => {
    for (let i = from; i < to; i++) {
      const row = list[i]!;
      const c = (row / chunkRows) | 0;
      out[i - from] = chunks[c]![row - c * chunkRows]!;
    }
  };
}

function gather32(chunks: readonly Float32Array[], chunkRows: number): Gather {
  return (list, from, to, out) => {
    for (let i = from; i < to; i++) {
      const row = list[i]!;
      const c = (row / chunkRows) | 0;
      out[i - from] = chunks[c]![row - c * chunkRows]!;
    }
  };
}

function gatherAny({ chunks, chunkRows }: Column): Gather {
  return (list, from, to, out) => {
    for (let i = from; i < to; i++) {
      const row = list[i]!;
      const c = Math.floor(row / chunkRows);
      const { data, validity } = chunks[c]!;
      const k = row - c * chunkRows;
      const isNull = validity !== undefined && ((validity[k >> 3]! >> (k & 7)) & 1) === 0;
      out[i - from] = isNull ? NaN : Number(data[k]);
    }
  };
}

function gatherer(column: Column): Gather {
  const { chunks, chunkRows } = column;
  const isPlain = (Kind: typeof Float64Array | typeof Float32Array): boolean => chunks.every((c) => c.data instanceof Kind && !c.validity);
  if (isPlain(Float64Array))
    return gather64(
      chunks.map((c) => c.data as Float64Array),
      chunkRows,
    );
  if (isPlain(Float32Array))
    return gather32(
      chunks.map((c) => c.data as Float32Array),
      chunkRows,
    );
  return gatherAny(column);
}

/** A reader of spans as float64, NaN where null. What it answers is only to be read, and only until it is called again. */
export function numberReader(column: Column): (span: Span) => Float64Array {
  requireNumeric(column);
  let scratch = new Float64Array(0);
  let gather: Gather | undefined;
  return ({ from, to, list }) => {
    const n = to - from;
    if (scratch.length < n) scratch = new Float64Array(Math.max(n, 2 * scratch.length));
    if (!list) return readRun(column, from, to, scratch);
    gather ??= gatherer(column);
    gather(list, from, to, scratch);
    return scratch.subarray(0, n);
  };
}
