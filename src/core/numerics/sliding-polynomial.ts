import { LocalPolynomial } from './local-polynomial';

/** The window may move this share of its half width before it is summed anew. */
const REACH = 1 / 2;

/** Sums kept of the points that will leave first: 32 MiB. */
const MOST_KEPT = 2 ** 22;

/** The window is summed anew when a pivot of the factorisation is smaller than this share of its diagonal: digits are being lost. */
const LEAST_PIVOT = 0.1;

/** Values that give the local level. */
const LEVEL_SAMPLES = 9;

/**
 * The degree-`order` polynomial fitted by least squares to the points in a window that slides over them: O(order²) a point and O(order³) a
 * fit, whatever the window holds.
 *
 * The normal equations are summed in the polynomials orthogonal over the points of a recent window, so that their matrix stays close to a
 * diagonal one. A point is never subtracted: the sums from each leaving point up to a pivot are kept, those from the pivot on grow, and both
 * are made anew, with new polynomials, before the window has left the pivot behind. Rounding does not accumulate, and what has left leaves no
 * trace. Each point is summed about 2 / REACH + 1 times.
 */
export class SlidingPolynomial {
  /** Points summed so far: a measure of the work done. */
  summed = 0;
  private readonly frame: LocalPolynomial;
  /** Sums a point enters: products p_i · p_j (j ≤ i), then p_i · value. */
  private readonly width: number;
  /** The sums over [pivot, to). */
  private readonly sums: Float64Array;
  /** Row j: the sums over [base + j, pivot). */
  private kept = new Float64Array(0);
  private base = 0;
  private pivot = 0;
  private to = -1;
  /** The last centre for which these sums serve. */
  private limit = NaN;
  private level = 0;
  private readonly basis: Float64Array;
  private readonly total: Float64Array;
  private readonly factor: Float64Array;
  private readonly coefficient: Float64Array;

  constructor(
    private readonly times: Float64Array,
    private readonly values: Float64Array,
    private readonly order: number,
    private readonly half: number,
  ) {
    const n = order + 1;
    this.frame = new LocalPolynomial(order);
    this.width = (n * (n + 1)) / 2 + n;
    this.sums = new Float64Array(this.width);
    this.total = new Float64Array(this.width);
    this.basis = new Float64Array(n);
    this.factor = new Float64Array(n * n);
    this.coefficient = new Float64Array(n);
  }

  /**
   * Fits the points [from, to), all within the half width of `centre`; false when they hold too few distinct times. Cheap when from, to and
   * centre do not decrease from call to call.
   */
  fit(from: number, to: number, centre: number): boolean {
    const isWithin = centre <= this.limit && from >= this.base && from <= this.pivot && to >= this.to;
    return (isWithin && this.update(from, to)) || (this.restart(from, to, centre) && this.update(from, to));
  }

  /** The fitted polynomial's value at a time within the half width of the centre. */
  valueAt(time: number): number {
    const { coefficient, basis } = this;
    this.frame.basisAt(time, basis);
    let sum = 0;
    for (let k = 0; k < basis.length; k++) sum += coefficient[k]! * basis[k]!;
    return this.level + sum;
  }

  private update(from: number, to: number): boolean {
    for (; this.to < to; this.to++) this.add(this.to);
    const { width, kept, total, sums } = this;
    const at = (from - this.base) * width;
    for (let k = 0; k < width; k++) total[k] = kept[at + k]! + sums[k]!;
    return this.solve();
  }

  private restart(from: number, to: number, centre: number): boolean {
    const { times, values, half, width, sums } = this;
    this.limit = NaN;
    this.summed += to - from;
    if (!this.frame.fit(times, values, from, to, centre, half)) return false;
    this.limit = centre + REACH * half;
    this.level = this.levelOf(from, to);
    this.base = from;
    let pivot = from;
    while (pivot < to && (pivot - from + 1) * width < MOST_KEPT && times[pivot]! < this.limit - half) pivot++;
    this.pivot = this.to = pivot;
    const rows = pivot - from;
    if (this.kept.length < (rows + 1) * width) this.kept = new Float64Array((rows + 1 + (rows >> 2)) * width);
    sums.fill(0);
    this.kept.fill(0, rows * width, (rows + 1) * width);
    for (let row = rows - 1; row >= 0; row--) {
      this.add(from + row);
      this.kept.set(sums, row * width);
    }
    sums.fill(0);
    return true;
  }

  /** A median of some of the values: unlike their mean, it is near the others when an outlier has left. */
  private levelOf(from: number, to: number): number {
    const count = Math.min(LEVEL_SAMPLES, to - from);
    const samples = new Float64Array(count);
    for (let i = 0; i < count; i++) samples[i] = this.values[from + Math.floor(((i + 0.5) * (to - from)) / count)]!;
    return samples.sort()[count >> 1] ?? 0;
  }

  private add(point: number): void {
    const { sums, basis, order } = this;
    this.summed++;
    this.frame.basisAt(this.times[point]!, basis);
    const value = this.values[point]! - this.level;
    let at = 0;
    for (let i = 0; i <= order; i++) {
      const p = basis[i]!;
      for (let j = 0; j <= i; j++) sums[at++]! += p * basis[j]!;
    }
    for (let i = 0; i <= order; i++) sums[at++]! += basis[i]! * value;
  }

  /** Cholesky's factorisation without roots (L · D · Lᵀ), D on the diagonal of `factor`. */
  private solve(): boolean {
    const { total, factor, coefficient, order } = this;
    const n = order + 1;
    const values = this.width - n;
    let at = 0;
    for (let i = 0; i < n; i++) {
      const row = i * n;
      let right = total[values + i]!;
      for (let j = 0; j <= i; j++) {
        const product = total[at++]!;
        let sum = product;
        for (let k = 0; k < j; k++) sum -= factor[row + k]! * factor[j * n + k]! * factor[k * n + k]!;
        if (j < i) factor[row + j] = sum / factor[j * n + j]!;
        else if (sum > LEAST_PIVOT * product) factor[row + i] = sum;
        else return false;
      }
      for (let k = 0; k < i; k++) right -= factor[row + k]! * coefficient[k]!;
      coefficient[i] = right;
    }
    for (let i = order; i >= 0; i--) {
      let sum = coefficient[i]! / factor[i * n + i]!;
      for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * coefficient[k]!;
      coefficient[i] = sum;
    }
    return true;
  }
}
