import type { Progress } from '../protocol/outcome';
import { type RidgeFit, type RidgeProblem, linearModelSteps, ridgeSteps } from './least-squares';
import { type ClipOptions, sigmaClipSteps } from './sigma-clip';
import { inBlocks, part } from './steps';

export interface ClippedRidge {
  readonly fit: RidgeFit;
  /** The model at every row, the constant included; NaN where a regressor is missing. */
  readonly model: Float64Array;
  /** Rows left out by the clipping. */
  readonly clipped: number;
}

/**
 * Ridge regression repeated without outliers: after each fit the residuals are sigma-clipped (astropy's defaults: median, standard deviation, five
 * rounds), what is rejected stays out, and the fit is made again, `fits` times at most. The last fit counts: lightkurve's
 * RegressionCorrector.correct(sigma, niters).
 */
export function* clippedRidgeSteps(problem: RidgeProblem, sigma: number, fits: number): Generator<Progress, ClippedRidge> {
  const { values, columns } = problem;
  const n = values.length;
  const weights = problem.weights.slice();
  const options: ClipOptions = { sigmaLower: sigma, sigmaUpper: sigma, maxIterations: 5, center: 'median', spread: 'std' };
  const use = new Uint8Array(n);
  const residuals = new Float64Array(n);
  let clipped = 0;
  yield { fraction: 0 };
  for (let round = 1; ; round++) {
    const from = 1 - 0.5 ** (round - 1);
    const half = (1 - from) / 2;
    const fit = yield* part(ridgeSteps({ ...problem, weights }), from, from + 0.5 * half);
    const model = yield* part(linearModelSteps(columns, fit, n), from + 0.5 * half, from + 0.6 * half);
    if (round >= fits) return { fit, model, clipped };
    const subtracting = inBlocks(n, (low, high) => {
      for (let i = low; i < high; i++) {
        use[i] = weights[i]! > 0 ? 1 : 0;
        residuals[i] = values[i]! - model[i]!;
      }
    });
    yield* part(subtracting, from + 0.6 * half, from + 0.7 * half);
    const { mask } = yield* part(sigmaClipSteps(residuals, use, options), from + 0.7 * half, from + half);
    let rejected = 0;
    for (let i = 0; i < n; i++) {
      if (mask[i] === 0) continue;
      weights[i] = 0;
      rejected++;
    }
    if (rejected === 0) return { fit, model, clipped };
    clipped += rejected;
  }
}
