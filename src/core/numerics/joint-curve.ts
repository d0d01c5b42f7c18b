import type { Progress } from '../protocol/outcome';
import type { FitCurve } from './nested-harmonics';
import { MAD_TO_SIGMA, median, medianDeviation } from './robust';
import { inBlocks, part } from './steps';

export interface BandLevel {
  /** The line taken away: level at the first time, and slope. */
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
  /** The values with those beyond five robust standard deviations of their band brought back to there: no point outweighs the others. */
  readonly clipped: Float64Array;
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
  /** Bands that do not vary are compared relative to their level. */
  readonly isFlux: boolean;
}

/** A band varies when its scatter is this many times its errors. */
const VARIES = 2;
/** Share of the scatter that no error is below: shapes differ a little from band to band, and a few points must not outweigh the others. */
const FLOOR = 0.1;
/** Robust standard deviations that clipped values are brought back to. */
const EXTREME = 5;
/** Points of a band that its line is fitted to; of more, every second, third … is. */
const ENOUGH = 50_000;

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
  const rest = y.slice();
  const scratch = new Float64Array(n);
  const level = median(rest);
  let line: Line = { level, slope: 0, scatter: MAD_TO_SIGMA * medianDeviation(rest, n, level, scratch) };
  if (!hasSlope || n < FEWEST) return line;
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
    const middle = median(rest);
    line = { slope, level: middle, scatter: MAD_TO_SIGMA * medianDeviation(rest, n, middle, scratch) };
  }
  return line;
}

interface Band extends Line {
  /** Median error. */
  readonly error: number;
  readonly points: number;
}

/** Every how many points of a band are looked at for its line. */
const strideOf = (points: number): number => Math.ceil(points / ENOUGH);

function* bandsSteps({ times, values, errors, bandOf, bands, detrend }: JointInput, origin: number): Generator<Progress, Band[]> {
  const points = new Uint32Array(bands);
  const counting = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) points[bandOf ? bandOf[i]! : 0]!++;
  });
  yield* part(counting, 0, 0.3);
  const seen = new Uint32Array(bands);
  const samples = Array.from(points, (n) => [0, 1, 2].map(() => new Float64Array(Math.ceil(n / strideOf(n || 1)))));
  const sampling = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const band = bandOf ? bandOf[i]! : 0;
      const k = seen[band]!++;
      const stride = strideOf(points[band]!);
      if (k % stride !== 0) continue;
      const [t, y, e] = samples[band] as [Float64Array, Float64Array, Float64Array];
      t[k / stride] = times[i]! - origin;
      y[k / stride] = values[i]!;
      e[k / stride] = errors ? errors[i]! : 0;
    }
  });
  yield* part(sampling, 0.3, 1);
  const out: Band[] = [];
  for (const [band, [t, y, e]] of (samples as [Float64Array, Float64Array, Float64Array][]).entries()) {
    out.push({ ...robustLine(t, y, detrend), error: median(e), points: points[band]! });
    yield { fraction: 1 };
  }
  return out;
}

/** What the bands are divided by: their scatter when all vary; else, for fluxes, their level when they all have one. */
function scalesOf(bands: readonly Band[], isFlux: boolean): number[] {
  const used = bands.filter((b) => b.points > 0);
  if (used.length < 2) return bands.map(() => 1);
  if (used.every((b) => b.scatter > VARIES * b.error && b.scatter > 0)) return bands.map((b) => b.scatter || 1);
  if (isFlux && used.every((b) => b.level > VARIES * b.scatter)) return bands.map((b) => b.level || 1);
  return bands.map(() => 1);
}

/**
 * Brings the bands of one object to one curve: each band's level (or line) is taken away, and where every band varies by more than its errors it is
 * divided by its robust scatter, so that a pulsating star's blue and red amplitudes agree. Weights are 1/(σ² + (0.1 scatter)²). A single band is only
 * shifted. Nothing is left out. Undefined when the numbers are too large or too small to be squared. O(points · bands).
 */
export function* jointCurveSteps(input: JointInput): Generator<Progress, JointCurve | undefined> {
  const { times, values, errors, bandOf } = input;
  const origin = times[0] ?? 0;
  const found = yield* part(bandsSteps(input, origin), 0, 0.5);
  const scales = scalesOf(found, input.isFlux);
  const [z, clipped, w] = [0, 1, 2].map(() => new Float64Array(values.length)) as [Float64Array, Float64Array, Float64Array];
  let total = 0;
  const joining = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const band = bandOf ? bandOf[i]! : 0;
      const { level, slope, scatter } = found[band]!;
      const scale = scales[band]!;
      const value = (values[i]! - level - slope * (times[i]! - origin)) / scale;
      const limit = scatter > 0 ? (EXTREME * scatter) / scale : Infinity;
      z[i] = value;
      clipped[i] = Math.max(-limit, Math.min(limit, value));
      const error = (errors ? errors[i]! : scatter || 1) / scale;
      total += w[i] = 1 / (error * error + (FLOOR * (scatter / scale)) ** 2);
    }
  });
  yield* part(joining, 0.5, 0.9);
  if (!(total > 0) || total === Infinity) return undefined;
  const weighing = inBlocks(w.length, (from, to) => {
    for (let i = from; i < to; i++) w[i]! /= total;
  });
  yield* part(weighing, 0.9, 1);
  return { times, values: z, clipped, weights: w, bands: found.map((b, k) => ({ ...b, scale: scales[k]!, spread: b.scatter / scales[k]! })) };
}
