/** Bits of a radix pass, and how many passes sort the upper half of a float64. */
const DIGIT = 11;
const BUCKETS = 2 ** DIGIT;

/** Moves of the last, comparing pass for each value before it gives up. */
const PATIENCE = 32;

/** The word of a float64 that holds its sign and exponent. */
const HIGH = new Uint32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1;

/**
 * Sorts runs of finite values and tells each its rank, in linear time for values as they are measured: a radix sort by the upper 32 bits of the
 * distance from one of them, then an insertion sort of what those bits leave equal (where they leave too much, a comparing sort).
 */
export class ValueRanks {
  /** The values in order: the first `length` count. */
  sorted: Float64Array;
  /** rank[i] is the place of the i-th value among them; equal values keep their order. */
  rank: Int32Array;
  length = 0;
  private keys: Uint32Array;
  private moreKeys: Uint32Array;
  private order: Int32Array;
  private moreOrder: Int32Array;
  private readonly counts = new Int32Array(3 * BUCKETS);
  private readonly float = new Float64Array(1);
  private readonly words = new Uint32Array(this.float.buffer);

  constructor(capacity: number) {
    this.sorted = new Float64Array(capacity);
    this.rank = new Int32Array(capacity);
    this.keys = new Uint32Array(capacity);
    this.moreKeys = new Uint32Array(capacity);
    this.order = new Int32Array(capacity);
    this.moreOrder = new Int32Array(capacity);
  }

  /** Ranks values[from, to): at most as many as the capacity. */
  update(values: Float64Array, from: number, to: number): void {
    this.length = to - from;
    this.makeKeys(values, from);
    this.scatter(this.keys, undefined, this.moreKeys, this.order, 0);
    this.scatter(this.moreKeys, this.order, this.keys, this.moreOrder, 1);
    this.scatter(this.keys, this.moreOrder, this.moreKeys, this.order, 2);
    this.finish(values, from);
    const { rank, order, length } = this;
    for (let k = 0; k < length; k++) rank[order[k]!] = k;
  }

  private makeKeys(values: Float64Array, from: number): void {
    const { keys, counts, float, words, length } = this;
    const level = values[from + (length >> 1)]!;
    counts.fill(0);
    for (let i = 0; i < length; i++) {
      float[0] = values[from + i]! - level;
      const high = words[HIGH]!;
      // Negative numbers in reverse, below the positive ones.
      const key = (high ^ ((high | 0) >> 31) ^ (high >>> 31 === 0 ? 0x80000000 : 0)) >>> 0;
      keys[i] = key;
      counts[key & (BUCKETS - 1)]!++;
      counts[BUCKETS + ((key >>> DIGIT) & (BUCKETS - 1))]!++;
      counts[2 * BUCKETS + (key >>> (2 * DIGIT))]!++;
    }
  }

  private scatter(keys: Uint32Array, order: Int32Array | undefined, toKeys: Uint32Array, toOrder: Int32Array, digit: number): void {
    const { counts, length } = this;
    const base = digit * BUCKETS;
    const shift = digit * DIGIT;
    let sum = 0;
    for (let b = base; b < base + BUCKETS; b++) {
      const count = counts[b]!;
      counts[b] = sum;
      sum += count;
    }
    for (let i = 0; i < length; i++) {
      const key = keys[i]!;
      const at = counts[base + ((key >>> shift) & (BUCKETS - 1))]!++;
      toKeys[at] = key;
      toOrder[at] = order ? order[i]! : i;
    }
  }

  /** Values whose distance from the level rounds to the same key are put in order by themselves. */
  private finish(values: Float64Array, from: number): void {
    const { sorted, order, length } = this;
    let patience = PATIENCE * length;
    for (let k = 0; k < length; k++) {
      const index = order[k]!;
      const v = values[from + index]!;
      let at = k;
      for (; at > 0 && sorted[at - 1]! > v; at--) {
        sorted[at] = sorted[at - 1]!;
        order[at] = order[at - 1]!;
      }
      sorted[at] = v;
      order[at] = index;
      patience -= k - at;
      if (patience < 0) return this.compare(values, from);
    }
  }

  private compare(values: Float64Array, from: number): void {
    const { sorted, order, length } = this;
    for (let i = 0; i < length; i++) order[i] = i;
    order.subarray(0, length).sort((a, b) => values[from + a]! - values[from + b]! || a - b);
    for (let k = 0; k < length; k++) sorted[k] = values[from + order[k]!]!;
  }
}
