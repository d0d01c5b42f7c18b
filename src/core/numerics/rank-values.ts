/** Bits of a radix pass, and how many passes sort the upper half of a float64. */
const DIGIT = 11;
const BUCKETS = 2 ** DIGIT;

/** Moves of the last, comparing pass for each value before it gives up. */
const PATIENCE = 32;

/** The word of a float64 that holds its sign and exponent. */
const HIGH = new Uint32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** Work space of an update, which nothing can interrupt: all instances share it. */
const counts = new Int32Array(3 * BUCKETS);
let keys = new Uint32Array(0);
let moreKeys = new Uint32Array(0);
let order = new Int32Array(0);
let moreOrder = new Int32Array(0);

function reserve(length: number): void {
  if (keys.length >= length) return;
  keys = new Uint32Array(length);
  moreKeys = new Uint32Array(length);
  order = new Int32Array(length);
  moreOrder = new Int32Array(length);
}

/**
 * Sorts runs of finite values and tells each its rank, in linear time for values as they are measured: a radix sort by the upper 32 bits of the
 * distance from one of them, then an insertion sort of what those bits leave equal (where they leave too much, a comparing sort).
 */
export class ValueRanks {
  /** The values in order: the first `length` count. */
  readonly sorted: Float64Array;
  /** rank[i] is the place of the i-th value among them; equal values keep their order. */
  readonly rank: Int32Array;
  length = 0;

  constructor(capacity: number) {
    this.sorted = new Float64Array(capacity);
    this.rank = new Int32Array(capacity);
  }

  /** Ranks values[from, to): at most as many as the capacity. */
  update(values: Float64Array, from: number, to: number): void {
    const { rank } = this;
    this.length = to - from;
    reserve(to - from);
    makeKeys(values, from, to - from);
    scatter(keys, undefined, moreKeys, order, 0, to - from);
    scatter(moreKeys, order, keys, moreOrder, 1, to - from);
    scatter(keys, moreOrder, moreKeys, order, 2, to - from);
    finish(values, from, to - from, this.sorted);
    for (let k = 0; k < to - from; k++) rank[order[k]!] = k;
  }
}

function makeKeys(values: Float64Array, from: number, length: number): void {
  const out = keys;
  const level = values[from + (length >> 1)]!;
  counts.fill(0);
  for (let i = 0; i < length; i++) {
    float[0] = values[from + i]! - level;
    const high = words[HIGH]!;
    // Negative numbers in reverse, below the positive ones.
    const key = (high ^ ((high | 0) >> 31) ^ (high >>> 31 === 0 ? 0x80000000 : 0)) >>> 0;
    out[i] = key;
    counts[key & (BUCKETS - 1)]!++;
    counts[BUCKETS + ((key >>> DIGIT) & (BUCKETS - 1))]!++;
    counts[2 * BUCKETS + (key >>> (2 * DIGIT))]!++;
  }
}

/** One pass of the radix sort, by one digit; undefined `from` = the order so far is that of the values. */
function scatter(fromKeys: Uint32Array, from: Int32Array | undefined, toKeys: Uint32Array, to: Int32Array, digit: number, length: number): void {
  const base = digit * BUCKETS;
  const shift = digit * DIGIT;
  let sum = 0;
  for (let b = base; b < base + BUCKETS; b++) {
    const count = counts[b]!;
    counts[b] = sum;
    sum += count;
  }
  for (let i = 0; i < length; i++) {
    const key = fromKeys[i]!;
    const at = counts[base + ((key >>> shift) & (BUCKETS - 1))]!++;
    toKeys[at] = key;
    to[at] = from ? from[i]! : i;
  }
}

/** Values whose distance from the level rounds to the same key are put in order by themselves. */
function finish(values: Float64Array, from: number, length: number, sorted: Float64Array): void {
  const places = order;
  let patience = PATIENCE * length;
  for (let k = 0; k < length; k++) {
    const index = places[k]!;
    const v = values[from + index]!;
    let at = k;
    for (; at > 0 && sorted[at - 1]! > v; at--) {
      sorted[at] = sorted[at - 1]!;
      places[at] = places[at - 1]!;
    }
    sorted[at] = v;
    places[at] = index;
    patience -= k - at;
    if (patience < 0) return compare(values, from, length, sorted);
  }
}

function compare(values: Float64Array, from: number, length: number, sorted: Float64Array): void {
  for (let i = 0; i < length; i++) order[i] = i;
  order.subarray(0, length).sort((a, b) => values[from + a]! - values[from + b]! || a - b);
  for (let k = 0; k < length; k++) sorted[k] = values[from + order[k]!]!;
}
