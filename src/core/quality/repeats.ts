import type { RowHashes } from './row-hash';

/** Rows whose hash an earlier row has. */
export interface Repeats {
  /** How many there are. */
  readonly count: number;
  /** The first of them, in no particular order; at most the limit. */
  readonly rows: Uint32Array;
}

/** Parts by the hash's first bits: each small enough for its table to stay in the cache. */
export const HASH_PARTS = 256;
const SLICE = 1 << 17;

/** Rows of each part from `first` to `last`, in ascending order, one part after the other. */
function* gather({ high, low, use }: RowHashes, first: number, last: number): Generator<number, { starts: Uint32Array; sorted: Uint32Array[] }> {
  const starts = new Uint32Array(last - first + 1);
  const n = high.length;
  for (let row = 0; row < n; row++) {
    if (row % SLICE === 0) yield (0.3 * row) / n;
    const part = high[row]! >>> 24;
    if (part >= first && part < last && use[row] === 1) starts[part - first + 1]!++;
  }
  for (let p = 0; p < last - first; p++) starts[p + 1]! += starts[p]!;
  const total = starts[last - first]!;
  const next = starts.slice();
  const sorted = [new Uint32Array(total), new Uint32Array(total), new Uint32Array(total)];
  const [rows, highs, lows] = sorted as [Uint32Array, Uint32Array, Uint32Array];
  for (let row = 0; row < n; row++) {
    if (row % SLICE === 0) yield 0.3 + (0.4 * row) / n;
    const h = high[row]!;
    const part = h >>> 24;
    if (part < first || part >= last || use[row] !== 1) continue;
    const at = next[part - first]!++;
    rows[at] = row;
    highs[at] = h;
    lows[at] = low[row]!;
  }
  return { starts, sorted };
}

/**
 * Finds rows that repeat an earlier one among those whose hash falls into parts [first, last) of HASH_PARTS. O(n) in time; memory for three
 * words a row of these parts. At most `limit` rows are listed, those of the first parts.
 */
export function* findRepeats(hashes: RowHashes, first: number, last: number, limit: number): Generator<number, Repeats> {
  const { starts, sorted } = yield* gather(hashes, first, last);
  const [rows, highs, lows] = sorted as [Uint32Array, Uint32Array, Uint32Array];
  const listed: number[] = [];
  let count = 0;
  let table = new Uint32Array(0);
  for (let p = 0; p < last - first; p++) {
    const [from, to] = [starts[p]!, starts[p + 1]!];
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * (to - from))));
    if (table.length < size) table = new Uint32Array(size);
    else table.fill(0, 0, size);
    for (let i = from; i < to; i++) {
      let at = (lows[i]! ^ (highs[i]! << 8)) & (size - 1);
      for (;;) {
        const known = table[at]! - 1;
        if (known < 0) {
          table[at] = i + 1;
          break;
        }
        if (highs[known] === highs[i] && lows[known] === lows[i]) {
          count++;
          if (listed.length < limit) listed.push(rows[i]!);
          break;
        }
        at = (at + 1) & (size - 1);
      }
      if (i % SLICE === 0) yield 0.7 + (0.3 * i) / Math.max(1, rows.length);
    }
  }
  return { count, rows: Uint32Array.from(listed) };
}
