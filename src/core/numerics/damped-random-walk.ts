import type { Progress } from '../protocol/outcome';
import type { CurveWithErrors } from './features/curve-points';
import { inBlocks } from './steps';
import type { Pair } from './maximize-two';

/** The likelihood of a damped random walk at some σ and τ. */
export interface WalkLikelihood {
  /** ln L with the mean that makes it greatest. */
  readonly value: number;
  /** Its derivatives by ln σ and ln τ. */
  readonly gradient: Pair;
  readonly mean: number;
  readonly meanError: number;
}

/** What is summed over the points: r = y - mean, of which the mean is not known before the end, is kept as its parts by 1 and by mean. */
class Sums {
  /** Σ v1²/S, Σ v1 vy/S, Σ vy²/S, and their derivatives by ln σ and ln τ. */
  readonly ones = new Float64Array(3);
  readonly cross = new Float64Array(3);
  readonly squares = new Float64Array(3);
  /** Σ ln S and derivatives. */
  readonly logs = new Float64Array(3);
}

/**
 * Exact likelihood of a damped random walk (Ornstein–Uhlenbeck process, covariance σ² exp(-|Δt|/τ)) observed at uneven times with independent Gaussian
 * errors, about a constant mean that is fitted along: the Kalman recursion of Kelly, Bechtold & Siemiginowska 2009 (ApJ 698, 895,
 * doi:10.1088/0004-637X/698/1/895), equal to the dense Gaussian process. `points` ascend in time and have errors. O(n).
 */
export class DampedRandomWalk {
  private readonly level: number;

  constructor(private readonly points: CurveWithErrors) {
    this.level = points.values[0] ?? NaN;
  }

  *likelihoodSteps(logSigma: number, logTau: number): Generator<Progress, WalkLikelihood> {
    const n = this.points.times.length;
    const sums = new Sums();
    // Predicted state of y and of a constant 1, its variance, and their derivatives by ln σ (s) and ln τ (t).
    const state = new Float64Array(9);
    const variance = Math.exp(2 * logSigma);
    state[6] = variance;
    state[7] = 2 * variance;
    yield* inBlocks(n, (from, to) => this.advance(state, sums, variance, Math.exp(-logTau), from, to), 2 ** 17);
    const { ones, cross, squares, logs } = sums;
    const mean = cross[0]! / ones[0]!;
    const slope = (k: number): number => -0.5 * (squares[k]! - 2 * mean * cross[k]! + mean * mean * ones[k]! + logs[k]!);
    return {
      value: -0.5 * (squares[0]! - mean * cross[0]! + logs[0]! + n * Math.log(2 * Math.PI)),
      gradient: [slope(1), slope(2)],
      mean: this.level + mean,
      meanError: 1 / Math.sqrt(ones[0]!),
    };
  }

  private advance(state: Float64Array, sums: Sums, variance: number, rate: number, from: number, to: number): void {
    const { times, values, errors } = this.points;
    const { level } = this;
    const { ones, cross, squares, logs } = sums;
    let [my, mys, myt, m1, m1s, m1t, p, ps, pt] = state as unknown as [number, number, number, number, number, number, number, number, number];
    let product = 1;
    for (let i = from; i < to; i++) {
      const e2 = errors[i]! * errors[i]!;
      const inverse = 1 / (p + e2);
      product *= p + e2;
      if (product < 1e-100 || product > 1e100) {
        logs[0]! += Math.log(product);
        product = 1;
      }
      const vy = values[i]! - level - my;
      const v1 = 1 - m1;
      const [uy, u1] = [vy * inverse, v1 * inverse];
      ones[0]! += v1 * u1;
      cross[0]! += vy * u1;
      squares[0]! += vy * uy;
      logs[1]! += ps * inverse;
      logs[2]! += pt * inverse;
      ones[1]! -= u1 * (2 * m1s + u1 * ps);
      ones[2]! -= u1 * (2 * m1t + u1 * pt);
      cross[1]! -= uy * m1s + u1 * mys + uy * u1 * ps;
      cross[2]! -= uy * m1t + u1 * myt + uy * u1 * pt;
      squares[1]! -= uy * (2 * mys + uy * ps);
      squares[2]! -= uy * (2 * myt + uy * pt);
      if (i + 1 === times.length) break;
      // What is known after the point: gain K = p/S, and 1 - K = e²/S.
      const rest = e2 * inverse;
      const gain = p * inverse;
      const [gs, gt] = [ps * inverse * rest, pt * inverse * rest];
      const x = (times[i + 1]! - times[i]!) * rate;
      const a = Math.exp(-x);
      // da/d ln τ = a x.
      const after = my + gain * vy;
      mys = a * (mys * rest + gs * vy);
      myt = a * (myt * rest + gt * vy) + a * x * after;
      my = a * after;
      const after1 = m1 + gain * v1;
      m1s = a * (m1s * rest + gs * v1);
      m1t = a * (m1t * rest + gt * v1) + a * x * after1;
      m1 = a * after1;
      const a2 = a * a;
      const known = p * rest;
      ps = 2 * variance * (1 - a2) + a2 * (ps * rest * rest);
      pt = a2 * (pt * rest * rest) + 2 * a2 * x * (known - variance);
      p = variance + a2 * (known - variance);
    }
    logs[0]! += Math.log(product);
    state.set([my, mys, myt, m1, m1s, m1t, p, ps, pt]);
  }
}
