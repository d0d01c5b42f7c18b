import type { Progress } from '../protocol/outcome';
import { inBlocks, inSumBlocks } from './steps';

/** Rows gathered at a time: small enough for the cache, whatever the number of columns. */
export const CHUNK = 1024;

/** Rows between two yields: about the same arithmetic whatever the number of columns. */
export function rowsABlock(columns: number): number {
  return CHUNK * Math.max(1, Math.floor(1024 / (columns + 2) ** 2));
}

/** Σ a b over the first n. */
export function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The rows that take part, with their weights. */
export interface Used {
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  readonly total: number;
}

export function* usedSteps(weights: Float64Array): Generator<Progress, Used> {
  const rows = new Int32Array(weights.length);
  const own = new Float64Array(weights.length);
  let [count, total] = [0, 0];
  yield* inSumBlocks(weights.length, (from, to) => {
    let [n, sum] = [count, 0];
    for (let i = from; i < to; i++) {
      const w = weights[i]!;
      if (!(w > 0)) continue;
      rows[n] = i;
      own[n++] = w;
      sum += w;
    }
    count = n;
    total += sum;
  });
  return { rows: rows.subarray(0, count), weights: own.subarray(0, count), total };
}

/** Weighted mean of each column. */
export function* meansSteps(columns: readonly Float64Array[], { rows, weights, total }: Used): Generator<Progress, Float64Array> {
  const sums = new Float64Array(columns.length);
  const summing = inBlocks(
    rows.length,
    (from, to) => {
      for (const [k, column] of columns.entries()) {
        let sum = 0;
        for (let i = from; i < to; i++) sum += weights[i]! * column[rows[i]!]!;
        sums[k]! += sum;
      }
    },
    rowsABlock(columns.length) * 2,
  );
  yield* summing;
  return total > 0 ? sums.map((s) => s / total) : sums;
}

/** √w (x - centre) of some rows. */
function gather(out: Float64Array, x: Float64Array, centre: number, used: Used, from: number, n: number): void {
  const { rows, weights } = used;
  for (let i = 0; i < n; i++) out[i] = (x[rows[from + i]!]! - centre) * Math.sqrt(weights[from + i]!);
}

/** Adds w (x - centre)(x - centre)ᵀ of the used rows, `sign` times, to the lower triangle. */
export function* gramSteps(
  columns: readonly Float64Array[],
  centres: Float64Array,
  used: Used,
  gram: readonly Float64Array[],
  sign: number,
): Generator<Progress, void> {
  const parts = columns.map(() => new Float64Array(CHUNK));
  const addChunk = (from: number, n: number): void => {
    for (let j = 0; j < columns.length; j++) {
      const own = parts[j]!;
      gather(own, columns[j]!, centres[j]!, used, from, n);
      for (let k = 0; k <= j; k++) gram[j]![k]! += sign * dot(own, parts[k]!, n);
    }
  };
  const adding = inBlocks(
    used.rows.length,
    (from, to) => {
      for (let at = from; at < to; at += CHUNK) addChunk(at, Math.min(to, at + CHUNK) - at);
    },
    rowsABlock(columns.length),
  );
  yield* adding;
}
