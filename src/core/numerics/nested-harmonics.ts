import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';

/** A light curve ready to be fitted: finite values, weights that sum to 1. */
export interface FitCurve {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Points of a block: its arrays stay in the nearest cache. */
const BLOCK = 1024;
/** Points times harmonics between two yields; turning a point to a frequency takes as long as some harmonics. */
const WORK = 2 ** 20;
const TURNING = 4;
/** Points whose residuals are computed between two yields. */
const SLICE = 2 ** 16;
/** A direction that explains less than this of itself is one the points cannot tell from the others. */
const SMALLEST_PIVOT = 1e-5;

/**
 * Weighted least-squares fits of a floating mean and 1, 2 … `most` harmonics at one frequency, all from one set of sums and one Cholesky
 * factorisation, whose leading parts are the factors of the smaller fits. O(points · most + most³) a frequency.
 */
export class NestedHarmonics {
  /** explained[k] = the share of the variance that k harmonics explain at the frequency fitted last; [0] = 0. */
  readonly explained: Float64Array;
  /** Σw cos mθ, Σw sin mθ for m <= 2·most, then Σwz cos mθ, Σwz sin mθ for m <= most, z about the mean; θ from {@link origin}. */
  readonly sums: Float64Array;
  private readonly factor: Float64Array;
  private readonly solved: Float64Array;
  private readonly c = new Float64Array(BLOCK);
  private readonly s = new Float64Array(BLOCK);
  private readonly mc = new Float64Array(BLOCK);
  private readonly ms = new Float64Array(BLOCK);
  /** Since the last yield, over all fits: many short ones are as long as one long one. */
  private work = 0;

  private constructor(
    readonly most: number,
    /** Times are counted from here. */
    readonly origin: number,
    /** Weighted mean and variance of the values. */
    readonly mean: number,
    readonly variance: number,
    private readonly t: Float64Array,
    private readonly z: Float64Array,
    private readonly w: Float64Array,
  ) {
    this.explained = new Float64Array(most + 1);
    this.sums = new Float64Array(6 * most);
    this.factor = new Float64Array(4 * most * most);
    this.solved = new Float64Array(2 * most);
  }

