import { selectKth } from './quickselect';
import { median } from './robust';

/** Below this many values quickselect is as quick. */
const FEW = 48;

/** Half width, in standard deviations, of the zone about the mean in which the median is looked for first. */
const ZONE = 0.2;

/**
 * Medians of a sample that loses values at its ends, as clipping takes them away. The median of most samples lies close to their mean: one
 * pass gathers the few values there and counts those below, and the medians of what clipping leaves are found among the same few.
 */
export class MiddleValues {
  private pool = new Float64Array(256);
  private size = 0;
  /** Values of the sample below the zone. */
  private below = 0;
  private low = NaN;
  private high = NaN;

  /** Median of a[0..n) (all finite) with this mean and population standard deviation. May reorder them. O(n). */
  first(a: Float64Array, n: number, mean: number, std: number): number {
    this.size = 0;
    const low = (this.low = mean - ZONE * std);
    const high = (this.high = mean + ZONE * std);
    if (n < FEW || !(high > low && high - low < Infinity)) return median(a, n);
    if (this.pool.length <= n) this.pool = new Float64Array(2 * n);
    const { pool } = this;
    let below = 0;
    let size = 0;
    // No branches: half of them would be guessed wrongly.
    for (let i = 0; i < n; i++) {
      const v = a[i]!;
      const isBelow = +(v < low);
      pool[size] = v;
      size += +(v <= high) - isBelow;
      below += isBelow;
    }
    this.size = size;
    this.below = below;
    const middle = this.at(n);
    if (middle === middle) return middle;
    this.size = 0;
    return median(a, n);
  }

  /**
   * The median of the n values left after values outside [low, high] went, `rejected` of them at the low end. NaN when it has to be found
   * anew.
   */
  next(n: number, rejected: number, low: number, high: number): number {
    this.below -= rejected;
    return this.size > 0 && low <= this.low && high >= this.high ? this.at(n) : NaN;
  }

  private at(n: number): number {
    const { pool, size } = this;
    const upper = (n >> 1) - this.below;
    const lower = ((n - 1) >> 1) - this.below;
    if (lower < 0 || upper >= size) return NaN;
    const high = selectKth(pool, upper, 0, size - 1);
    if (n & 1) return high;
    let under = pool[0]!;
    for (let i = 1; i < upper; i++) if (pool[i]! > under) under = pool[i]!;
    return (under + high) / 2;
  }
}
