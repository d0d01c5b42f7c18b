import type { Progress } from '../protocol/outcome';
import { type Factored, factorize, solveFactored } from './cholesky';
import { inBlocks, part } from './steps';
import { CHUNK, type Used, dot, gramSteps, meansSteps, rowsABlock, usedSteps } from './weighted-sums';

/** The regressors of a weighted linear regression with a free constant and Gaussian priors about 0 on the coefficients (ridge). */
export interface RidgeDesign {
  readonly columns: readonly Float64Array[];
  /** 1/σ² a row; a row with 0 takes no part, whatever its values are. Rows with a positive weight must be finite everywhere. */
  readonly weights: Float64Array;
  /** 1/σ² of each coefficient's prior; 0 = free. The constant is always free. */
  readonly precision: readonly number[];
}

export interface RidgeProblem extends RidgeDesign {
  readonly values: Float64Array;
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

/** A column whose scatter is this small a share of its mean varies by rounding only. */
const SMALLEST_SPREAD = 1e-12;

/** What a series has in common with the regressors, counted from the system's centres and the series' own origin. */
export interface Projection {
  readonly origin: number;
  /** Σ w (y - origin). */
  readonly sum: number;
  /** Σ w (x - centre)(y - origin). */
  readonly cross: Float64Array;
}

/**
 * Weighted ridge regression with a free constant: columns are centred on their weighted means and scaled, the normal equations are solved by Cholesky's
 * method and refined once on the data. The regressors are prepared once, to be fitted to any number of series with the same weights, and to fewer rows
 * without beginning anew. O(rows · columns²).
 */
export class RidgeSystem {
  private readonly factor: Factored;
  private readonly means: Float64Array;

  private constructor(
    private readonly design: RidgeDesign,
    private readonly used: Used,
    /** The means of the rows the system was first made with. */
    private readonly centres: Float64Array,
    /** Σ w (x - centre) and Σ w (x - centre)(x - centre)ᵀ. */
    private readonly sums: Float64Array,
    private readonly gram: readonly Float64Array[],
  ) {
    const { total } = used;
    this.means = centres.map((c, k) => c + (total > 0 ? sums[k]! / total : 0));
    const own = gram.map((row, j) => row.map((v, k) => (total > 0 ? v - (sums[j]! * sums[k]!) / total : v)));
    for (let j = 0; j < own.length; j++) {
      if (own[j]![j]! > total * (SMALLEST_SPREAD * this.means[j]!) ** 2) continue;
      // A column that does not vary has nothing to say.
      own[j]!.fill(0);
      for (const row of own) row[j] = 0;
    }
    this.factor = factorize(own, design.precision);
  }

  /** O(rows · columns²). */
  static *prepareSteps(design: RidgeDesign): Generator<Progress, RidgeSystem> {
    const { columns } = design;
    const used = yield* part(usedSteps(design.weights), 0, 0.1);
    const centres = yield* part(meansSteps(columns, used), 0.1, 0.3);
    const gram = columns.map(() => new Float64Array(columns.length));
    yield* part(gramSteps(columns, centres, used, gram, 1), 0.3, 1);
    return new RidgeSystem(design, used, centres, new Float64Array(columns.length), gram);
  }

  get points(): number {
    return this.used.rows.length;
  }

  /** The system without some rows (1 in `rejected`), and those rows with their weights. O(rows + rejected rows · columns²). */
  *withoutSteps(rejected: Uint8Array): Generator<Progress, { readonly system: RidgeSystem; readonly gone: RidgeSystem }> {
    const { columns } = this.design;
    const [kept, lost] = [new Float64Array(this.design.weights.length), new Float64Array(this.design.weights.length)];
    const { rows, weights } = this.used;
    yield* part(
      inBlocks(rows.length, (from, to) => {
        for (let i = from; i < to; i++) (rejected[rows[i]!] === 1 ? lost : kept)[rows[i]!] = weights[i]!;
      }),
      0,
      0.2,
    );
    const used = yield* part(usedSteps(kept), 0.2, 0.4);
    const away = yield* part(usedSteps(lost), 0.4, 0.5);
    const gram = this.gram.map((row) => row.slice());
    const none = columns.map(() => new Float64Array(columns.length));
    yield* part(gramSteps(columns, this.centres, away, gram, -1), 0.5, 0.9);
    const means = yield* part(meansSteps(columns, away), 0.9, 1);
    const sums = this.sums.map((s, k) => s - away.total * (means[k]! - this.centres[k]!));
    const [design, rest] = [
      { ...this.design, weights: kept },
      { ...this.design, weights: lost },
    ];
    const gone = new RidgeSystem(rest, away, this.centres, new Float64Array(columns.length), none);
    return { system: new RidgeSystem(design, used, this.centres, sums, gram), gone };
  }

