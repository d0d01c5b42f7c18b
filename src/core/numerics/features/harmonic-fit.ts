import type { Progress } from '../../protocol/outcome';
import { factorize, solveFactored } from '../cholesky';
import { addToNormal, writeHarmonics } from '../harmonic-rows';
import { inBlocks, part } from '../steps';
import type { CurvePoints } from './curve-points';

/** y = c + Σ A_k cos(2πk f (t - t0) + φ_k) fitted by weighted least squares. */
export interface HarmonicFit {
  /** A_1 … A_K and their errors. */
  readonly amplitudes: readonly number[];
  readonly amplitudeErrors: readonly number[];
  /** A_k / A_1 for k = 2 …, first entry k = 2. */
  readonly ratios: readonly number[];
  readonly ratioErrors: readonly number[];
  /** φ_k - k φ_1 in [0, 2π), first entry k = 2: the same for any t0. */
  readonly phases: readonly number[];
  readonly phaseErrors: readonly number[];
  /** Standard deviation about the fit, with the fitted numbers taken off the points. */
  readonly scatter: number;
}

const TURN = 2 * Math.PI;

function* normalSteps(
  points: CurvePoints,
  frequency: number,
  terms: number,
): Generator<Progress, { gram: Float64Array[]; right: Float64Array; level: number }> {
  const { times, values, errors } = points;
  const size = 2 * terms + 1;
  const gram = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  row[0] = 1;
  const origin = times[0]!;
  const level = values[0]!;
  const adding = inBlocks(
    times.length,
    (from, to) => {
      for (let i = from; i < to; i++) {
        const cycles = frequency * (times[i]! - origin);
        writeHarmonics(TURN * (cycles - Math.floor(cycles)), terms, row, 1);
        const w = errors ? 1 / (errors[i]! * errors[i]!) : 1;
        addToNormal(gram, right, row, w, values[i]! - level);
      }
    },
    2 ** 16,
  );
  yield* adding;
  return { gram, right, level };
}

function* residualSteps(points: CurvePoints, frequency: number, terms: number, x: Float64Array, level: number): Generator<Progress, number> {
  const { times, values, errors } = points;
  const row = new Float64Array(x.length);
  row[0] = 1;
  let [chi2, weights] = [0, 0];
  const adding = inBlocks(
    times.length,
    (from, to) => {
      for (let i = from; i < to; i++) {
        const cycles = frequency * (times[i]! - times[0]!);
        writeHarmonics(TURN * (cycles - Math.floor(cycles)), terms, row, 1);
        let rest = values[i]! - level;
        for (let a = 0; a < x.length; a++) rest -= x[a]! * row[a]!;
        const w = errors ? 1 / (errors[i]! * errors[i]!) : 1;
        chi2 += w * rest * rest;
        weights += w;
      }
    },
    2 ** 17,
  );
  yield* adding;
  // Weights scaled to a mean of 1: then it is a scatter in the unit of the values, with and without errors.
  return ((chi2 / weights) * times.length) / (times.length - x.length);
}

/** Standard deviation of a function of the coefficients with these derivatives: √(gᵀ C g), coefficients by index. */
function deviation(covariance: readonly Float64Array[], gradient: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const [a, ga] of gradient) for (const [b, gb] of gradient) sum += ga * gb * covariance[a]![b]!;
  return Math.sqrt(Math.max(0, sum));
}

/** Amplitude, phase and their derivatives of the k-th harmonic a cos + b sin = A cos(θ + φ). */
function polar(x: Float64Array, k: number) {
  const [a, b] = [x[2 * k - 1]!, x[2 * k]!];
  const amplitude = Math.hypot(a, b);
  return {
    at: [2 * k - 1, 2 * k] as const,
    amplitude,
    phase: Math.atan2(-b, a),
    dAmplitude: [a / amplitude, b / amplitude] as const,
    dPhase: [b / amplitude ** 2, -a / amplitude ** 2] as const,
  };
}

/** The pair (index, derivative) of several harmonics, each with its factor. */
function gradientOf(
  parts: readonly (readonly [at: readonly [number, number], derivative: readonly [number, number], factor: number])[],
): Map<number, number> {
  return new Map(parts.flatMap(([at, d, factor]) => [[at[0], factor * d[0]] as const, [at[1], factor * d[1]] as const]));
}

/**
 * Fourier decomposition at a frequency: amplitudes, their ratios R_k1 and phase differences φ_k1 (Simon & Lee 1981, ApJ 248, 291, doi:10.1086/159153;
 * cosine series) with errors propagated from the covariance of the fit. The errors of the points set the covariance when there are any, the scatter
 * about the fit otherwise. undefined when there are not more points than coefficients or the points do not tell them apart. O(n K²).
 */
export function* harmonicFitSteps(points: CurvePoints, frequency: number, terms: number): Generator<Progress, HarmonicFit | undefined> {
  const size = 2 * terms + 1;
  if (points.times.length <= size) return undefined;
  const { gram, right, level } = yield* part(normalSteps(points, frequency, terms), 0, 0.6);
  const factored = factorize(gram, new Array<number>(size).fill(0));
  if (factored.dropped.length > 0) return undefined;
  const x = solveFactored(factored, right);
  const variance = yield* part(residualSteps(points, frequency, terms, x, level), 0.6, 1);
  const unit = (k: number): Float64Array => Float64Array.from({ length: size }, (_, i) => (i === k ? 1 : 0));
  const inverse = Array.from({ length: size }, (_, k) => solveFactored(factored, unit(k)));
  const covariance = points.errors ? inverse : inverse.map((row) => row.map((v) => v * variance));
  const all = Array.from({ length: terms }, (_, k) => polar(x, k + 1));
  const first = all[0]!;
  const higher = all.slice(1);
  const wrap = (phase: number): number => ((phase % TURN) + TURN) % TURN;
  return {
    amplitudes: all.map((h) => h.amplitude),
    amplitudeErrors: all.map((h) => deviation(covariance, gradientOf([[h.at, h.dAmplitude, 1]]))),
    ratios: higher.map((h) => h.amplitude / first.amplitude),
    ratioErrors: higher.map((h) =>
      deviation(
        covariance,
        gradientOf([
          [h.at, h.dAmplitude, 1 / first.amplitude],
          [first.at, first.dAmplitude, -h.amplitude / first.amplitude ** 2],
        ]),
      ),
    ),
    phases: higher.map((h, k) => wrap(h.phase - (k + 2) * first.phase)),
    phaseErrors: higher.map((h, k) =>
      deviation(
        covariance,
        gradientOf([
          [h.at, h.dPhase, 1],
          [first.at, first.dPhase, -(k + 2)],
        ]),
      ),
    ),
    scatter: Math.sqrt(variance),
  };
}
