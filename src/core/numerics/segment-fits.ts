import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';
import { type FitPoints, segmentAt } from './time-segments';

/** Nanoseconds of work between two yields. */
const BUDGET = 5e6;

/** Points of a pass between two yields. */
const PASS = 2 ** 16;

/** Residuals below this share of the largest value are rounding, not noise: nothing is clipped by them. */
const ROUNDING = 1e-12;

/** A curve that is fitted to one segment at a time. */
export interface SegmentFit {
  /** Nanoseconds a point takes, about. */
  readonly cost: number;
  /** Fits the points [from, to) of which `kept` is 1; false when they are too few. */
  fitSteps(from: number, to: number, kept: Uint8Array): Generator<Progress, boolean>;
  /** The fitted curve at a time; quick when times ascend. */
  valueAt(time: number): number;
}

export interface Clipping {
  /** Points further than this many standard deviations of the residuals from the curve are left out of the next fit. */
  readonly sigma: number;
  /** Rounds at most; 0 = none. */
  readonly iterations: number;
}

/** Clears `kept` where the residual is beyond `sigma` standard deviations (population) from the residuals' mean; returns how many it cleared. */
function* clipSteps(points: FitPoints, fit: SegmentFit, from: number, to: number, kept: Uint8Array, sigma: number): Generator<Progress, number> {
  const { times, values } = points;
  const residuals = new Float64Array(to - from);
  let n = 0;
  let sum = 0;
  let largest = 0;
  const measure = (a: number, b: number): void => {
    for (let i = a; i < b; i++) {
      if (kept[from + i] === 0) continue;
      const v = values[from + i]!;
      residuals[i] = v - fit.valueAt(times[from + i]!);
      sum += residuals[i]!;
      largest = Math.max(largest, Math.abs(v));
      n++;
    }
  };
  yield* part(inBlocks(to - from, measure, PASS), 0, 0.7);
  const mean = sum / n;
  let squares = 0;
  const squaring = inBlocks(to - from, (a, b) => {
    for (let i = a; i < b; i++) if (kept[from + i] === 1) squares += (residuals[i]! - mean) ** 2;
  });
  yield* part(squaring, 0.7, 0.8);
  const spread = Math.sqrt(squares / n);
  if (!(spread > ROUNDING * largest)) return 0;
  let cleared = 0;
  const clearing = inBlocks(to - from, (a, b) => {
    for (let i = a; i < b; i++) {
      if (kept[from + i] === 0 || Math.abs(residuals[i]! - mean) <= sigma * spread) continue;
      kept[from + i] = 0;
      cleared++;
    }
  });
  yield* part(clearing, 0.8, 1);
  return cleared;
}

function* fitClippedSteps(points: FitPoints, fit: SegmentFit, segment: number, kept: Uint8Array, clip: Clipping): Generator<Progress, boolean> {
  const from = points.starts[segment]!;
  const to = points.starts[segment + 1]!;
  const share = (k: number): number => k / (clip.iterations + 1);
  for (let k = 0; ; k++) {
    if (!(yield* part(fit.fitSteps(from, to, kept), share(k), share(k + 0.5)))) return false;
    if (k === clip.iterations) return true;
    const cleared = yield* part(clipSteps(points, fit, from, to, kept, clip.sigma), share(k + 0.5), share(k + 1));
    if (cleared === 0) return true;
  }
}

/**
 * Fits a curve to every segment, with iterative clipping of its residuals as astropy's sigma clipping does it (population standard deviation
 * about the mean, values on the bound kept), and evaluates it at every row with a time within `reach` of its segment's first and last point.
 * NaN elsewhere, and where a segment has too few points. `times` ascending, missing last.
 */
export function* fitSegmentsSteps(
  times: Float64Array,
  points: FitPoints,
  reach: number,
  fit: SegmentFit,
  clip: Clipping,
): Generator<Progress, Float64Array> {
  const trend = new Float64Array(times.length).fill(NaN);
  if (points.count === 0) return trend;
  const kept = new Uint8Array(points.count).fill(1);
  const rows = points.timedRows;
  let fitted = -1;
  let isFitted = false;
  let budget = BUDGET;
  let done = 0;
  for (let row = 0; row < rows; row++) {
    const time = times[row]!;
    budget -= 20;
    if (time - time === 0) {
      const segment = segmentAt(points, time, Math.max(0, fitted));
      if (segment !== fitted) {
        const size = points.starts[segment + 1]! - points.starts[segment]!;
        const start = Math.max(done, row / rows);
        done = Math.max(start, (row + 0.7 * Math.min(rows - row, size)) / rows);
        isFitted = yield* part(fitClippedSteps(points, fit, segment, kept, clip), start, done);
        fitted = segment;
        budget -= size * fit.cost;
      }
      const first = points.times[points.starts[segment]!]!;
      const last = points.times[points.starts[segment + 1]! - 1]!;
      if (isFitted && time >= first - reach && time <= last + reach) trend[row] = fit.valueAt(time);
    }
    if (budget <= 0) {
      yield { fraction: Math.max(done, row / rows) };
      budget = BUDGET;
    }
  }
  return trend;
}
