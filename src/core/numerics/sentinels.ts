import type { Progress } from '../protocol/outcome';
import { selectKthSteps } from './quickselect';
import { BLOCK, inBlocks, part } from './steps';

/** A number that stands for "no value" in a column. */
export interface Sentinel {
  /** As surveys write it: 99.99. */
  readonly value: number;
  /** As the column holds it: 99.98999786376953 where it was a 32-bit float. */
  readonly stored: number;
  /** Rows that hold it. */
  readonly count: number;
}

export interface SentinelOptions {
  /** Rows that are looked at (1); absent = all. */
  readonly use?: Uint8Array | undefined;
  /** The smallest and largest value that can be true: a typical sentinel beyond them need not be far away. */
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** 0 cannot be a value here (an error bar, a Julian date): zeros are sentinels. */
  readonly zeroImpossible?: boolean | undefined;
}

/** Nines as surveys write them; both signs are looked for. Shorter ones (9, 9.9) are too often honest. */
const NINES = [
  ...[9.99, 9.999, 9.9999, 99, 99.9, 99.99, 99.999, 99.9999, 999, 999.9, 999.99, 999.999, 999.9999, 9999, 9999.9, 9999.99, 9999.999],
  ...[99999, 99999.9, 99999.99, 999999, 999999.9, 9999999, 99999999, 999999999, 9999999999],
];
/** netCDF, IRAF INDEF, HEALPix UNSEEN, WFCAM, and the ends of the number types. */
const OTHERS = [
  ...[9.969209968386869e36, 1.6e38, -1.6375e30, -999999500, 9.91e37, 3.4028234663852886e38, -3.4028234663852886e38],
  ...[Number.MAX_VALUE, -Number.MAX_VALUE, -32768, -2147483648, 2147483647, -(2 ** 63), 2 ** 63],
];
const POWERS = Array.from({ length: 30 }, (_, k) => Number(`1e${k + 9}`));

/** From the number in the column to the number as it is written. */
const TYPICAL = typical();

function typical(): ReadonlyMap<number, number> {
  const known = new Map<number, number>();
  for (const v of [...[...NINES, ...POWERS].flatMap((x) => [x, -x]), ...OTHERS]) {
    const single = Math.fround(v);
    if (Number.isFinite(single)) known.set(single, v);
  }
  for (const v of [...[...NINES, ...POWERS].flatMap((x) => [x, -x]), ...OTHERS]) known.set(v, v);
  return known;
}

const BITS = 13;
const slotOf = (low: number, high: number): number => Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>> (32 - BITS);
/** 1 where a typical sentinel falls: most values of a column are dismissed by this one look. */
const SLOTS = slots();

function slots(): Uint8Array {
  const marked = new Uint8Array(2 ** BITS);
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  for (const stored of TYPICAL.keys()) {
    number[0] = stored;
    marked[slotOf(words[0]!, words[1]!)] = 1;
  }
  return marked;
}

/** How often each typical sentinel (and 0) occurs. */
function* countSteps(values: Float64Array, use: Uint8Array | undefined): Generator<Progress, Map<number, number>> {
  const counts = new Map<number, number>();
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  let zeros = 0;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (values[i] === 0 && use?.[i] !== 0) zeros++;
      if (SLOTS[slotOf(words[2 * i]!, words[2 * i + 1]!)] === 0) continue;
      const v = values[i]!;
      if (use?.[i] !== 0 && TYPICAL.has(v)) counts.set(v, (counts.get(v) ?? 0) + 1);
    }
  });
  if (zeros > 0) counts.set(0, zeros);
  return counts;
}

/** The values that are no typical sentinel, finite, in an array of their own; whether all are whole numbers. */
function* othersSteps(
  values: Float64Array,
  use: Uint8Array | undefined,
  zero: boolean,
): Generator<Progress, { values: Float64Array; whole: boolean }> {
  const out = new Float64Array(values.length);
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  let n = 0;
  let whole = true;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      if (v - v !== 0 || use?.[i] === 0 || (zero && v === 0)) continue;
      if (SLOTS[slotOf(words[2 * i]!, words[2 * i + 1]!)] === 1 && TYPICAL.has(v)) continue;
      if (whole && v % 1 !== 0) whole = false;
      out[n++] = v;
    }
  });
  return { values: out.subarray(0, n), whole };
}

