import type { Progress } from '../protocol/outcome';
import { type Box, type Pair, type Surface, curvatureErrors, maximizeTwoSteps } from './maximize-two';
import { part } from './steps';
import type { CurvePairs } from './structure-function';

/** V = A (Δt/pivot)^γ fitted to pairs of points. */
export interface StructureFit {
  readonly amplitude: number;
  readonly amplitudeError: number;
  readonly gamma: number;
  readonly gammaError: number;
  /** Σ ln L over the pairs, without priors. */
  readonly logLikelihood: number;
  /** The same for noise alone, A = 0. */
  readonly noiseLogLikelihood: number;
  readonly failure?: 'no-variance' | 'slope' | 'no-maximum' | undefined;
}

/** Pairs of the grid that finds where to begin. */
const GRID_PAIRS = 2000;
const GRID_A = 8;
const GAMMAS = [0, 0.2, 0.4, 0.7, 1];
const BLOCK = 2 ** 16;

/**
 * Σ ln L of the pairs with V_eff² = A² (Δt/pivot)^(2γ) + σ_i² + σ_j², its gradient and curvature by (ln A, γ): Schmidt et al. 2010 (ApJ 714, 1194,
 * doi:10.1088/0004-637X/714/2/1194).
 * O(pairs).
 */
export class StructureLikelihood {
  constructor(
    private readonly pairs: CurvePairs,
    private readonly logPivot: number,
    /** Every so many of the pairs only. */
    private readonly stride = 1,
  ) {}

  *surfaceSteps([logA, gamma]: Pair): Generator<Progress, Surface> {
    const sums = new Float64Array(6);
    const count = this.pairs.logLag.length;
    for (let from = 0; from < count; from += BLOCK * this.stride) {
      this.add(sums, logA, gamma, from, Math.min(count, from + BLOCK * this.stride));
      yield { fraction: from / count };
    }
    const [value, ga, gg, haa, hag, hgg] = sums as unknown as [number, number, number, number, number, number];
    return { value, gradient: [ga, gg], hessian: [haa, hag, hgg] };
  }

  private add(sums: Float64Array, logA: number, gamma: number, from: number, to: number): void {
    const { logLag, square, noise } = this.pairs;
    const { logPivot, stride } = this;
    let [value, ga, gg, haa, hag, hgg] = sums as unknown as [number, number, number, number, number, number];
    let product = 1;
    for (let k = from; k < to; k += stride) {
      const x = logLag[k]! - logPivot;
      const model = Math.exp(2 * (logA + gamma * x));
      const v = model + noise[k]!;
      const inverse = 1 / v;
      const z2 = square[k]! * inverse;
      value -= 0.5 * z2;
      product *= v;
      if (product < 1e-100 || product > 1e100) {
        value -= 0.5 * Math.log(product);
        product = 1;
      }
      // d ln L / d ln A and its derivative by ln A; each γ brings a factor x.
      const share = model * inverse;
      const first = share * (z2 - 1);
      const second = 2 * first - 2 * share * share * (2 * z2 - 1);
      ga += first;
      gg += first * x;
      haa += second;
      hag += second * x;
      hgg += second * x * x;
    }
    value -= 0.5 * Math.log(product) + 0.5 * Math.log(2 * Math.PI) * Math.ceil((to - from) / stride);
    sums.set([value, ga, gg, haa, hag, hgg]);
  }
}

/** The posterior with priors uniform in ln A and 1/(1 + γ²) in γ, as Schmidt et al. chose them; or no prior on γ. */
function* posteriorSteps(likelihood: StructureLikelihood, at: Pair, hasPrior: boolean): Generator<Progress, Surface> {
  const { value, gradient, hessian } = yield* likelihood.surfaceSteps(at);
  if (!hasPrior) return { value, gradient, hessian };
  const [, g] = at;
  const w = 1 + g * g;
  return {
    value: value - Math.log(w),
    gradient: [gradient[0], gradient[1] - (2 * g) / w],
    hessian: [hessian[0], hessian[1], hessian[2] - (2 * (1 - g * g)) / (w * w)],
  };
}

function* startSteps(pairs: CurvePairs, logPivot: number, logScale: number): Generator<Progress, Pair> {
  const likelihood = new StructureLikelihood(pairs, logPivot, Math.max(1, Math.floor(pairs.logLag.length / GRID_PAIRS)));
  // Amplitudes are tried at the middle of the lags, where they are known best.
  const middle = pairs.logLag[pairs.logLag.length >> 1]! - logPivot;
  let best: Pair = [logScale, 0];
  let most = -Infinity;
  for (const gamma of GAMMAS)
    for (let i = 0; i < GRID_A; i++) {
      const at: Pair = [logScale - 3 + (4 * i) / (GRID_A - 1) - gamma * middle, gamma];
      const { value } = yield* part(likelihood.surfaceSteps(at), 0, 0);
      if (value > most) [most, best] = [value, at];
    }
  return best;
}

/**
 * A and γ where the posterior is greatest, with errors from its curvature there. `logPivot` is ln of the time at which V = A; `scale` about the standard
 * deviation of the values. At least 2 pairs. O(pairs), some 15 times the likelihood.
 */
export function* fitStructureFunctionSteps(pairs: CurvePairs, logPivot: number, scale: number, hasPrior: boolean): Generator<Progress, StructureFit> {
  const likelihood = new StructureLikelihood(pairs, logPivot);
  const logScale = Math.log(scale);
  const start = yield* part(startSteps(pairs, logPivot, logScale), 0, 0.1);
  const farthest = Math.max(Math.abs(pairs.logLag[0]! - logPivot), Math.abs(pairs.logLag[pairs.logLag.length - 1]! - logPivot), 10);
  const box: Box = { low: [logScale - 7 - farthest, -1], high: [logScale + 5 + 3 * farthest, 3] };
  const maximizing = maximizeTwoSteps((at) => part(posteriorSteps(likelihood, at, hasPrior), 0, 0), start, box);
  const { at, surface, isAtEdge, isConverged } = yield* part(maximizing, 0.1, 0.1);
  const { value } = yield* part(likelihood.surfaceSteps(at), 0.9, 0.95);
  const noise = yield* part(likelihood.surfaceSteps([-Infinity, 0]), 0.95, 1);
  const [errorA, gammaError] = curvatureErrors(surface);
  const amplitude = Math.exp(at[0]);
  let failure: StructureFit['failure'];
  if (isAtEdge[0] || value - noise.value < 1e-6) failure = 'no-variance';
  else if (isAtEdge[1]) failure = 'slope';
  else if (!isConverged || !(errorA > 0) || !(gammaError > 0)) failure = 'no-maximum';
  return {
    amplitude,
    amplitudeError: amplitude * errorA,
    gamma: at[1],
    gammaError,
    logLikelihood: value,
    noiseLogLikelihood: noise.value,
    failure,
  };
}
