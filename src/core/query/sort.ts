import { type Column, isNumeric, isValid, parseType } from '../model/column';
import { AppError } from '../protocol/outcome';
import { compareBytes } from '../select/compare';
import { is64, numberReader, wordsOf } from '../select/numbers';
import { scaled } from './scaled';
import { blocksOf, BLOCK_ROWS } from '../select/row-source';

/** Rows in ascending order of a column: the first `valid` have a value, those without one follow in row order. Stable. */
export interface Order {
  readonly rows: Uint32Array;
  readonly valid: number;
}

const DIGIT = 11;
const BUCKETS = 1 << DIGIT;
const PASSES = 6;
const SLICE = 1 << 18;
/** Runs of equal prefixes up to this length are sorted by comparing texts. */
const SHORT_RUN = 2048;

interface Keys {
  rows: Uint32Array;
  high: Uint32Array;
  low: Uint32Array;
}

function makeKeys(n: number): Keys {
  return { rows: new Uint32Array(n), high: new Uint32Array(n), low: new Uint32Array(n) };
}

/** Which word a pass looks at, and how far it shifts it: 11, 11 and 10 bits of the low word, then of the high one. */
const SHIFTS = [0, DIGIT, 2 * DIGIT] as const;
const MASK = BUCKETS - 1;

function countDigits(word: Uint32Array, n: number, counts: Uint32Array, from: number, to: number): void {
  for (let i = from; i < Math.min(n, to); i++) {
    const w = word[i]!;
    counts[w & MASK]!++;
    counts[BUCKETS + ((w >>> DIGIT) & MASK)]!++;
    counts[2 * BUCKETS + (w >>> (2 * DIGIT))]!++;
  }
}

/** Stable radix sort by (high, low) as one unsigned 64-bit number; passes over digits that are all alike are skipped. */
function* radixSort(keys: Keys, n: number): Generator<number, Keys> {
  const counts = new Uint32Array(PASSES * BUCKETS);
  for (let start = 0; start < n; start += SLICE) {
    countDigits(keys.low, n, counts, start, start + SLICE);
    countDigits(keys.high, n, counts.subarray(3 * BUCKETS), start, start + SLICE);
    yield (0.1 * start) / n;
  }
  let from = keys;
  let to: Keys | undefined;
  const next = new Uint32Array(BUCKETS);
  for (let pass = 0; pass < PASSES; pass++) {
    const mine = counts.subarray(pass * BUCKETS, (pass + 1) * BUCKETS);
    if (mine.includes(n)) continue;
    let sum = 0;
    for (let b = 0; b < BUCKETS; b++) {
      next[b] = sum;
      sum += mine[b]!;
    }
    to ??= makeKeys(n);
    for (let start = 0; start < n; start += SLICE) {
      scatter(from, to, pass < 3 ? from.low : from.high, SHIFTS[pass % 3]!, next, start, Math.min(n, start + SLICE));
      yield 0.1 + (0.9 * (pass + start / n)) / PASSES;
    }
    [from, to] = [to, from];
  }
  return from;
}

function scatter(from: Keys, to: Keys, word: Uint32Array, shift: number, next: Uint32Array, start: number, end: number): void {
  const { rows, high, low } = from;
  const { rows: toRows, high: toHigh, low: toLow } = to;
  for (let i = start; i < end; i++) {
    const at = next[(word[i]! >>> shift) & MASK]!++;
    toRows[at] = rows[i]!;
    toHigh[at] = high[i]!;
    toLow[at] = low[i]!;
  }
}

/** Fills keys with the numbers of candidates in an order-preserving form; answers how many have one, and collects the others. */
function* numberKeys(column: Column, n: number, list: Uint32Array | undefined, keys: Keys, missing: number[]): Generator<number, number> {
  const read = numberReader(column);
  const exact = column.chunks.some((c) => is64(c.data));
  const isSigned = column.meta.type === 'int64';
  const copy = new Float64Array(BLOCK_ROWS);
  const bits = exact ? undefined : new Uint32Array(copy.buffer);
  let valid = 0;
  for (const span of blocksOf({ from: 0, to: n, list })) {
    const x = read(span);
    // Adding 0 turns -0 into 0, which sorts with it.
    for (let i = 0; i < x.length; i++) copy[i] = x[i]! + 0;
    for (let i = 0; i < x.length; i++) {
      const row = list ? list[span.from + i]! : span.from + i;
      if (x[i] !== x[i]) {
        missing.push(row);
        continue;
      }
      keys.rows[valid] = row;
      if (bits) {
        const high = bits[2 * i + 1]!;
        const isNegative = high >>> 31 === 1;
        keys.high[valid] = isNegative ? ~high : high ^ 0x80000000;
        keys.low[valid++] = isNegative ? ~bits[2 * i]! : bits[2 * i]!;
      } else {
        const index = Math.floor(row / column.chunkRows);
        const words = wordsOf(column.chunks[index]!.data as BigInt64Array);
        const k = row - index * column.chunkRows;
        keys.high[valid] = isSigned ? words[2 * k + 1]! ^ 0x80000000 : words[2 * k + 1]!;
        keys.low[valid++] = words[2 * k]!;
      }
    }
    yield span.to / n;
  }
  return valid;
}