/** Where the honest values lie: their median, the bounds that 1 in 1000 is beyond on each side, and those few. */
interface Bulk {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  readonly tails: readonly [Float64Array, Float64Array];
  readonly isNegative: boolean;
  readonly whole: boolean;
}

function* bulkSteps(values: Float64Array, whole: boolean): Generator<Progress, Bulk | undefined> {
  const n = values.length;
  if (n === 0) return undefined;
  const k = Math.floor(0.001 * (n - 1));
  const half = (n - 1) >> 1;
  const middle = yield* part(selectKthSteps(values, half, 0, n - 1), 0, 0.4);
  const low = yield* part(selectKthSteps(values, k, 0, half), 0.4, 0.7);
  const high = yield* part(selectKthSteps(values, n - 1 - k, half, n - 1), 0.7, 1);
  const tails = [values.subarray(0, k), values.subarray(n - k)] as const;
  return { low, middle, high, tails, isNegative: low < 0 || tails[0].some((v) => v < 0), whole };
}

/** Honest values within 25 % of `c`: where there are as many as that, `c` is one of them. */
function hasNeighbours(c: number, count: number, bulk: Bulk): boolean {
  const near = (v: number): boolean => v * c > 0 && Math.abs(v) > 0.8 * Math.abs(c) && Math.abs(v) < 1.25 * Math.abs(c);
  const [from, to] = c > 0 ? [0.8 * c, 1.25 * c] : [1.25 * c, 0.8 * c];
  if (bulk.high > from && bulk.low < to) return true;
  let n = 0;
  for (const tail of bulk.tails) for (const v of tail) if (near(v)) n++;
  return n > count / 10;
}

/** Whether a typical sentinel that occurs `count` times is one here. */
function isSentinel(c: number, count: number, bulk: Bulk | undefined, options: SentinelOptions): boolean {
  if (!bulk) return c < 0 || c >= 1e9;
  if (hasNeighbours(c, count, bulk)) return false;
  if (c < (options.minimum ?? -Infinity) || c > (options.maximum ?? Infinity)) return true;
  if (c <= -99 && !bulk.isNegative) return true;
  if (bulk.whole && c > 0 && c < 100 && count < 3) return false;
  const [away, half] = c > bulk.high ? [c - bulk.high, bulk.high - bulk.middle] : [bulk.low - c, bulk.middle - bulk.low];
  return away > 0 && away >= (count < 3 ? 2 : 0.5) * half;
}

/**
 * The sentinels of a column: numbers that surveys are known to write for "no value" (-999, 99.99, 1e20, -1e31, …, or the 32-bit float
 * nearest to one), where they stand apart from the other values. Apart means: beyond the bounds `minimum` and `maximum`; or -99 and less
 * in a column without negative values; or beyond the central 99.8 % by twice the distance from the median to that bound (half of it
 * for numbers that occur three times or more). Never when honest values lie within 25 % of it. Most frequent first. NaN and infinities are
 * missing already and not looked at. O(n); a column without any typical sentinel costs one pass.
 */
export function* findSentinelsSteps(values: Float64Array, options: SentinelOptions = {}): Generator<Progress, readonly Sentinel[]> {
  const counts = yield* part(countSteps(values, options.use), 0, 0.4);
  const zeros = counts.get(0) ?? 0;
  counts.delete(0);
  const found: Sentinel[] = [];
  if (options.zeroImpossible && zeros > 0) found.push({ value: 0, stored: 0, count: zeros });
  if (counts.size > 0) {
    if (values.length > BLOCK) yield { fraction: 0.4 };
    const others = yield* part(othersSteps(values, options.use, options.zeroImpossible ?? false), 0.4, 0.6);
    const bulk = yield* part(bulkSteps(others.values, others.whole), 0.6, 1);
    for (const [stored, count] of counts) if (isSentinel(stored, count, bulk, options)) found.push({ value: TYPICAL.get(stored)!, stored, count });
  }
  return found.sort((a, b) => b.count - a.count || a.value - b.value);
}
