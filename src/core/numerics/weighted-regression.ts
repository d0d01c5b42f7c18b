import type { Progress } from '../protocol/outcome';
import type { PolynomialHarmonics } from './polynomial-harmonics';
import { MAD_TO_SIGMA, medianSteps } from './robust';
import { inBlocks, part } from './steps';
import { StreamQr } from './stream-qr';

/** Points to fit: all finite, the first `count`. `scales` are 1/error, or 1. */
export interface RegressionPoints {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly scales: Float64Array | undefined;
}

export interface Regression {
  readonly coefficients: Float64Array;
  /** Row by row; for Huber's loss scaled by the residuals already. */
  readonly covariance: Float64Array;
  /** Σ (residual · scale)² over all points, whatever the loss. */
  readonly chi2: number;
  /** Σ residual². */
  readonly squares: number;
  /** Fits it took; Infinity when they did not settle. */
  readonly iterations: number;
}

export interface HuberOptions {
  /** Residuals up to so many times the scatter count fully. */
  readonly tuning: number;
  /** The share of its own error by which the last round may still move a coefficient. */
  readonly settled: number;
}

/** Rounds of reweighting at most. */
const MOST_ITERATIONS = 200;

/** Multiplications between two yields: a few milliseconds. */
const BUDGET = 2 ** 21;

const rowsABlock = (size: number): number => Math.max(64, Math.floor(BUDGET / (4 * size * size + 60 * size)));

class Fitter {
  private readonly row: Float64Array;
  /** residual · scale of each point at the last coefficients. */
  readonly whitened: Float64Array;

  constructor(
    private readonly model: PolynomialHarmonics,
    private readonly points: RegressionPoints,
    private readonly level: number,
  ) {
    this.row = new Float64Array(model.size);
    this.whitened = new Float64Array(points.count);
  }

  /** Least squares with `weights` on top of the scales. */
  *fitSteps(weights: Float64Array | undefined): Generator<Progress, ReturnType<StreamQr['solve']>> {
    const { model, points, row, level } = this;
    const qr = new StreamQr(model.size);
    const block = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        model.basis(points.x[i]!, row);
        qr.push(row, points.y[i]! - level, (points.scales ? points.scales[i]! : 1) * (weights ? Math.sqrt(weights[i]!) : 1));
      }
    };
    yield* inBlocks(points.count, block, rowsABlock(model.size));
    return qr.solve();
  }

  /** Residuals at the coefficients; returns chi² and Σ residual². */
  *residualSteps(coefficients: Float64Array): Generator<Progress, { chi2: number; squares: number }> {
    const { model, points, row, level } = this;
    let chi2 = 0;
    let squares = 0;
    const block = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        model.basis(points.x[i]!, row);
        let residual = points.y[i]! - level;
        for (let k = 0; k < row.length; k++) residual -= coefficients[k]! * row[k]!;
        squares += residual * residual;
        const z = residual * (points.scales ? points.scales[i]! : 1);
        this.whitened[i] = z;
        chi2 += z * z;
      }
    };
    yield* inBlocks(points.count, block, rowsABlock(model.size));
    return { chi2, squares };
  }

  /** 1.4826 times the median |residual · scale|. */
  *scatterSteps(): Generator<Progress, number> {
    const sizes = new Float64Array(this.whitened.length);
    yield* inBlocks(sizes.length, (from, to) => {
      for (let i = from; i < to; i++) sizes[i] = Math.abs(this.whitened[i]!);
    });
    return MAD_TO_SIGMA * (yield* medianSteps(sizes));
  }
}

function* weighHuberSteps(z: Float64Array, limit: number, out: Float64Array): Generator<Progress, void> {
  yield* inBlocks(z.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const size = Math.abs(z[i]!);
      out[i] = size <= limit ? 1 : limit / size;
    }
  });
}

/** Huber's (1973) covariance as statsmodels' RLM has it (H1), from (XᵀX)⁻¹ of all points. */
function* huberFactorSteps(z: Float64Array, scatter: number, tuning: number, size: number): Generator<Progress, number> {
  let psi2 = 0;
  let inner = 0;
  yield* inBlocks(z.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const u = Math.abs(z[i]!) / scatter;
      if (u <= tuning) inner++;
      psi2 += Math.min(u, tuning) ** 2;
    }
  });
  const n = z.length;
  const share = inner / n;
  const k = 1 + ((size / n) * (share * (1 - share))) / (share * share);
  return (k * k * ((psi2 * scatter * scatter) / (n - size))) / (share * share);
}

/**
 * Fits the model to the points by weighted least squares or, with `huber`, by Huber's M-estimator: iteratively reweighted least squares with
 * weight 1 up to the tuning times the scatter (1.4826 × the median absolute residual over error, about 0) and falling as 1/residual beyond, as
 * statsmodels' RLM with HuberT (Huber 1981, Robust Statistics). Undefined when the points do not determine the model. Coefficients are of the
 * model's own centred terms. O(points · size²) a round.
 */
export function* weightedRegressionSteps(
  model: PolynomialHarmonics,
  points: RegressionPoints,
  huber: HuberOptions | undefined,
): Generator<Progress, Regression | undefined> {
  if (points.count < model.size) return undefined;
  // About a level of theirs the values keep their digits; the constant term takes it back.
  const level = points.y[points.count >> 1]!;
  const fitter = new Fitter(model, points, level);
  const first = yield* part(fitter.fitSteps(undefined), 0, huber === undefined ? 0.7 : 0.1);
  if (!first) return undefined;
  let coefficients = first.coefficients;
  let sums = yield* part(fitter.residualSteps(coefficients), huber === undefined ? 0.7 : 0.1, huber === undefined ? 1 : 0.2);
  let covariance = first.inverse;
  let iterations = 1;
  if (huber) {
    const { tuning, settled } = huber;
    const weights = new Float64Array(points.count);
    let scatter = yield* part(fitter.scatterSteps(), 0.2, 0.2);
    let isSettled = !(scatter > 0);
    for (let left = 1; !isSettled && iterations < MOST_ITERATIONS; iterations++, left *= 0.8) {
      const [from, to] = [1 - 0.8 * left, 1 - 0.64 * left];
      yield* part(weighHuberSteps(fitter.whitened, tuning * scatter, weights), from, from);
      const next = yield* part(fitter.fitSteps(weights), from, to);
      if (!next) return undefined;
      isSettled = next.coefficients.every(
        (c, k) => Math.abs(c - coefficients[k]!) <= settled * Math.sqrt(first.inverse[k * (model.size + 1)]!) * scatter,
      );
      coefficients = next.coefficients;
      sums = yield* part(fitter.residualSteps(coefficients), to, to);
      scatter = yield* part(fitter.scatterSteps(), to, to);
    }
    if (!isSettled) iterations = Infinity;
    const factor = scatter > 0 ? yield* part(huberFactorSteps(fitter.whitened, scatter, tuning, model.size), 1, 1) : 0;
    covariance = first.inverse.map((v) => v * factor);
  }
  coefficients[0]! += level;
  return { coefficients, covariance, ...sums, iterations };
}
