import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';
import { symmetricEigen } from './symmetric-eigen';

export interface LinearFit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** The regressors and the target over the rows with `use` = 1, about their means. */
interface Centred {
  readonly xs: readonly Float64Array[];
  readonly y: Float64Array;
  readonly use: Uint8Array;
  readonly n: number;
  readonly xMeans: Float64Array;
  readonly yMean: number;
  /** Xᵀ X by rows, Xᵀ y, yᵀ y. */
  readonly gram: readonly Float64Array[];
  readonly moments: Float64Array;
  readonly square: number;
}

function* meanSteps(values: Float64Array, use: Uint8Array): Generator<Progress, number> {
  let sum = 0;
  let n = 0;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (use[i] !== 1) continue;
      sum += values[i]!;
      n++;
    }
  });
  return sum / n;
}

function* centredSteps(xs: readonly Float64Array[], y: Float64Array, use: Uint8Array): Generator<Progress, Centred> {
  const p = xs.length;
  const xMeans = new Float64Array(p);
  for (let c = 0; c < p; c++) xMeans[c] = yield* part(meanSteps(xs[c]!, use), (0.4 * c) / p, (0.4 * (c + 1)) / p);
  const yMean = yield* part(meanSteps(y, use), 0.4, 0.5);
  const gram = xs.map(() => new Float64Array(p));
  const moments = new Float64Array(p);
  const row = new Float64Array(p);
  let square = 0;
  let n = 0;
  const summing = inBlocks(y.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (use[i] !== 1) continue;
      n++;
      const target = y[i]! - yMean;
      square += target * target;
      for (let a = 0; a < p; a++) {
        const left = (row[a] = xs[a]![i]! - xMeans[a]!);
        moments[a]! += left * target;
        for (let b = 0; b <= a; b++) gram[a]![b]! += left * row[b]!;
      }
    }
  });
  yield* part(summing, 0.5, 1);
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) gram[b]![a] = gram[a]![b]!;
  return { xs, y, use, n, xMeans, yMean, gram, moments, square };
}

/** Sum of squared residuals, from the residuals themselves: from moments it would drown in rounding where the fit is good. */
function* residualSteps({ xs, y, use, xMeans, yMean }: Centred, coefficients: Float64Array): Generator<Progress, number> {
  const p = xs.length;
  let sum = 0;
  yield* inBlocks(y.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (use[i] !== 1) continue;
      let r = y[i]! - yMean;
      for (let c = 0; c < p; c++) r -= coefficients[c]! * (xs[c]![i]! - xMeans[c]!);
      sum += r * r;
    }
  });
  return sum;
}

const PRIOR = 1e-6;
const MAX_ITERATIONS = 300;
const TOLERANCE = 1e-3;

/**
 * Bayesian ridge regression of `y` on the columns `xs` over the rows with `use` = 1, all finite there (MacKay 1992, Neural Computation 4, 415,
 * doi:10.1162/neco.1992.4.3.415; Tipping 2001): noise and regularisation are estimated along with the coefficients. Defaults, start and stopping
 * rule of scikit-learn's BayesianRidge (300 iterations, tolerance 1e-3, gamma priors 1e-6, with intercept). O(rows · columns²) once and
 * O(rows · columns) an iteration.
 */
export function* bayesianRidgeSteps(xs: readonly Float64Array[], y: Float64Array, use: Uint8Array): Generator<Progress, LinearFit> {
  const data = yield* part(centredSteps(xs, y, use), 0, 0.5);
  const p = xs.length;
  const { values, vectors } = symmetricEigen(data.gram);
  const turned = vectors.map((v) => v.reduce((sum, x, c) => sum + x * data.moments[c]!, 0));
  const coefficientsAt = (ratio: number): Float64Array => {
    const out = new Float64Array(p);
    for (let k = 0; k < p; k++) for (let c = 0; c < p; c++) out[c]! += (vectors[k]![c]! * turned[k]!) / (Math.max(0, values[k]!) + ratio);
    return out;
  };
  let alpha = 1 / (data.square / data.n + Number.EPSILON);
  let lambda = 1;
  let old: Float64Array | undefined;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const now = coefficientsAt(lambda / alpha);
    const at = 1 - 0.5 * 0.7 ** iteration;
    const squares = yield* part(residualSteps(data, now), at, at);
    let gamma = 0;
    for (const v of values) gamma += (alpha * Math.max(0, v)) / (lambda + alpha * Math.max(0, v));
    lambda = (gamma + 2 * PRIOR) / (now.reduce((sum, c) => sum + c * c, 0) + 2 * PRIOR);
    alpha = (data.n - gamma + 2 * PRIOR) / (squares + 2 * PRIOR);
    const before = old;
    if (before && now.reduce((sum, c, k) => sum + Math.abs(before[k]! - c), 0) < TOLERANCE) break;
    old = now;
    if (data.y.length > 2 ** 16) yield { fraction: at };
  }
  const coefficients = coefficientsAt(lambda / alpha);
  const intercept = data.yMean - coefficients.reduce((sum, c, k) => sum + c * data.xMeans[k]!, 0);
  return { coefficients, intercept };
}
