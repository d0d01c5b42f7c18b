import type { Progress } from '../protocol/outcome';
import { type RidgeFit, type RidgeProblem, RidgeSystem, linearModelSteps, projectionWithout } from './least-squares';
import { type ClipOptions, sigmaClipSteps } from './sigma-clip';
import { inBlocks, part } from './steps';

export interface ClippedRidge {
  readonly fit: RidgeFit;
  /** The model at every row, the constant included; NaN where a regressor is missing. */
  readonly model: Float64Array;
  /** Rows left out by the clipping. */
  readonly clipped: number;
  /** The system of the first fit, before anything was clipped: for other series with the same weights. */
  readonly system: RidgeSystem;
}

/**
 * Ridge regression repeated without outliers: after each fit the residuals are sigma-clipped (astropy's defaults: median, standard deviation, five
 * rounds), what is rejected stays out, and the fit is made again, `fits` times at most. The last fit counts: lightkurve's
 * RegressionCorrector.correct(sigma, niters). `prepared` is the system of the problem's own columns and weights, where it is there already.
 */
export function* clippedRidgeSteps(problem: RidgeProblem, sigma: number, fits: number, prepared?: RidgeSystem): Generator<Progress, ClippedRidge> {
  const { values, columns } = problem;
  const n = values.length;
  const options: ClipOptions = { sigmaLower: sigma, sigmaUpper: sigma, maxIterations: 5, center: 'median', spread: 'std' };
  const use = new Uint8Array(n);
  const residuals = new Float64Array(n);
  yield { fraction: 0 };
  const first = prepared ?? (yield* part(RidgeSystem.prepareSteps(problem), 0, 0.3));
  let system = first;
  let projection = yield* part(system.projectSteps(values), 0.3, 0.4);
  let clipped = 0;
  yield* part(
    inBlocks(n, (low, high) => {
      for (let i = low; i < high; i++) use[i] = problem.weights[i]! > 0 ? 1 : 0;
    }),
    0.4,
    0.41,
  );
  for (let round = 1; round < fits; round++) {
    const from = 0.85 - 0.44 * 0.5 ** (round - 1);
    const share = (f: number): number => from + (f * (0.85 - from)) / 2;
    const model = yield* part(linearModelSteps(columns, system.solve(projection), n), share(0), share(0.2));
    const subtracting = inBlocks(n, (low, high) => {
      for (let i = low; i < high; i++) residuals[i] = values[i]! - model[i]!;
    });
    yield* part(subtracting, share(0.2), share(0.3));
    const { mask } = yield* part(sigmaClipSteps(residuals, use, options), share(0.3), share(0.7));
    let rejected = 0;
    const rejecting = inBlocks(n, (low, high) => {
      for (let i = low; i < high; i++) {
        if (mask[i] === 0) continue;
        use[i] = 0;
        rejected++;
      }
    });
    yield* part(rejecting, share(0.7), share(0.7));
    if (rejected === 0) break;
    clipped += rejected;
    const { system: left, gone } = yield* part(system.withoutSteps(mask), share(0.7), share(0.95));
    projection = projectionWithout(projection, yield* part(gone.projectSteps(values, projection), share(0.95), share(1)));
    system = left;
  }
  const fit = yield* part(system.refineSteps(values, system.solve(projection)), 0.85, 0.95);
  const model = yield* part(linearModelSteps(columns, fit, n), 0.95, 1);
  return { fit, model, clipped, system: first };
}
