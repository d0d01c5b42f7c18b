/**
 * A polynomial of degree `order` fitted by least squares, in the basis of polynomials orthogonal over its points (Forsythe 1957, J. SIAM 5,
 * 74, doi:10.1137/0105007): stable where the normal equations are not, and O(points · order).
 */
export class LocalPolynomial {
  private readonly alpha: Float64Array;
  private readonly beta: Float64Array;
  private readonly coefficient: Float64Array;
  private centre = 0;
  private scale = 1;
  private now = new Float64Array(64);
  private last = new Float64Array(64);
  private at = new Float64Array(64);

  constructor(private readonly order: number) {
    this.alpha = new Float64Array(order + 1);
    this.beta = new Float64Array(order + 1);
    this.coefficient = new Float64Array(order + 1);
  }

  /** Fits points [from, to); false when they hold fewer than order + 1 distinct times. */
  fit(times: Float64Array, values: Float64Array, from: number, to: number, centre: number, halfWidth: number): boolean {
    const n = to - from;
    if (n <= this.order) return false;
    if (this.now.length < n) {
      this.now = new Float64Array(2 * n);
      this.last = new Float64Array(2 * n);
      this.at = new Float64Array(2 * n);
    }
    const { now, last, at, alpha, beta, coefficient, order } = this;
    this.centre = centre;
    this.scale = halfWidth;
    for (let i = 0; i < n; i++) {
      at[i] = (times[from + i]! - centre) / halfWidth;
      now[i] = 1;
      last[i] = 0;
    }
    let normBefore = 1;
    for (let k = 0; ; k++) {
      let norm = 0;
      let moment = 0;
      let product = 0;
      for (let i = 0; i < n; i++) {
        const p = now[i]!;
        const p2 = p * p;
        norm += p2;
        moment += p2 * at[i]!;
        product += p * values[from + i]!;
      }
      // With too few distinct times the next basis polynomial vanishes on all of them, but for rounding.
      if (!(norm > 1e-24 * n)) return false;
      coefficient[k] = product / norm;
      alpha[k] = moment / norm;
      beta[k] = k === 0 ? 0 : norm / normBefore;
      if (k === order) return true;
      normBefore = norm;
      const a = alpha[k]!;
      const b = beta[k]!;
      for (let i = 0; i < n; i++) {
        const p = now[i]!;
        now[i] = (at[i]! - a) * p - b * last[i]!;
        last[i] = p;
      }
    }
  }

  /** The values at a time of the basis polynomials (leading coefficient 1) found by the last fit. */
  basisAt(time: number, values: Float64Array): void {
    const { alpha, beta, order } = this;
    const u = (time - this.centre) / this.scale;
    let last = 0;
    let now = 1;
    for (let k = 0; ; k++) {
      values[k] = now;
      if (k === order) return;
      const next = (u - alpha[k]!) * now - beta[k]! * last;
      last = now;
      now = next;
    }
  }

  /** The fitted polynomial's value at a time. */
  valueAt(time: number): number {
    const u = (time - this.centre) / this.scale;
    let last = 0;
    let now = 1;
    let sum = 0;
    for (let k = 0; k <= this.order; k++) {
      sum += this.coefficient[k]! * now;
      const next = (u - this.alpha[k]!) * now - this.beta[k]! * last;
      last = now;
      now = next;
    }
    return sum;
  }
}

/** Weights of the centre value of a degree-`order` fit to 2·half + 1 evenly spaced points (Savitzky & Golay 1964, doi:10.1021/ac60214a047). */
export function centreWeights(half: number, order: number): Float64Array {
  const n = 2 * half + 1;
  const times = Float64Array.from({ length: n }, (_, i) => i - half);
  const unit = new Float64Array(n);
  const fit = new LocalPolynomial(order);
  return Float64Array.from({ length: n }, (_, i) => {
    unit.fill(0);
    unit[i] = 1;
    return fit.fit(times, unit, 0, n, 0, Math.max(1, half)) ? fit.valueAt(0) : NaN;
  });
}
