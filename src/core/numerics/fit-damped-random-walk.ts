import type { Progress } from '../protocol/outcome';
import { DampedRandomWalk, type WalkLikelihood } from './damped-random-walk';
import type { CurveWithErrors } from './features/curve-points';
import { momentSteps } from './features/moments';
import { type Box, type Pair, type Surface, curvatureErrors, maximizeTwoSteps } from './maximize-two';
import { sortedSteps } from './sort-values';
import { inBlocks, part } from './steps';
import { whiteNoiseSteps } from './white-noise';

/** A damped random walk fitted to a light curve. */
export interface WalkFit {
  readonly sigma: number;
  readonly sigmaError: number;
  readonly tau: number;
  readonly tauError: number;
  readonly mean: number;
  readonly meanError: number;
  readonly logLikelihood: number;
  /** ln L of white noise with a fitted variance beside the errors. */
  readonly noiseLogLikelihood: number;
  /** What makes σ and τ meaningless: no variance beyond the errors, τ below a tenth of the usual step or beyond ten baselines; undefined = nothing. */
  readonly failure?: 'no-variance' | 'short' | 'long' | 'no-maximum' | undefined;
}

/** Points the grid is computed over, in runs of neighbours: a part of the process's points is the same process. */
const GRID_POINTS = 800;
const RUN = 100;
const GRID_SIGMA = 8;
const GRID_TAU = 12;

/** Step in ln σ and ln τ for differences of the exact gradient. */
const H = 1e-4;

/** Runs of neighbours spread over the curve: long and short times between points are both there. */
function thin({ times, values, errors }: CurveWithErrors): CurveWithErrors {
  const n = times.length;
  if (n <= 1.5 * GRID_POINTS) return { times, values, errors };
  const runs = Math.floor(GRID_POINTS / RUN);
  const pick = (a: Float64Array): Float64Array => {
    const out = new Float64Array(runs * RUN);
    for (let r = 0; r < runs; r++) {
      const from = Math.floor((r * (n - RUN)) / (runs - 1));
      out.set(a.subarray(from, from + RUN), r * RUN);
    }
    return out;
  };
  return { times: pick(times), values: pick(values), errors: pick(errors) };
}

/** Median of the steps that take time. */
function* usualStep(times: Float64Array): Generator<Progress, number> {
  const steps = new Float64Array(Math.max(0, times.length - 1));
  let count = 0;
  const measuring = inBlocks(steps.length, (from, to) => {
    for (let i = from; i < to; i++) if (times[i + 1]! > times[i]!) steps[count++] = times[i + 1]! - times[i]!;
  });
  yield* part(measuring, 0, 0);
  const sorted = yield* sortedSteps(steps.subarray(0, count));
  return sorted[count >> 1]!;
}

/** The box that is searched: σ from 1e-3 to 30 standard deviations, τ from a tenth of the usual step to ten baselines; both as logarithms. */
function* boxSteps({ times }: CurveWithErrors, std: number): Generator<Progress, Box> {
  const baseline = times[times.length - 1]! - times[0]!;
  const step = yield* usualStep(times);
  return { low: [Math.log(1e-3 * std), Math.log(0.1 * step)], high: [Math.log(30 * std), Math.log(10 * baseline)] };
}

function* quiet<T>(work: Generator<Progress, T>, fraction: number): Generator<Progress, T> {
  return yield* part(work, fraction, fraction);
}

function* gridSteps(walk: DampedRandomWalk, { low, high }: Box, std: number): Generator<Progress, Pair> {
  let best: Pair = [Math.log(std), (low[1] + high[1]) / 2];
  let most = -Infinity;
  for (let i = 0; i < GRID_TAU; i++)
    for (let j = 0; j < GRID_SIGMA; j++) {
      const at: Pair = [Math.log(std) + (j / (GRID_SIGMA - 1)) * 3.6 - 2.3, low[1] + ((i + 0.5) / GRID_TAU) * (high[1] - low[1])];
      const { value } = yield* quiet(walk.likelihoodSteps(...at), (i * GRID_SIGMA + j) / (GRID_TAU * GRID_SIGMA));
      if (value > most) [most, best] = [value, at];
    }
  return best;
}

/** Value and gradient exactly, curvature from differences of the gradient. */
function* surfaceSteps(walk: DampedRandomWalk, [s, t]: Pair): Generator<Progress, Surface> {
  const here = yield* walk.likelihoodSteps(s, t);
  const ahead: WalkLikelihood[] = [];
  for (const [ds, dt] of [
    [H, 0],
    [-H, 0],
    [0, H],
    [0, -H],
  ] as const)
    ahead.push(yield* quiet(walk.likelihoodSteps(s + ds, t + dt), 1));
  const slope = (k: 0 | 2, of: 0 | 1): number => (ahead[k]!.gradient[of] - ahead[k + 1]!.gradient[of]) / (2 * H);
  return { value: here.value, gradient: here.gradient, hessian: [slope(0, 0), (slope(0, 1) + slope(2, 0)) / 2, slope(2, 1)] };
}

/**
 * Maximum-likelihood σ, τ and mean of a damped random walk, uniform in ln σ and ln τ: a grid over some hundred points, then Newton's method over all. Errors
 * from the curvature at the maximum. At least 2 points of different times and values. O(n), some 40 times the likelihood.
 */
export function* fitDampedRandomWalkSteps(points: CurveWithErrors): Generator<Progress, WalkFit> {
  const { std, second } = yield* part(momentSteps(points.values), 0, 0.02);
  const box = yield* part(boxSteps(points, std), 0.02, 0.05);
  const thinned = thin(points);
  const start = yield* part(gridSteps(new DampedRandomWalk(thinned), box, std), 0.05, 0.3);
  const walk = new DampedRandomWalk(points);
  const maximizing = maximizeTwoSteps((at) => quiet(surfaceSteps(walk, at), 0), start, box);
  const { at, surface, isAtEdge, isConverged } = yield* quiet(maximizing, 0.3);
  const { mean, meanError, value } = yield* part(walk.likelihoodSteps(...at), 0.9, 0.92);
  const noise = yield* part(whiteNoiseSteps(points, second), 0.92, 1);
  const [errorSigma, errorTau] = curvatureErrors(surface);
  const [sigma, tau] = [Math.exp(at[0]), Math.exp(at[1])];
  let failure: WalkFit['failure'];
  if (isAtEdge[0] && at[0] === box.low[0]) failure = 'no-variance';
  else if (isAtEdge[1]) failure = at[1] === box.low[1] ? 'short' : 'long';
  else if (!isConverged || isAtEdge[0] || !(errorSigma > 0) || !(errorTau > 0)) failure = 'no-maximum';
  return {
    sigma,
    sigmaError: sigma * errorSigma,
    tau,
    tauError: tau * errorTau,
    mean,
    meanError,
    logLikelihood: value,
    noiseLogLikelihood: noise,
    failure,
  };
}
