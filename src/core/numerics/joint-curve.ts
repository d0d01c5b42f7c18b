import type { Progress } from '../protocol/outcome';
import type { FitCurve } from './nested-harmonics';
import { madStd, median } from './robust';
import { inBlocks } from './steps';

export interface BandLevel {
  /** Level at the first time, and slope, of the line taken away. */
  readonly level: number;
  readonly slope: number;
  /** What the band's deviations from it are divided by. */
  readonly scale: number;
  /** Robust standard deviation of the scaled deviations. */
  readonly spread: number;
  readonly points: number;
}

/** The points of all bands of an object as one curve about 0. */
export interface JointCurve extends FitCurve {
  readonly bands: readonly BandLevel[];
}

export interface JointInput {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
  /** Band of each point, 0 … bands - 1. Absent: there is one. */
  readonly bandOf: ArrayLike<number> | undefined;
  readonly bands: number;
  /** Whether a straight line in time is taken out of each band. */
  readonly detrend: boolean;
}

/** A band varies when its scatter is this many times its errors. */
const VARIES = 2;
/** Share of the scatter that no error is below: shapes differ a little from band to band, and a few points must not outweigh the others. */
const FLOOR = 0.1;

/** Fewest points of a band that a slope is fitted to. */
const FEWEST = 10;
const ROUNDS = 5;
/** Points farther than this many robust standard deviations from the line do not bend it. */
const CLIP = 3;

interface Line {
  readonly level: number;
  readonly slope: number;
  /** Robust standard deviation about the line. */
  readonly scatter: number;
}

/** A straight line through most of the points: least squares, repeated without those far from it. */
function robustLine(t: Float64Array, y: Float64Array, hasSlope: boolean): Line {
  const n = y.length;
  const level = median(y.slice());
  let line: Line = { level, slope: 0, scatter: madStd(y.slice()) };
  if (!hasSlope || n < FEWEST) return line;
  const rest = new Float64Array(n);
  for (let round = 0; round < ROUNDS; round++) {
    const limit = CLIP * line.scatter;
    let [count, st, sy, stt, sty] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      if (!(Math.abs(y[i]! - line.level - line.slope * t[i]!) <= limit)) continue;
      count++;
      st += t[i]!;
      sy += y[i]! - level;
      stt += t[i]! * t[i]!;
      sty += t[i]! * (y[i]! - level);
    }
    const det = count * stt - st * st;
    if (!(det > 0)) return line;
    const slope = (count * sty - st * sy) / det;
    for (let i = 0; i < n; i++) rest[i] = y[i]! - slope * t[i]!;
    line = { slope, scatter: madStd(rest.slice()), level: median(rest) };
  }
  return line;
}

interface Band extends Line {
  /** Median error. */
  readonly error: number;
  readonly points: number;
}

function bandsOf({ times, values, errors, bandOf, bands, detrend }: JointInput, origin: number): Band[] {
  const counts = new Array<number>(bands).fill(0);
  for (let i = 0; i < values.length; i++) counts[bandOf ? bandOf[i]! : 0]!++;
  return counts.map((points, band) => {
    const [t, y, e] = [new Float64Array(points), new Float64Array(points), new Float64Array(points)];
    for (let i = 0, k = 0; i < values.length; i++) {
      if (bandOf && bandOf[i] !== band) continue;
      t[k] = times[i]! - origin;
      y[k] = values[i]!;
      e[k++] = errors ? errors[i]! : 0;
    }
    return { ...robustLine(t, y, detrend), error: median(e), points };
  });
}

/**
 * Brings the bands of one object to one curve: each band's level (or line) is taken away, and where every band varies by more than its errors it is divided by its
 * robust scatter, so that a pulsating star's blue and red amplitudes agree. Weights are 1/(σ² + (0.1 scatter)²). A single band is only shifted.
 * Nothing is left out. O(points).
 */
export function* jointCurveSteps(input: JointInput): Generator<Progress, JointCurve> {
  const { times, values, errors, bandOf } = input;
  const origin = times[0] ?? 0;
  const found = bandsOf(input, origin);
  yield { fraction: 0.5 };
  const used = found.filter((b) => b.points > 0);
  const isScaled = used.length > 1 && used.every((b) => b.scatter > VARIES * b.error && b.scatter > 0);
  const scales = found.map((b) => (isScaled ? b.scatter : 1));
  const z = new Float64Array(values.length);
  const w = new Float64Array(values.length);
  let total = 0;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const band = bandOf ? bandOf[i]! : 0;
      const { level, slope, scatter } = found[band]!;
      z[i] = (values[i]! - level - slope * (times[i]! - origin)) / scales[band]!;
      const error = (errors ? errors[i]! : scatter || 1) / scales[band]!;
      total += w[i] = 1 / (error * error + (FLOOR * (scatter / scales[band]!)) ** 2);
    }
  });
  for (let i = 0; i < w.length; i++) w[i]! /= total;
  return {
    times,
    values: z,
    weights: w,
    bands: found.map((b, k) => ({ level: b.level, slope: b.slope, scale: scales[k]!, spread: b.scatter / scales[k]!, points: b.points })),
  };
}
