import { type Chunk, type Column, type ColumnType, arrayFor, isNumeric, isValid, parseType } from '../../../core/model/column';
import { AppError } from '../../../core/protocol/outcome';
import type { TextPart } from './run-units';

/**
 * float64 results as chunks of the column's type. NaN is null in integer and bool columns. When the column replaces `original`, a number that
 * reads the same as before keeps its original bits, so 64-bit integers past 2^53 survive.
 */
export function* numberChunks(type: ColumnType, values: Float64Array, chunkRows: number, original?: Column): Generator<Chunk> {
  const { element, kind } = parseType(type);
  if (kind !== 'scalar' || !isNumeric(type)) throw new AppError({ code: 'internal', message: `numbers cannot be stored as ${type}` });
  for (let from = 0, index = 0; from < values.length; from += chunkRows, index++) {
    const n = Math.min(chunkRows, values.length - from);
    const before = original?.chunks[index];
    if (element === 'float64' && !before) {
      // These are the column's bytes already.
      yield { length: n, stride: 1, data: values.subarray(from, from + n) };
      continue;
    }
    const data = arrayFor(element, n);
    const isFloat = element === 'float32' || element === 'float64';
    const validity = isFloat ? undefined : new Uint8Array((n + 7) >> 3).fill(255);
    for (let i = 0; i < n; i++) {
      const v = values[from + i]!;
      if (before && isValid(before, i) && Number(before.data[i]) === v) data[i] = before.data[i]!;
      else if (Number.isNaN(v) && validity) validity[i >> 3]! &= ~(1 << (i & 7));
      else data[i] = data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(Math.trunc(v)) : v;
    }
    if (validity && n % 8) validity[validity.length - 1]! &= 0xff >> (8 - (n % 8));
    yield { length: n, stride: 1, data, validity };
  }
}

const encoder = new TextEncoder();

/** Text results, collected from the kernels' parts, as chunks; rows no part wrote are null. */
export function* textChunks(parts: readonly TextPart[], rows: number, chunkRows: number): Generator<Chunk> {
  const values = new Array<string | undefined>(rows);
  for (const part of parts) part.rows.forEach((row, i) => (values[row] = part.values[i]));
  for (let from = 0; from < rows; from += chunkRows) {
    const n = Math.min(chunkRows, rows - from);
    const cells = Array.from({ length: n }, (_, i) => values[from + i]).map((v) => (v === undefined ? undefined : encoder.encode(v)));
    const offsets = new Int32Array(n + 1);
    const validity = new Uint8Array((n + 7) >> 3);
    for (let i = 0; i < n; i++) {
      offsets[i + 1] = offsets[i]! + (cells[i]?.length ?? 0);
      if (cells[i]) validity[i >> 3]! |= 1 << (i & 7);
    }
    const data = new Uint8Array(offsets[n]!);
    cells.forEach((cell, i) => cell && data.set(cell, offsets[i]));
    yield { length: n, stride: 1, data, offsets, validity };
  }
}
