import type { Progress } from '../protocol/outcome';
import { median, medianSteps } from './robust';
import { BLOCK } from './steps';
import type { TimeBins } from './time-bins';

export type BinStatistic = 'mean' | 'median' | 'weighted' | 'boundary';

/** Points in order of time: finite times and values; `errors` NaN where there is none (never for `weighted`). */
export interface BinPoints {
  readonly count: number;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
}

/** What is known of each bin; NaN where it cannot be. */
export interface BinnedCurve {
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** From the points' errors. */
  readonly error: Float64Array;
  /** From the points' scatter. */
  readonly errorScatter: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** Standard deviation of a median of many Gaussian values, in units of that of their mean. */
const MEDIAN_ERROR = Math.sqrt(Math.PI / 2);

/** Points summarised between two yields. */
const BUDGET = 2 ** 20;

/** Sums over the points [from, to) about the first of them, so that a large level or date costs no digits. */
class Sums {
  time = NaN;
  mean = NaN;
  squares = NaN;
  weight = NaN;
  least = NaN;
  most = NaN;
  /** Mean square error of the points that have one. */
  variance = NaN;

  constructor(private readonly points: BinPoints) {}

  plain(from: number, to: number): void {
    const { times, values } = this.points;
    const n = to - from;
    const t0 = times[from]!;
    const v0 = values[from]!;
    let t = 0;
    let v = 0;
    let least = v0;
    let most = v0;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      t += times[i]! - t0;
      v += value - v0;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    this.time = t0 + t / n;
    this.mean = v0 + v / n;
    this.weight = n;
    this.least = least;
    this.most = most;
  }

  plainSpread(from: number, to: number): void {
    const { values } = this.points;
    let squares = 0;
    for (let i = from; i < to; i++) squares += (values[i]! - this.mean) ** 2;
    this.squares = squares;
    this.variance = this.meanSquareError(from, to);
  }

  /** The same with weights 1/error², after `plain`. */
  weighted(from: number, to: number): void {
    const { times, values } = this.points;
    const errors = this.points.errors!;
    const t0 = times[from]!;
    const v0 = values[from]!;
    let weight = 0;
    let t = 0;
    let v = 0;
    for (let i = from; i < to; i++) {
      const w = 1 / (errors[i]! * errors[i]!);
      weight += w;
      t += w * (times[i]! - t0);
      v += w * (values[i]! - v0);
    }
    this.time = t0 + t / weight;
    this.mean = v0 + v / weight;
    this.weight = weight;
    let squares = 0;
    for (let i = from; i < to; i++) squares += (values[i]! - this.mean) ** 2 / (errors[i]! * errors[i]!);
    this.squares = squares;
  }

  private meanSquareError(from: number, to: number): number {
    const { errors } = this.points;
    if (!errors) return NaN;
    let sum = 0;
    let n = 0;
    for (let i = from; i < to; i++) {
      const e = errors[i]!;
      if (e !== e) continue;
      sum += e * e;
      n++;
    }
    return sum / n;
  }
}

/**
 * Value, time and both errors of each bin.
 *
 * `mean`, and `boundary` (whose values belong to the points, not to the bin): mean; error √(mean e²)/√n, which is √(Σe²)/n where every point has
 * one; scatter error s/√n with s the standard deviation (ddof 1). `median`: median; both errors √(π/2) times those of the mean. `weighted`: mean
 * weighted by 1/e²; error 1/√(Σ 1/e²); scatter error √(Σ w (v - mean)² / ((n - 1) Σ w)). The time is the mean of the points' times, weighted
 * like the values. A bin of one point has no scatter error. O(points).
 */
export function* binStatisticsSteps(points: BinPoints, bins: TimeBins, statistic: BinStatistic): Generator<Progress, BinnedCurve> {
  const column = (): Float64Array => new Float64Array(bins.count);
  const out = { time: column(), value: column(), error: column(), errorScatter: column(), least: column(), most: column() };
  const sums = new Sums(points);
  const factor = statistic === 'median' ? MEDIAN_ERROR : 1;
  let scratch = new Float64Array(0);
  let budget = BUDGET;
  for (let b = 0; b < bins.count; b++) {
    const from = bins.starts[b]!;
    const to = bins.starts[b + 1]!;
    const n = to - from;
    sums.plain(from, to);
    if (n > BLOCK) yield { fraction: b / bins.count };
    if (statistic === 'weighted') sums.weighted(from, to);
    else sums.plainSpread(from, to);
    if (n > BLOCK) yield { fraction: b / bins.count };
    out.value[b] = sums.mean;
    if (statistic === 'median') {
      if (scratch.length < n) scratch = new Float64Array(2 * n);
      scratch.set(points.values.subarray(from, to));
      out.value[b] = n > BLOCK ? yield* silently(medianSteps(scratch, n), b / bins.count) : median(scratch, n);
    }
    out.time[b] = sums.time;
    out.error[b] = statistic === 'weighted' ? 1 / Math.sqrt(sums.weight) : factor * Math.sqrt(sums.variance / n);
    out.errorScatter[b] = n > 1 ? factor * Math.sqrt(sums.squares / ((n - 1) * sums.weight)) : NaN;
    out.least[b] = sums.least;
    out.most[b] = sums.most;
    budget -= n + 8;
    if (budget > 0) continue;
    budget = BUDGET;
    yield { fraction: (b + 1) / bins.count };
  }
  return out;
}

function* silently<T>(work: Generator<Progress, T>, fraction: number): Generator<Progress, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield { fraction };
  }
}
