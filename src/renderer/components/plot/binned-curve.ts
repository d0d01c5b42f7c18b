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
 * Bins folded values again and again: its buffers live as long as the view, so that a dragged period makes no garbage. The mean and the scatter
 * about it take one pass, the median sorts the rows into their bins. O(rows).
 */
export class PhaseBinner {
  /** The bin of each row; −1 for one that takes no part. */
  private bin = new Int16Array(0);
  private sorted = new Float64Array(0);
  private scratch = new Float64Array(0);
  private readonly few = new Float64Array(2 * ENOUGH);

  /** The median's error is √(π/2) · 1.4826 MAD / √n, the mean's the standard deviation / √n. */
  curve(values: FoldedValues, choice: BinChoice): BinnedCurve {
    const { bins, statistic } = choice;
    const made = {
      phase: Float64Array.from({ length: bins }, (_, b) => values.start + (b + 0.5) / bins),
      level: new Float64Array(bins),
      error: new Float32Array(bins),
      counts: new Uint32Array(bins),
    };
    if (statistic === 'mean') means(values, choice, made);
    else this.medians(values, choice, made);
    return made;
  }

  /** Every k-th of many values. */
  private some(values: Float64Array): Float64Array {
    const stride = Math.floor(values.length / ENOUGH);
    if (stride < 2) return values;
    let n = 0;
    for (let i = 0; i < values.length; i += stride) this.few[n++] = values[i]!;
    return this.few.subarray(0, n);
  }

  private medians({ phase, y, marks, start }: FoldedValues, { bins, of, is }: BinChoice, { level, error, counts }: BinnedCurve): void {
    const n = phase.length;
    if (this.bin.length < n) [this.bin, this.sorted, this.scratch] = [new Int16Array(n), new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i++) {
      this.bin[i] = -1;
      const v = y[i]!;
      const at = Math.floor((phase[i]! - start) * bins);
      if (v - v !== 0 || !(at >= 0) || (marks[i]! & of) !== is) continue;
      counts[(this.bin[i] = at < bins ? at : bins - 1)]!++;
    }
    const next = new Uint32Array(bins);
    for (let b = 1; b < bins; b++) next[b] = next[b - 1]! + counts[b - 1]!;
    for (let i = 0; i < n; i++) {
      const b = this.bin[i]!;
      if (b >= 0) this.sorted[next[b]!++] = y[i]!;
    }
    for (let b = 0; b < bins; b++) {
      const count = counts[b]!;
      const values = this.sorted.subarray(next[b]! - count, next[b]!);
      const some = this.some(values);
      level[b] = median(values);
      error[b] = count < 2 ? NaN : (MEDIAN_ERROR * MAD_TO_SIGMA * medianDeviation(some, some.length, level[b]!, this.scratch)) / Math.sqrt(count);
    }
  }
}

/** Sums of differences from the bin's first value: the values may be large and their scatter small. */
function means({ phase, y, marks, start }: FoldedValues, { bins, of, is }: BinChoice, { level, error, counts }: BinnedCurve): void {
  const first = new Float64Array(bins);
  const sum = new Float64Array(bins);
  const square = new Float64Array(bins);
  for (let i = 0; i < phase.length; i++) {
    const v = y[i]!;
    const at = Math.floor((phase[i]! - start) * bins);
    if (v - v !== 0 || !(at >= 0) || (marks[i]! & of) !== is) continue;
    const b = at < bins ? at : bins - 1;
    if (counts[b]!++ === 0) first[b] = v;
    const d = v - first[b]!;
    sum[b]! += d;
    square[b]! += d * d;
  }
  for (let b = 0; b < bins; b++) {
    const n = counts[b]!;
    const off = sum[b]! / n;
    level[b] = first[b]! + off;
    error[b] = n < 2 ? NaN : Math.sqrt(Math.max(0, square[b]! - off * sum[b]!) / (n - 1) / n);
  }
}
