import type { Progress } from '../protocol/outcome';
import type { SegmentFit } from './segment-fits';
import { inBlocks, part } from './steps';
import type { FitPoints } from './time-segments';

/** Points of a pass between two yields. */
const PASS = 2 ** 16;

/**
 * A polynomial of degree `order` fitted to a segment by least squares, in the basis of polynomials orthogonal over its points (Forsythe 1957,
 * J. SIAM 5, 74, doi:10.1137/0105007): stable for any degree and any epoch. O(points · order²), without memory of its own.
 */
export class SegmentPolynomial implements SegmentFit {
  readonly cost: number;
  private readonly alpha: Float64Array;
  private readonly beta: Float64Array;
  private readonly coefficient: Float64Array;
  private centre = 0;
  private half = 1;

  constructor(
    private readonly points: FitPoints,
    private readonly order: number,
  ) {
    this.cost = 4 * (order + 1) ** 2;
    this.alpha = new Float64Array(order + 1);
    this.beta = new Float64Array(order + 1);
    this.coefficient = new Float64Array(order + 1);
  }

  *fitSteps(from: number, to: number, kept: Uint8Array): Generator<Progress, boolean> {
    const { order, alpha, beta, coefficient } = this;
    const { times } = this.points;
    this.centre = (times[from]! + times[to - 1]!) / 2;
    this.half = (times[to - 1]! - times[from]!) / 2 || 1;
    let normBefore = 1;
    for (let k = 0; k <= order; k++) {
      const sums = { norm: 0, moment: 0, product: 0, count: 0 };
      const pass = inBlocks(to - from, (a, b) => this.sum(k, from + a, from + b, kept, sums), PASS);
      yield* part(pass, k / (order + 1), (k + 1) / (order + 1));
      // With too few distinct times the next basis polynomial vanishes on all of them, but for rounding.
      if (sums.count <= order || !(sums.norm > 1e-24 * sums.count)) return false;
      coefficient[k] = sums.product / sums.norm;
      alpha[k] = sums.moment / sums.norm;
      beta[k] = k === 0 ? 0 : sums.norm / normBefore;
      normBefore = sums.norm;
    }
    return true;
  }

  /** Adds up the points [from, to) for the k-th basis polynomial: what the lower ones have left of the values is what it is fitted to. */
  private sum(k: number, from: number, to: number, kept: Uint8Array, sums: { norm: number; moment: number; product: number; count: number }): void {
    const { alpha, beta, coefficient, centre, half } = this;
    const { times, values } = this.points;
    let { norm, moment, product, count } = sums;
    for (let i = from; i < to; i++) {
      if (kept[i] === 0) continue;
      const u = (times[i]! - centre) / half;
      let before = 0;
      let now = 1;
      let left = values[i]!;
      for (let j = 0; j < k; j++) {
        left -= coefficient[j]! * now;
        const next = (u - alpha[j]!) * now - beta[j]! * before;
        before = now;
        now = next;
      }
      norm += now * now;
      moment += now * now * u;
      product += now * left;
      count++;
    }
    sums.norm = norm;
    sums.moment = moment;
    sums.product = product;
    sums.count = count;
  }

  valueAt(time: number): number {
    const { alpha, beta, coefficient, order } = this;
    const u = (time - this.centre) / this.half;
    let before = 0;
    let now = 1;
    let sum = 0;
    for (let k = 0; k <= order; k++) {
      sum += coefficient[k]! * now;
      const next = (u - alpha[k]!) * now - beta[k]! * before;
      before = now;
      now = next;
    }
    return sum;
  }
}