interface TextPlace {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

function textPlace(column: Column, row: number): TextPlace {
  const index = Math.floor(row / column.chunkRows);
  const { data, offsets } = column.chunks[index]!;
  const k = row - index * column.chunkRows;
  return { bytes: data as Uint8Array, from: offsets![k]!, to: offsets![k + 1]! };
}

/** Eight bytes of a text from `depth` on as a number; zeros after its end. */
function prefix({ bytes, from, to }: TextPlace, depth: number): number {
  let word = 0;
  for (let i = from + depth; i < from + depth + 4; i++) word = (word << 8) | (i < to ? bytes[i]! : 0);
  return word;
}

/** Sorts rows[from … to), which agree in their first `depth` bytes, in place. */
function* sortTexts(column: Column, rows: Uint32Array, from: number, to: number, depth: number): Generator<number, void> {
  const n = to - from;
  if (n < 2) return;
  if (n <= SHORT_RUN) {
    const places = new Map(Array.from(rows.subarray(from, to), (row) => [row, textPlace(column, row)]));
    const position = new Map(Array.from(rows.subarray(from, to), (row, i) => [row, i]));
    rows.subarray(from, to).sort((a, b) => {
      const [p, q] = [places.get(a)!, places.get(b)!];
      return compareBytes(p.bytes, p.from, p.to, q.bytes, q.from, q.to) || position.get(a)! - position.get(b)!;
    });
    return;
  }
  const keys = makeKeys(n);
  let longest = 0;
  for (let i = 0; i < n; i++) {
    const place = textPlace(column, rows[from + i]!);
    longest = Math.max(longest, place.to - place.from);
    keys.rows[i] = rows[from + i]!;
    keys.high[i] = prefix(place, depth);
    keys.low[i] = prefix(place, depth + 4);
    if (i % SLICE === SLICE - 1) yield 0.5;
  }
  const sorted = yield* radixSort(keys, n);
  rows.set(sorted.rows, from);
  if (longest <= depth + 8) return;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && sorted.high[end] === sorted.high[start] && sorted.low[end] === sorted.low[start]) end++;
    yield* sortTexts(column, rows, from + start, from + end, depth + 8);
    if (end - start > 1) yield 0.5;
    start = end;
  }
}

function* orderTexts(column: Column, n: number, list: Uint32Array | undefined): Generator<number, Order> {
  const rows = new Uint32Array(new SharedArrayBuffer(4 * n));
  const missing: number[] = [];
  let valid = 0;
  for (let i = 0; i < n; i++) {
    const row = list ? list[i]! : i;
    const index = Math.floor(row / column.chunkRows);
    if (isValid(column.chunks[index]!, row - index * column.chunkRows)) rows[valid++] = row;
    else missing.push(row);
    if (i % SLICE === SLICE - 1) yield (0.1 * i) / n;
  }
  // How much work is left shows only as texts turn out to be alike: half is said while it lasts.
  yield* scaled(sortTexts(column, rows, 0, valid, 0), 0.5, 0.5);
  rows.set(missing, valid);
  return { rows, valid };
}

/**
 * Order of rows [0, rows), or of the listed ones, by a column: numbers by value (64-bit integers exactly), text by code points. Linear in the
 * number of rows. Yields the fraction done. Throws AppError `invalid-argument` for list and complex columns.
 */
export function* orderKernel(column: Column, rows: number, list?: Uint32Array): Generator<number, Order> {
  const { kind, element } = parseType(column.meta.type);
  const n = list?.length ?? rows;
  if (kind === 'scalar' && element === 'utf8') return yield* orderTexts(column, n, list);
  if (!isNumeric(column.meta.type))
    throw new AppError({
      code: 'invalid-argument',
      message: `cannot sort by column ${column.meta.name}: it holds ${column.meta.type}`,
      hint: 'sort by a column of single numbers or text',
      column: column.meta.name,
    });
  const keys = makeKeys(n);
  const missing: number[] = [];
  const valid = yield* scaled(numberKeys(column, n, list, keys, missing), 0, 0.2);
  const sorted = yield* scaled(radixSort(keys, valid), 0.2, 1);
  const out = new Uint32Array(new SharedArrayBuffer(4 * n));
  out.set(sorted.rows.subarray(0, valid));
  out.set(missing, valid);
  return { rows: out, valid };
}

/** Order of plain numbers, NaN last: positions in `values`. */
export function* orderNumbers(values: Float64Array): Generator<number, Order> {
  const chunk = { length: values.length, stride: 1, data: values };
  const column: Column = { meta: { name: 'values', type: 'float64' }, length: values.length, chunkRows: Math.max(1, values.length), chunks: [chunk] };
  return yield* orderKernel(column, values.length);
}

/** The k-th row of an order; descending turns round those with a value, and those without stay last. */
export function rowAt(order: Order, k: number, descending: boolean): number {
  return order.rows[descending && k < order.valid ? order.valid - 1 - k : k]!;
}
