export interface CurveModel {
  readonly degree: number;
  /** Terms cos and sin of 1, 2 … times 1/period. */
  readonly harmonics: number;
  readonly period: number;
  /** Powers and phases are of x - reference. */
  readonly reference: number;
}

/**
 * y = Σ a_k (x - reference)ᵏ + Σ c_j cos(2πj(x - reference)/period) + s_j sin(…), worked with in powers of (x - centre)/scale, which keep
 * their digits wherever x is.
 */
export class PolynomialHarmonics {
  readonly size: number;

  constructor(
    private readonly model: CurveModel,
    private readonly centre: number,
    private readonly scale: number,
  ) {
    this.size = model.degree + 1 + 2 * model.harmonics;
  }

  /** The values of all terms at x, in the centred powers. */
  basis(x: number, out: Float64Array): void {
    const { degree, harmonics, period, reference } = this.model;
    const u = (x - this.centre) / this.scale;
    let power = 1;
    for (let k = 0; k <= degree; k++) {
      out[k] = power;
      power *= u;
    }
    if (harmonics === 0) return;
    const cycles = (x - reference) / period;
    const phase = 2 * Math.PI * (cycles - Math.floor(cycles));
    for (let j = 1; j <= harmonics; j++) {
      out[degree + 2 * j - 1] = Math.cos(j * phase);
      out[degree + 2 * j] = Math.sin(j * phase);
    }
  }

  /** Coefficients of the centred powers → those of (x - reference), and their covariance (row by row) likewise. */
  aboutReference(coefficients: Float64Array, covariance: Float64Array): { readonly coefficients: Float64Array; readonly covariance: Float64Array } {
    const n = this.size;
    const { degree, reference } = this.model;
    const shift = (reference - this.centre) / this.scale;
    // to[k][i]: what centred coefficient i adds to coefficient k, by the binomial theorem.
    const to = Array.from({ length: n }, () => new Float64Array(n));
    for (let k = 0; k < n; k++) {
      if (k > degree) to[k]![k] = 1;
      for (let i = k, factor = 1 / this.scale ** k; k <= degree && i <= degree; i++) {
        to[k]![i] = factor;
        factor *= (shift * (i + 1)) / (i + 1 - k);
      }
    }
    const out = new Float64Array(n);
    const moved = new Float64Array(n * n);
    for (let a = 0; a < n; a++) {
      for (let i = 0; i < n; i++) out[a]! += to[a]![i]! * coefficients[i]!;
      for (let b = 0; b < n; b++) {
        let sum = 0;
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += to[a]![i]! * covariance[i * n + j]! * to[b]![j]!;
        moved[a * n + b] = sum;
      }
    }
    return { coefficients: out, covariance: moved };
  }

  /** Names of the coefficients, in order. */
  static names(degree: number, harmonics: number): readonly string[] {
    const powers = Array.from({ length: degree + 1 }, (_, k) => `a${k}`);
    const waves = Array.from({ length: harmonics }, (_, j) => [`cos${j + 1}`, `sin${j + 1}`]).flat();
    return [...powers, ...waves];
  }
}
