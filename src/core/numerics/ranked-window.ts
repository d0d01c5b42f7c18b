import { ValueRanks } from './rank-values';

/** Points ranked at a time: this many windows' worth, within these bounds. */
const WINDOWS = 16;
const LEAST = 2048;
const MOST = 2 ** 17;

/**
 * The median of a window of points whose ends only move forward, in a constant number of steps a point whatever the window holds: the points
 * are ranked some windows at a time, the window is a set of bits by rank, and the median moves from bit to bit.
 */
export class RankedWindow {
  /** Points the last move had to rank, a measure of its work. */
  ranked = 0;
  private readonly ranks: ValueRanks;
  private readonly bits: Int32Array;
  private readonly span: number;
  /** Ranks are those of the points [start, stop). */
  private start = 0;
  private stop = 0;
  private from = 0;
  private to = 0;
  /** A rank, and how many points of the window have a lower one. */
  private middle = 0;
  private below = 0;

  /** `capacity`: the most points a window holds. */
  constructor(
    private readonly values: Float64Array,
    private readonly count: number,
    capacity: number,
  ) {
    this.span = Math.min(Math.max(count, 1), Math.max(LEAST, 2 * capacity, Math.min(MOST, WINDOWS * capacity)));
    this.ranks = new ValueRanks(this.span);
    this.bits = new Int32Array((this.span >> 5) + 1);
  }

  /** The median of the points [from, to); NaN when there are none; the mean of the middle two when they are even in number. */
  median(from: number, to: number): number {
    this.ranked = 0;
    if (to > this.stop || from >= this.to) this.restart(from, to);
    for (; this.to < to; this.to++) this.add(this.to);
    for (; this.from < from; this.from++) this.remove(this.from);
    const size = to - from;
    if (size === 0) return NaN;
    this.settle((size - 1) >> 1);
    const { sorted } = this.ranks;
    const low = sorted[this.middle]!;
    return size & 1 ? low : (low + sorted[this.after(this.middle + 1)]!) / 2;
  }

  private restart(from: number, to: number): void {
    if (to > this.stop) {
      this.start = from;
      this.stop = Math.min(this.count, from + this.span);
      this.ranks.update(this.values, this.start, this.stop);
      this.ranked = this.stop - this.start;
    }
    this.bits.fill(0);
    this.from = this.to = from;
    this.middle = this.below = 0;
  }

  private add(point: number): void {
    const rank = this.ranks.rank[point - this.start]!;
    this.bits[rank >> 5]! |= 1 << (rank & 31);
    if (rank < this.middle) this.below++;
  }

  private remove(point: number): void {
    const rank = this.ranks.rank[point - this.start]!;
    this.bits[rank >> 5]! &= ~(1 << (rank & 31));
    if (rank < this.middle) this.below--;
  }

  /** Moves the middle to the point that has `target` others below it. */
  private settle(target: number): void {
    let { middle, below } = this;
    if (below <= target) {
      middle = this.after(middle);
      for (; below < target; below++) middle = this.after(middle + 1);
    } else {
      for (; below > target; below--) middle = this.before(middle);
    }
    this.middle = middle;
    this.below = below;
  }

  /** The first rank of the window from `rank` on; there must be one. */
  private after(rank: number): number {
    const { bits } = this;
    let at = rank >> 5;
    let word = bits[at]! & (-1 << (rank & 31));
    while (word === 0) word = bits[++at]!;
    return (at << 5) + 31 - Math.clz32(word & -word);
  }

  /** The last rank of the window before `rank`; there must be one. */
  private before(rank: number): number {
    const { bits } = this;
    let at = rank >> 5;
    let word = bits[at]! & ~(-1 << (rank & 31));
    while (word === 0) word = bits[--at]!;
    return (at << 5) + 31 - Math.clz32(word);
  }
}
