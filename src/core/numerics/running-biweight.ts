import type { Progress } from '../protocol/outcome';
import { SlidingSums } from './sliding-sums';
import { SortedWindow } from './sorted-window';
import { part } from './steps';
import { type FitPoints, fullestWindowSteps } from './time-segments';
import { sweepWindowsSteps } from './window-sweep';

/** The last step of the iteration is shorter than this share of the MAD. */
const TOLERANCE = 1e-6;

/** Where Newton's steps are not safe the plain iteration is repeated so often at most, until its steps are this share of the MAD. */
const MOST_STEPS = 300;
const PLAIN_TOLERANCE = 1e-11;

/** Power sums are kept of the values within so many times their scale of their level. */
const NEAR = 2;

/** Powers summed: 0 to 5. */
const POWERS = 6;

/** Nanoseconds a row takes besides its moves, and a move. */
const ROW = 300;
const MOVE = 100;

/** Tukey's biweight location in a window of points whose ends only move forward. */
class BiweightWindow {
  private readonly window: SortedWindow;
  private readonly sums: SlidingSums;
  private readonly power = new Float64Array(POWERS);
  private readonly inlier = new Float64Array(POWERS);
  private first = 0;
  private next = 0;
  /** The power sums are those of (x - level) / scale. */
  private level = 0;
  private scale = 0;
  /** Where the last searches in the window ended: the next ones begin there. */
  private closest = 0;
  private low = 0;
  private high = 0;
  /** Σ u(1 - u²)², Σ (1 - u²)² and Σ (1 - u²)(1 - 5u²) over |u| < 1 of the last evaluation. */
  private pull = 0;
  private weight = 0;
  private slope = 0;

  constructor(
    private readonly values: Float64Array,
    capacity: number,
    private readonly cval: number,
  ) {
    this.window = new SortedWindow(capacity);
    this.sums = new SlidingSums(POWERS, (i, out, at) => {
      const x = values[i]!;
      if (!(Math.abs(x - this.level) <= NEAR * this.scale)) return;
      const z = (x - this.level) / this.scale;
      const z2 = z * z;
      out[at]! += 1;
      out[at + 1]! += z;
      out[at + 2]! += z2;
      out[at + 3]! += z2 * z;
      out[at + 4]! += z2 * z2;
      out[at + 5]! += z2 * z2 * z;
    });
  }

  /** The location of the points [from, to); NaN when there are none. */
  location(from: number, to: number): number {
    this.slide(from, to);
    const { window } = this;
    const middle = window.median();
    const reach = this.cval * this.deviation(middle);
    if (!(reach > 0)) return middle;
    const isCovered = Math.abs(middle - this.level) + reach <= 0.9 * NEAR * this.scale && reach >= this.scale / 2;
    if (!isCovered || !this.sums.covers(from, to)) {
      this.level = middle;
      this.scale = reach;
      this.sums.reset();
    }
    this.sums.over(from, to, this.power);
    return this.solve(middle, reach);
  }

  /** Moves the window; points it jumps over never enter it. */
  private slide(from: number, to: number): void {
    const { window, values } = this;
    if (from >= this.next) {
      while (window.size > 0) window.shift();
      this.first = this.next = from;
    }
    for (; this.first < from && this.next < to; this.first++) window.replace(values[this.next++]!);
    for (; this.first < from; this.first++) window.shift();
    for (; this.next < to; this.next++) window.push(values[this.next]!);
  }

  /** Median of |x - middle| over the window: the middle of the values closest to it, which stand side by side. */
  private deviation(middle: number): number {
    const { sorted, size } = this.window;
    const k = size >> 1;
    let i = Math.min(this.closest, size - 1 - k);
    while (i + k + 1 < size && sorted[i + k + 1]! - middle < middle - sorted[i]!) i++;
    while (i > 0 && middle - sorted[i - 1]! < sorted[i + k]! - middle) i--;
    this.closest = i;
    const below = middle - sorted[i]!;
    const above = sorted[i + k]! - middle;
    const largest = Math.max(below, above);
    if (size & 1) return largest;
    const second = below > above ? Math.max(middle - sorted[i + 1]!, above) : Math.max(below, sorted[i + k - 1]! - middle);
    return (largest + second) / 2;
  }

  /** The fixed point the iteration reaches from the median. */
  private solve(middle: number, reach: number): number {
    const { size } = this.window;
    const mad = reach / this.cval;
    let centre = middle;
    for (let k = 0; k < MOST_STEPS; k++) {
      this.evaluate(centre, reach);
      const { pull, weight, slope } = this;
      if (!(weight > 0)) return centre;
      // Kantorovich's condition (the second derivative is at most 8 a point): Newton's steps end in the root the plain iteration walks to.
      const isSafe = slope > 0 && slope * slope >= 16 * size * Math.abs(pull);
      const step = (reach * pull) / (isSafe ? slope : weight);
      centre += step;
      if (Math.abs(step) <= (isSafe ? TOLERANCE : PLAIN_TOLERANCE) * mad) break;
    }
    return centre;
  }

