/** Sums kept of the points that will leave first: 32 MiB. */
const MOST_KEPT = 2 ** 22;

/** Adds a point to the sums at [at, at + width). */
export type AddPoint = (point: number, sums: Float64Array, at: number) => void;

/**
 * Sums over a window of points whose ends only move forward, in O(1) a point and without accumulated rounding: nothing is ever subtracted. The
 * sums from each point up to a pivot are kept, those from the pivot on grow; when the window has left the pivot behind, the pivot moves to its
 * end. Each point is added twice (more often when 32 MiB of sums do not hold a window). What has left a window, an outlier of 1e20 say, leaves no trace.
 */
export class SlidingSums {
  private kept = new Float64Array(0);
  private base = -1;
  private pivot = -1;
  private to = -1;
  private readonly grown: Float64Array;

  constructor(
    private readonly width: number,
    private readonly add: AddPoint,
  ) {
    this.grown = new Float64Array(width);
  }

  /** Writes the sums over [from, to) to `out`; returns how many points it had to add. */
  over(from: number, to: number, out: Float64Array): number {
    const { width, grown } = this;
    let work = to - this.to;
    if (!this.covers(from, to)) {
      work = to - from;
      this.restart(from, to);
    }
    for (; this.to < to; this.to++) this.add(this.to, grown, 0);
    const at = (from - this.base) * width;
    for (let k = 0; k < width; k++) out[k] = this.kept[at + k]! + grown[k]!;
    return work;
  }

  /** False when the window [from, to) will be summed anew. */
  covers(from: number, to: number): boolean {
    return from <= this.pivot && from >= this.base && to >= this.to;
  }

  /** Forgets everything: the next window is summed anew. */
  reset(): void {
    this.base = this.pivot = this.to = -1;
  }

  private restart(from: number, to: number): void {
    const { width, grown } = this;
    const rows = Math.min(to - from, Math.max(1, Math.floor(MOST_KEPT / width)));
    this.base = from;
    this.pivot = this.to = from + rows;
    if (this.kept.length < (rows + 1) * width) this.kept = new Float64Array((rows + 1 + (rows >> 2)) * width);
    this.kept.fill(0, rows * width, (rows + 1) * width);
    for (let row = rows - 1; row >= 0; row--) {
      const at = row * width;
      this.kept.copyWithin(at, at + width, at + 2 * width);
      this.add(from + row, this.kept, at);
    }
    grown.fill(0);
  }
}
