import { MAD_TO_SIGMA, median, medianDeviation } from '../../../core/numerics/robust';

/** Values over phase in equal bins. */
export interface BinnedCurve {
  /** Bin centres. */
  readonly phase: Float64Array;
  /** The level of the rows in the bin: their mean or median; NaN in an empty one. */
  readonly level: Float64Array;
  /** Standard error of the level; NaN with fewer than two rows. */
  readonly error: Float32Array;
  readonly counts: Uint32Array;
}

export type BinStatistic = 'mean' | 'median';

/** Standard error of a median of normal values against that of their mean: √(π/2). */
export const MEDIAN_ERROR = Math.sqrt(Math.PI / 2);

/** The scatter of a bin is taken from about so many of its values: an error bar's length is then right to a few per cent. */
const ENOUGH = 200;

/** What is binned: phases in [start, start + 1) with their values. Rows with a missing phase or value take no part. */
export interface FoldedValues {
  readonly phase: Float64Array;
  readonly y: Float64Array;
  readonly marks: Uint8Array;
  readonly start: 0 | -0.5;
}

export interface BinChoice {
  readonly bins: number;
  readonly statistic: BinStatistic;
  /** Only rows whose mark & `of` is `is`: not flagged, of one half. */
  readonly of: number;
  readonly is: number;
}

/**
 * Bins folded values again and again: its buffers live as long as the view, so that a dragged period makes no garbage. One pass to count and sum,
 * one for the scatter about the mean (the values may be large and their scatter small); the median sorts the rows into their bins. O(rows).
 */
export class PhaseBinner {
  /** The bin of each row; −1 for one that takes no part. */
  private bin = new Int16Array(0);
  private sorted = new Float64Array(0);
  private scratch = new Float64Array(0);
  private readonly few = new Float64Array(2 * ENOUGH);

  /** The median's error is √(π/2) · 1.4826 MAD / √n, the mean's the standard deviation / √n. */
  curve({ phase, y, marks, start }: FoldedValues, { bins, statistic, of, is }: BinChoice): BinnedCurve {
    const n = phase.length;
    if (this.bin.length < n) this.bin = new Int16Array(n);
    const { bin } = this;
    const counts = new Uint32Array(bins);
    const level = new Float64Array(bins);
    for (let i = 0; i < n; i++) {
      bin[i] = -1;
      const v = y[i]!;
      const at = Math.floor((phase[i]! - start) * bins);
      if (v - v !== 0 || !(at >= 0) || (marks[i]! & of) !== is) continue;
      const b = at < bins ? at : bins - 1;
      bin[i] = b;
      counts[b]!++;
      level[b]! += v;
    }
    for (let b = 0; b < bins; b++) level[b]! /= counts[b]!;
    const error = new Float32Array(bins);
    if (statistic === 'mean') this.scatter(y, n, level, counts, error);
    else this.medians(y, n, level, counts, error);
    return { phase: Float64Array.from({ length: bins }, (_, b) => start + (b + 0.5) / bins), level, error, counts };
  }

  private scatter(y: Float64Array, n: number, level: Float64Array, counts: Uint32Array, error: Float32Array): void {
    const square = new Float64Array(level.length);
    for (let i = 0; i < n; i++) {
      const b = this.bin[i]!;
      if (b < 0) continue;
      const d = y[i]! - level[b]!;
      square[b]! += d * d;
    }
    for (let b = 0; b < level.length; b++) error[b] = counts[b]! < 2 ? NaN : Math.sqrt(square[b]! / (counts[b]! - 1) / counts[b]!);
  }

  /** Every k-th of many values. */
  private some(values: Float64Array): Float64Array {
    const stride = Math.floor(values.length / ENOUGH);
    if (stride < 2) return values;
    let n = 0;
    for (let i = 0; i < values.length; i += stride) this.few[n++] = values[i]!;
    return this.few.subarray(0, n);
  }

  private medians(y: Float64Array, n: number, level: Float64Array, counts: Uint32Array, error: Float32Array): void {
    if (this.sorted.length < n) [this.sorted, this.scratch] = [new Float64Array(n), new Float64Array(n)];
    const next = new Uint32Array(level.length);
    for (let b = 1; b < next.length; b++) next[b] = next[b - 1]! + counts[b - 1]!;
    for (let i = 0; i < n; i++) {
      const b = this.bin[i]!;
      if (b >= 0) this.sorted[next[b]!++] = y[i]!;
    }
    for (let b = 0; b < level.length; b++) {
      const count = counts[b]!;
      const values = this.sorted.subarray(next[b]! - count, next[b]!);
      const some = this.some(values);
      if (count > 0) level[b] = median(values);
      error[b] = count < 2 ? NaN : (MEDIAN_ERROR * MAD_TO_SIGMA * medianDeviation(some, some.length, level[b]!, this.scratch)) / Math.sqrt(count);
    }
  }
}