  /** Up to `most` harmonics; times are counted from `origin`, else from the middle of their range. O(points). */
  static *prepareSteps({ times, values, weights }: FitCurve, most: number, origin?: number): Generator<Progress, NestedHarmonics> {
    const n = times.length;
    const t = new Float64Array(n);
    const z = new Float64Array(n);
    const start = origin ?? (yield* part(middleSteps(times), 0, 0.2));
    let mean = 0;
    const averaging = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) mean += weights[i]! * values[i]!;
    });
    yield* part(averaging, 0.2, 0.4);
    let variance = 0;
    const centring = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        t[i] = times[i]! - start;
        z[i] = values[i]! - mean;
        variance += weights[i]! * z[i]! * z[i]!;
      }
    });
    yield* part(centring, 0.4, 1);
    return new NestedHarmonics(most, start, mean, variance, t, z, weights);
  }

  /** Fits 1 … `most` harmonics at a frequency; the answer is in {@link explained}. */
  *fitSteps(frequency: number, most = this.most): Generator<Progress, Float64Array> {
    yield* this.sumSteps(frequency, most);
    this.solve(most);
    return this.explained;
  }

  /** Only the {@link sums}. */
  *sumSteps(frequency: number, most = this.most): Generator<Progress, void> {
    this.sums.fill(0);
    const n = this.t.length;
    for (let from = 0; from < n; from += BLOCK) {
      const to = Math.min(n, from + BLOCK);
      this.turnTo(frequency, from, to);
      for (let m = 1; m <= 2 * most; m++) this.addHarmonic(m, m <= most, from, to);
      this.work += (to - from) * (most + TURNING);
      if (this.work < WORK) continue;
      this.work = 0;
      yield { fraction: to / n };
    }
  }

  private turnTo(frequency: number, from: number, to: number): void {
    const { t, c, s, mc, ms } = this;
    for (let i = from, k = 0; i < to; i++, k++) {
      const cycles = frequency * t[i]!;
      const angle = 2 * Math.PI * (cycles - Math.round(cycles));
      mc[k] = c[k] = Math.cos(angle);
      ms[k] = s[k] = Math.sin(angle);
    }
  }

  /** Adds the sums of harmonic m over a block and turns on to the next. */
  private addHarmonic(m: number, hasValues: boolean, from: number, to: number): void {
    const { z, w, c, s, mc, ms, sums } = this;
    let wc = 0;
    let ws = 0;
    let yc = 0;
    let ys = 0;
    for (let i = from, k = 0; i < to; i++, k++) {
      const cos = mc[k]!;
      const sin = ms[k]!;
      const a = w[i]! * cos;
      const b = w[i]! * sin;
      wc += a;
      ws += b;
      yc += a * z[i]!;
      ys += b * z[i]!;
      mc[k] = cos * c[k]! - sin * s[k]!;
      ms[k] = sin * c[k]! + cos * s[k]!;
    }
    sums[2 * m - 2]! += wc;
    sums[2 * m - 1]! += ws;
    if (!hasValues) return;
    sums[4 * this.most + 2 * m - 2]! += yc;
    sums[4 * this.most + 2 * m - 1]! += ys;
  }

  private solve(most: number): void {
    const { sums, factor, solved, explained } = this;
    const size = 2 * this.most;
    let total = 0;
    for (let row = 0; row < 2 * most; row++) {
      for (let col = 0; col <= row; col++) {
        let value = this.product(row, col) - sums[row]! * sums[col]!;
        for (let k = 0; k < col; k++) value -= factor[row * size + k]! * factor[col * size + k]!;
        if (row === col) factor[row * size + row] = value > SMALLEST_PIVOT ? Math.sqrt(value) : Infinity;
        else factor[row * size + col] = value / factor[col * size + col]!;
      }
      let rest = sums[4 * this.most + row]!;
      for (let k = 0; k < row; k++) rest -= factor[row * size + k]! * solved[k]!;
      solved[row] = rest / factor[row * size + row]!;
      total += solved[row]! * solved[row]!;
      if (row % 2 === 1) explained[(row + 1) / 2] = Math.min(1, total / this.variance);
    }
  }

  /** Weighted mean of the product of two basis functions; even numbers are cosines, odd ones sines. */
  private product(row: number, col: number): number {
    const { sums } = this;
    const a = (row >> 1) + 1;
    const b = (col >> 1) + 1;
    const d = Math.abs(a - b);
    const cosDifference = d === 0 ? 1 : sums[2 * d - 2]!;
    const sinDifference = d === 0 ? 0 : Math.sign(a - b) * sums[2 * d - 1]!;
    const cosSum = sums[2 * (a + b) - 2]!;
    const sinSum = sums[2 * (a + b) - 1]!;
    if (row % 2 === 0) return col % 2 === 0 ? (cosDifference + cosSum) / 2 : (sinSum - sinDifference) / 2;
    return col % 2 === 1 ? (cosDifference - cosSum) / 2 : (sinSum + sinDifference) / 2;
  }

  /** Cosine and sine coefficients, by harmonic, of the last fit cut to `most` harmonics. Times from {@link origin}. */
  coefficients(most: number): Float64Array {
    const size = 2 * this.most;
    const out = new Float64Array(2 * most);
    for (let row = 2 * most - 1; row >= 0; row--) {
      let rest = this.solved[row]!;
      for (let k = row + 1; k < 2 * most; k++) rest -= this.factor[k * size + row]! * out[k]!;
      const pivot = this.factor[row * size + row]!;
      out[row] = pivot === Infinity ? 0 : rest / pivot;
    }
    return out;
  }

  /** Values minus the curve of the last fit, which was at `frequency`, cut to `most` harmonics. */
  *residualsSteps(frequency: number, most: number): Generator<Progress, Float64Array> {
    const { t, z } = this;
    const of = this.coefficients(most);
    const level = this.level(of) - this.mean;
    const out = new Float64Array(z.length);
    yield* inBlocks(
      z.length,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const angle = 2 * Math.PI * frequency * t[i]!;
          let model = level;
          for (let m = 1; m <= most; m++) model += of[2 * m - 2]! * Math.cos(m * angle) + of[2 * m - 1]! * Math.sin(m * angle);
          out[i] = z[i]! - model;
        }
      },
      SLICE,
    );
    return out;
  }

  /** The level that the curve of these {@link coefficients} oscillates about: with uneven phases it is not the mean. */
  level(coefficients: Float64Array): number {
    let level = this.mean;
    for (let k = 0; k < coefficients.length; k++) level -= coefficients[k]! * this.sums[k]!;
    return level;
  }
}

/** The middle of a range of times: angles about it are the smallest. */
function* middleSteps(times: Float64Array): Generator<Progress, number> {
  let low = Infinity;
  let high = -Infinity;
  yield* inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (times[i]! < low) low = times[i]!;
      if (times[i]! > high) high = times[i]!;
    }
  });
  return low + (high - low) / 2;
}