  private evaluate(centre: number, reach: number): void {
    const { sorted, size } = this.window;
    let { low, high } = this;
    if (low > size) low = size;
    if (high > size) high = size;
    while (low > 0 && centre - sorted[low - 1]! < reach) low--;
    while (low < size && !(centre - sorted[low]! < reach)) low++;
    while (high < size && sorted[high]! - centre < reach) high++;
    while (high > 0 && !(sorted[high - 1]! - centre < reach)) high--;
    this.low = low;
    this.high = high;
    const isNear = Math.abs(centre - this.level) + reach <= NEAR * this.scale;
    if (isNear && this.takeInliers(low, high)) this.fromPowers(centre, reach);
    else this.fromValues(centre, reach);
  }

  /** The power sums over the sorted values [low, high): those of the window less the near ones outside. False when these are the many. */
  private takeInliers(low: number, high: number): boolean {
    const { inlier, power } = this;
    const { sorted, size } = this.window;
    for (let k = 0; k < POWERS; k++) inlier[k] = power[k]!;
    if (power[0]! - (high - low) > (high - low) / 2) return false;
    for (let i = low - 1; i >= 0 && this.takeOut(sorted[i]!); i--);
    for (let i = high; i < size && this.takeOut(sorted[i]!); i++);
    return true;
  }

  /** False when the value is too far off to be in the sums. */
  private takeOut(x: number): boolean {
    const { inlier, level, scale } = this;
    if (!(Math.abs(x - level) <= NEAR * scale)) return false;
    const z = (x - level) / scale;
    let p = 1;
    for (let k = 0; k < POWERS; k++) {
      inlier[k]! -= p;
      p *= z;
    }
    return true;
  }

  private fromPowers(centre: number, reach: number): void {
    const s = this.inlier;
    const e = -(centre - this.level) / this.scale;
    // Sums of (z + e)^k by the binomial theorem.
    const e2 = e * e;
    const e3 = e2 * e;
    const e4 = e2 * e2;
    const m0 = s[0]!;
    const m1 = s[1]! + e * m0;
    const m2 = s[2]! + 2 * e * s[1]! + e2 * m0;
    const m3 = s[3]! + 3 * e * s[2]! + 3 * e2 * s[1]! + e3 * m0;
    const m4 = s[4]! + 4 * e * s[3]! + 6 * e2 * s[2]! + 4 * e3 * s[1]! + e4 * m0;
    const m5 = s[5]! + 5 * e * s[4]! + 10 * e2 * s[3]! + 10 * e3 * s[2]! + 5 * e4 * s[1]! + e4 * e * m0;
    const q = this.scale / reach;
    const q2 = q * q;
    this.pull = q * (m1 - 2 * q2 * m3 + q2 * q2 * m5);
    this.weight = m0 - 2 * q2 * m2 + q2 * q2 * m4;
    this.slope = m0 - 6 * q2 * m2 + 5 * q2 * q2 * m4;
  }

  private fromValues(centre: number, reach: number): void {
    const { sorted } = this.window;
    let pull = 0;
    let weight = 0;
    let slope = 0;
    for (let i = this.low; i < this.high; i++) {
      const u = (sorted[i]! - centre) / reach;
      const v = 1 - u * u;
      pull += u * v * v;
      weight += v * v;
      slope += v * (5 * v - 4);
    }
    this.pull = pull;
    this.weight = weight;
    this.slope = slope;
  }
}

/**
 * Running biweight over time windows: at every row with a time Tukey's biweight location of the points of its segment with
 * |t_j - t| <= window / 2, as Hippke et al. 2019 (AJ 158, 143, doi:10.3847/1538-3881/ab3984) use it. From the median M and the raw median
 * absolute deviation about it, both fixed, the centre c <- Σ x w / Σ w with w = (1 - u²)² where |u| < 1, u = (x - c) / (cval · MAD), is
 * iterated to its fixed point (to 1e-6 of the MAD and then one step of Newton's more, which leaves about 1e-12). The median where the MAD is
 * 0; NaN where the window is empty. `times` ascending, missing last.
 *
 * The sums of a step are polynomials in the power sums of the values, which slide along with the window: O(log w) a row besides moving the
 * window's values in a sorted array.
 */
export function* runningBiweightSteps(times: Float64Array, points: FitPoints, window: number, cval: number): Generator<Progress, Float64Array> {
  const trend = new Float64Array(times.length).fill(NaN);
  if (points.count === 0) return trend;
  const capacity = 1 + (yield* part(fullestWindowSteps(points, window), 0, 0.05));
  const biweight = new BiweightWindow(points.values, capacity, cval);
  let done = 0;
  const visit = (row: number, from: number, to: number): number => {
    if (from < to) trend[row] = biweight.location(from, to);
    const moved = to - done;
    done = to;
    return ROW + moved * (MOVE + (to - from) / 8);
  };
  yield* part(sweepWindowsSteps(times, points, window, visit), 0.05, 1);
  return trend;
}
