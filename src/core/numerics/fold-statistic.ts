import type { Progress } from '../protocol/outcome';
import type { FrequencyGrid } from './lomb-scargle';
import { inBlocks, part } from './steps';

/**
 * A number that says how well a light curve folds at a frequency; lowest is best. One evaluation is `begin`, each pass over all points in order, then `end`:
 * so it can be cut into slices.
 */
export interface FoldStatistic {
  readonly points: number;
  begin(): void;
  readonly passes: readonly ((frequency: number, from: number, to: number) => void)[];
  /** NaN where it says nothing. */
  end(): number;
}

/** What the statistics are computed from. */
export interface FoldPoints {
  /** Time since the first one, ascending. */
  readonly x: Float64Array;
  /** Value minus mean. */
  readonly y: Float64Array;
  /** Lowest and highest `y`; they differ. */
  readonly low: number;
  readonly high: number;
  /** Sum of the squares of `y`. */
  readonly squares: number;
}

/** Points of times in order (equal ones by value) and values, all finite, at least two different ones. O(n). */
export function* foldPointsSteps(times: Float64Array, values: Float64Array): Generator<Progress, FoldPoints> {
  const n = times.length;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  let [mean, low, high, squares] = [0, Infinity, -Infinity, 0];
  const averaging = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) mean += values[i]! / n;
  });
  yield* part(averaging, 0, 0.3);
  const centring = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      x[i] = times[i]! - times[0]!;
      const v = (y[i] = values[i]! - mean);
      if (v < low) low = v;
      if (v > high) high = v;
      squares += v * v;
    }
  });
  yield* part(centring, 0.3, 1);
  return { x, y, low, high, squares };
}

/** Points between two yields. */
const WORK = 2 ** 18;

/** One evaluation at once. */
export function foldValue(statistic: FoldStatistic, frequency: number): number {
  statistic.begin();
  for (const pass of statistic.passes) pass(frequency, 0, statistic.points);
  return statistic.end();
}

function* foldValueSteps(statistic: FoldStatistic, frequency: number, fraction: number): Generator<Progress, number> {
  const { points, passes } = statistic;
  if (points <= WORK) return foldValue(statistic, frequency);
  statistic.begin();
  for (const pass of passes)
    for (let from = 0; from < points; from += WORK) {
      pass(frequency, from, Math.min(points, from + WORK));
      yield { fraction };
    }
  return statistic.end();
}

/** The statistic at every frequency of the grid. O(points · frequencies). */
export function* foldCurveSteps(statistic: FoldStatistic, grid: FrequencyGrid): Generator<Progress, Float64Array> {
  const curve = new Float64Array(grid.count);
  // Clearing and summing up bins takes its time as well.
  const work = statistic.points * statistic.passes.length + 100;
  let since = 0;
  for (let k = 0; k < grid.count; k++) {
    since += work;
    if (since > WORK) {
      since = 0;
      yield { fraction: k / grid.count };
    }
    curve[k] = yield* foldValueSteps(statistic, grid.first + k * grid.step, k / grid.count);
  }
  return curve;
}

/** Frequencies tried on either side of a grid point. */
const TRIALS = 30;

/**
 * The lowest value within one step of a grid point; a value that is the same over a range of frequencies (they put the points into the same bins) is at the
 * middle of the range. O(points · 61).
 */
export function* refineFoldSteps(
  statistic: FoldStatistic,
  frequency: number,
  step: number,
): Generator<Progress, { readonly frequency: number; readonly value: number }> {
  const trials = step > 0 ? 2 * TRIALS + 1 : 1;
  const values = new Float64Array(trials);
  const at = (k: number): number => frequency + ((k - (trials - 1) / 2) / TRIALS) * step;
  for (let k = 0; k < trials; k++) {
    const share = k / trials;
    values[k] = at(k) > 0 ? yield* foldValueSteps(statistic, at(k), share) : Infinity;
  }
  let low = (trials - 1) / 2;
  for (let k = 0; k < trials; k++) if (values[k]! < values[low]!) low = k;
  let high = low;
  while (high + 1 < trials && values[high + 1] === values[low]) high++;
  const middle = at((low + high) / 2);
  const value = yield* foldValueSteps(statistic, middle, 1);
  return value <= values[low]! ? { frequency: middle, value } : { frequency: at(low), value: values[low]! };
}
