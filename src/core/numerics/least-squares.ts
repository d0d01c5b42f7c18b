import type { Progress } from '../protocol/outcome';
import { factorize, solveFactored } from './cholesky';
import { inBlocks, part } from './steps';

/** Weighted linear regression with a free constant and Gaussian priors about 0 on the coefficients (ridge). */
export interface RidgeProblem {
  /** The regressors, each as long as `values`. */
  readonly columns: readonly Float64Array[];
  readonly values: Float64Array;
  /** 1/σ² a row; a row with 0 takes no part, whatever its values are. Rows with a positive weight must be finite everywhere. */
  readonly weights: Float64Array;
  /** 1/σ² of each coefficient's prior; 0 = free. The constant is always free. */
  readonly precision: readonly number[];
}

export interface RidgeFit {
  /** One a column; 0 for a dropped one. */
  readonly coefficients: Float64Array;
  readonly constant: number;
  /** Columns that do not vary or are combinations of those before them (and have no prior): left out. */
  readonly dropped: readonly number[];
  /** Rows that took part. */
  readonly points: number;
}

/** Rows gathered at a time: small enough for the cache, whatever the number of columns. */
const CHUNK = 1024;

/** Used rows of all columns and the values, in pieces: √w·(x - mean), the values last. */
class Gathered {
  readonly parts: readonly Float64Array[];
  n = 0;

  constructor(
    private readonly problem: RidgeProblem,
    private readonly means: Float64Array,
  ) {
    this.parts = [...problem.columns, problem.values].map(() => new Float64Array(CHUNK));
  }

  /** Rows [from, to), at most CHUNK of them; `values` may stand in for the problem's. */
  fill(from: number, to: number, values = this.problem.values): void {
    const { columns, weights } = this.problem;
    const picked = new Int32Array(CHUNK);
    let n = 0;
    for (let i = from; i < to; i++) if (weights[i]! > 0) picked[n++] = i;
    this.n = n;
    for (let k = 0; k <= columns.length; k++) {
      const source = columns[k] ?? values;
      const out = this.parts[k]!;
      const mean = this.means[k]!;
      for (let i = 0; i < n; i++) out[i] = (source[picked[i]!]! - mean) * Math.sqrt(weights[picked[i]!]!);
    }
  }
}

/** A column whose scatter is this small a share of its mean varies by rounding only. */
const SMALLEST_SPREAD = 1e-12;

/** A column that does not vary has nothing to say. */
function silence(gram: readonly Float64Array[], j: number): void {
  gram[j]!.fill(0);
  for (const row of gram) row[j] = 0;
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Rows between two yields: about the same arithmetic whatever the number of columns. */
function rowsABlock(columns: number): number {
  return CHUNK * Math.max(1, Math.floor(1024 / (columns + 2) ** 2));
}

interface Means {
  readonly means: Float64Array;
  readonly points: number;
  readonly total: number;
}

function* meansSteps({ columns, values, weights }: RidgeProblem): Generator<Progress, Means> {
  const all = [...columns, values];
  const sums = new Float64Array(all.length);
  let total = 0;
  let points = 0;
  const summing = inBlocks(
    values.length,
    (from, to) => {
      for (let i = from; i < to; i++) {
        if (weights[i]! > 0) {
          total += weights[i]!;
          points++;
        }
      }
      for (const [k, column] of all.entries()) {
        let sum = 0;
        for (let i = from; i < to; i++) if (weights[i]! > 0) sum += weights[i]! * column[i]!;
        sums[k]! += sum;
      }
    },
    rowsABlock(columns.length),
  );
  yield* summing;
  return { means: sums.map((s) => (total > 0 ? s / total : 0)), points, total };
}

/** XᵀWX and XᵀWy about the means: the lower triangle row by row, the values as the last row. */
function* gramSteps(problem: RidgeProblem, means: Float64Array): Generator<Progress, Float64Array[]> {
  const size = problem.columns.length + 1;
  const gram = Array.from({ length: size }, () => new Float64Array(size));
  const gathered = new Gathered(problem, means);
  const adding = inBlocks(
    problem.values.length,
    (from, to) => {
      for (let at = from; at < to; at += CHUNK) {
        gathered.fill(at, Math.min(to, at + CHUNK));
        for (let j = 0; j < size; j++) for (let k = 0; k <= j; k++) gram[j]![k]! += dot(gathered.parts[j]!, gathered.parts[k]!, gathered.n);
      }
    },
    rowsABlock(size),
  );
  yield* adding;
  return gram;
}

/** XᵀW(y - model) about the means, for one round of refinement. */
function* gradientSteps(problem: RidgeProblem, means: Float64Array, coefficients: Float64Array): Generator<Progress, Float64Array> {
  const size = problem.columns.length;
  const out = new Float64Array(size);
  const gathered = new Gathered(problem, means);
  const adding = inBlocks(
    problem.values.length,
    (from, to) => {
      for (let at = from; at < to; at += CHUNK) {
        gathered.fill(at, Math.min(to, at + CHUNK));
        const rest = gathered.parts[size]!;
        for (let j = 0; j < size; j++) {
          const [b, x] = [coefficients[j]!, gathered.parts[j]!];
          for (let i = 0; i < gathered.n; i++) rest[i]! -= b * x[i]!;
        }
        for (let j = 0; j < size; j++) out[j]! += dot(gathered.parts[j]!, rest, gathered.n);
      }
    },
    rowsABlock(size),
  );
  yield* adding;
  return out;
}

/**
 * The coefficients that minimise Σ w (y - c - Σ b x)² + Σ precision·b²: columns are centred on their weighted means and scaled, the normal
 * equations are solved by Cholesky's method and refined once on the data, so that nearly dependent columns keep their digits. With no usable row
 * all are 0 and the constant is NaN. O(rows · columns²).
 */
export function* ridgeSteps(problem: RidgeProblem): Generator<Progress, RidgeFit> {
  const size = problem.columns.length;
  const { means, points, total } = yield* part(meansSteps(problem), 0, 0.15);
  const coefficients = new Float64Array(size);
  if (points === 0) return { coefficients, constant: NaN, dropped: [], points };
  const gram = yield* part(gramSteps(problem, means), 0.15, 0.7);
  for (let j = 0; j < size; j++) if (gram[j]![j]! <= total * (SMALLEST_SPREAD * means[j]!) ** 2) silence(gram, j);
  const factor = factorize(gram.slice(0, size), problem.precision);
  coefficients.set(solveFactored(factor, gram[size]!));
  const gradient = yield* part(gradientSteps(problem, means, coefficients), 0.7, 1);
  for (let j = 0; j < size; j++) gradient[j]! -= problem.precision[j]! * coefficients[j]!;
  const correction = solveFactored(factor, gradient);
  for (let j = 0; j < size; j++) coefficients[j]! += correction[j]!;
  const constant = means[size]! - dot(coefficients, means, size);
  return { coefficients, constant, dropped: factor.dropped, points };
}

/** c + Σ b x at every row: NaN where a column with a coefficient other than 0 is missing. */
export function* linearModelSteps(columns: readonly Float64Array[], fit: RidgeFit, rows: number): Generator<Progress, Float64Array> {
  const out = new Float64Array(rows);
  const adding = inBlocks(
    rows,
    (from, to) => {
      out.fill(fit.constant, from, to);
      for (const [k, column] of columns.entries()) {
        const b = fit.coefficients[k]!;
        if (b === 0) continue;
        for (let i = from; i < to; i++) out[i]! += b * column[i]!;
      }
    },
    rowsABlock(columns.length) * 4,
  );
  yield* adding;
  return out;
}