  /** O(rows · columns). */
  *projectSteps(values: Float64Array, from?: Projection): Generator<Progress, Projection> {
    const origin = from?.origin ?? (this.points > 0 ? values[this.used.rows[0]!]! : 0);
    const none = new Float64Array(this.centres.length);
    const { sum, cross } = yield* this.crossSteps(values, origin, this.centres, none);
    return { origin, sum, cross };
  }

  /** Σ w r and Σ w (x - centre) r of the residuals r = y - origin - Σ b (x - centre). */
  private *crossSteps(
    values: Float64Array,
    origin: number,
    centres: Float64Array,
    coefficients: Float64Array,
  ): Generator<Progress, { sum: number; cross: Float64Array }> {
    const { rows, weights } = this.used;
    const { columns } = this.design;
    const cross = new Float64Array(columns.length);
    const rest = new Float64Array(CHUNK);
    let sum = 0;
    const addChunk = (from: number, n: number): void => {
      for (let i = 0; i < n; i++) rest[i] = values[rows[from + i]!]! - origin;
      for (let k = 0; k < columns.length; k++) if (coefficients[k] !== 0) takeAway(rest, columns[k]!, centres[k]!, coefficients[k]!, rows, from, n);
      for (let i = 0; i < n; i++) rest[i]! *= weights[from + i]!;
      for (let k = 0; k < columns.length; k++) cross[k]! += crossOf(rest, columns[k]!, centres[k]!, rows, from, n);
      let own = 0;
      for (let i = 0; i < n; i++) own += rest[i]!;
      sum += own;
    };
    const adding = inBlocks(
      rows.length,
      (from, to) => {
        for (let at = from; at < to; at += CHUNK) addChunk(at, Math.min(to, at + CHUNK) - at);
      },
      rowsABlock(columns.length),
    );
    yield* adding;
    return { sum, cross };
  }

  /** The fit of a series from its projection. With no usable row all coefficients are 0 and the constant is NaN. O(columns²). */
  solve({ origin, sum, cross }: Projection): RidgeFit {
    const { total } = this.used;
    if (this.points === 0) return { coefficients: new Float64Array(cross.length), constant: NaN, dropped: [], points: 0 };
    const right = cross.map((v, k) => v - (this.sums[k]! * sum) / total);
    const coefficients = solveFactored(this.factor, right);
    return this.fitOf(coefficients, origin + sum / total);
  }

  private fitOf(coefficients: Float64Array, mean: number): RidgeFit {
    const constant = mean - dot(coefficients, this.means, coefficients.length);
    return { coefficients, constant, dropped: this.factor.dropped, points: this.points };
  }

  /** The fit again with what rounding left over: nearly dependent columns keep their digits. O(rows · columns). */
  *refineSteps(values: Float64Array, fit: RidgeFit): Generator<Progress, RidgeFit> {
    if (this.points === 0) return fit;
    const mean = fit.constant + dot(fit.coefficients, this.means, this.means.length);
    const { sum, cross } = yield* this.crossSteps(values, mean, this.means, fit.coefficients);
    const left = cross.map((v, k) => v - this.design.precision[k]! * fit.coefficients[k]!);
    const correction = solveFactored(this.factor, left);
    return this.fitOf(
      fit.coefficients.map((b, k) => b + correction[k]!),
      mean + sum / this.used.total,
    );
  }

  /** The coefficients that minimise Σ w (y - c - Σ b x)² + Σ precision·b². O(rows · columns). */
  *fitSteps(values: Float64Array): Generator<Progress, RidgeFit> {
    const projection = yield* part(this.projectSteps(values), 0, 0.5);
    return yield* part(this.refineSteps(values, this.solve(projection)), 0.5, 1);
  }
}

/** rest -= b (x - centre) over n used rows. */
function takeAway(rest: Float64Array, x: Float64Array, centre: number, b: number, rows: Int32Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) rest[i]! -= b * (x[rows[from + i]!]! - centre);
}

/** Σ rest (x - centre) over n used rows. */
function crossOf(rest: Float64Array, x: Float64Array, centre: number, rows: Int32Array, from: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += rest[i]! * (x[rows[from + i]!]! - centre);
  return sum;
}

/** A projection less that of rows that are gone. */
export function projectionWithout(all: Projection, gone: Projection): Projection {
  return { origin: all.origin, sum: all.sum - gone.sum, cross: all.cross.map((v, k) => v - gone.cross[k]!) };
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
