import type { RrLyraeShape } from './rrlyrae-shapes';

/** How a shape fits best at one frequency. */
export interface TemplateMatch {
  /** Weighted mean square that it explains. */
  readonly explained: number;
  /** Turns to add to the phase (counted from the sums' origin) for the shape's phase. */
  readonly shift: number;
  /** Peak to peak, above 0. */
  readonly amplitude: number;
}

const PHASES = 64;
/** Rounds of golden section about the best of them: to 1e-6 of a turn. */
const ROUNDS = 20;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Fits a light-curve shape, given as a Fourier series, to points known by their harmonic sums alone: for each phase shift the level and the amplitude
 * are linear, so the least-squares fit is a ratio of two trigonometric polynomials of the shift. They are searched on 64 shifts and refined, which finds
 * the global best. Independent of the number of points: O(64 · harmonics) a frequency.
 */
export class TemplateFit {
  readonly harmonics: number;
  /** Coefficients h of the shape (brightness up) and g of its square, as real and imaginary parts. */
  private readonly h: Float64Array;
  private readonly g: Float64Array;
  /** The polynomials' coefficients at the frequency looked at: of Σwz T, Σw T and Σw T². */
  private readonly zt: Float64Array;
  private readonly wt: Float64Array;
  private readonly tt: Float64Array;
  private readonly c: Float64Array;
  private readonly s: Float64Array;

  /** `harmonics`: how many of the shape's are used. */
  constructor(shape: RrLyraeShape, harmonics = shape.cos.length) {
    this.harmonics = harmonics;
    const n = harmonics;
    this.h = new Float64Array(2 * n + 2);
    this.g = new Float64Array(4 * n + 2);
    this.zt = new Float64Array(2 * n + 2);
    this.wt = new Float64Array(2 * n + 2);
    this.tt = new Float64Array(4 * n + 2);
    for (let m = 1; m <= n; m++) {
      this.h[2 * m] = -shape.cos[m - 1]!;
      this.h[2 * m + 1] = shape.sin[m - 1]!;
    }
    this.square();
    const angles = Array.from({ length: PHASES }, (_, k) => (2 * Math.PI * k) / PHASES);
    this.c = Float64Array.from(angles, Math.cos);
    this.s = Float64Array.from(angles, Math.sin);
  }

  /** T² = g₀ + Re Σ g_p exp(ipφ): products of h_m with h_n go to p = m + n (halved), of h_m with the conjugate of h_n to p = m - n. */
  private square(): void {
    const { h, g, harmonics } = this;
    for (let m = 1; m <= harmonics; m++)
      for (let n = 1; n <= harmonics; n++) {
        const [a, b, c, d] = [h[2 * m]!, h[2 * m + 1]!, h[2 * n]!, h[2 * n + 1]!];
        g[2 * (m + n)]! += (a * c - b * d) / 2;
        g[2 * (m + n) + 1]! += (a * d + b * c) / 2;
        if (m < n) continue;
        const half = m === n ? 0.5 : 1;
        g[2 * (m - n)]! += half * (a * c + b * d);
        g[2 * (m - n) + 1]! += half * (b * c - a * d);
      }
  }

  /**
   * Takes the sums of one frequency, laid out as those of NestedHarmonics with `most` harmonics (at least {@link harmonics}).
   */
  load(sums: Float64Array, most: number): void {
    const { h, g, zt, wt, tt, harmonics } = this;
    for (let m = 1; m <= 2 * harmonics; m++) {
      const [c, s] = [sums[2 * m - 2]!, sums[2 * m - 1]!];
      const [a, b] = [g[2 * m]!, g[2 * m + 1]!];
      tt[2 * m] = a * c - b * s;
      tt[2 * m + 1] = a * s + b * c;
      if (m > harmonics) continue;
      const [p, q] = [h[2 * m]!, h[2 * m + 1]!];
      wt[2 * m] = p * c - q * s;
      wt[2 * m + 1] = p * s + q * c;
      const [yc, ys] = [sums[4 * most + 2 * m - 2]!, sums[4 * most + 2 * m - 1]!];
      zt[2 * m] = p * yc - q * ys;
      zt[2 * m + 1] = p * ys + q * yc;
    }
  }

  /** Numerator and denominator of the fit at a shift whose multiples' cosines and sines `at` gives. */
  private evaluate(at: (m: number) => readonly [number, number]): { product: number; square: number } {
    const { zt, wt, tt, harmonics } = this;
    let product = 0;
    let mean = 0;
    let square = this.g[0]!;
    for (let m = 1; m <= 2 * harmonics; m++) {
      const [c, s] = at(m);
      square += tt[2 * m]! * c - tt[2 * m + 1]! * s;
      if (m > harmonics) continue;
      product += zt[2 * m]! * c - zt[2 * m + 1]! * s;
      mean += wt[2 * m]! * c - wt[2 * m + 1]! * s;
    }
    return { product, square: square - mean * mean };
  }

  /** The fit at one of the 64 shifts. */
  private gridded(k: number): { product: number; square: number } {
    const { zt, wt, tt, harmonics, c, s } = this;
    let product = 0;
    let mean = 0;
    let square = this.g[0]!;
    for (let m = 1, q = 0; m <= 2 * harmonics; m++) {
      q = (q + k) % PHASES;
      const cos = c[q]!;
      const sin = s[q]!;
      square += tt[2 * m]! * cos - tt[2 * m + 1]! * sin;
      if (m > harmonics) continue;
      product += zt[2 * m]! * cos - zt[2 * m + 1]! * sin;
      mean += wt[2 * m]! * cos - wt[2 * m + 1]! * sin;
    }
    return { product, square: square - mean * mean };
  }

  /** What the shape explains at a shift, and its amplitude; 0 when it would have to be upside down. */
  at(shift: number): TemplateMatch {
    const angle = 2 * Math.PI * shift;
    const { product, square } = this.evaluate((m) => [Math.cos(m * angle), Math.sin(m * angle)]);
    if (!(product > 0) || !(square > 1e-9)) return { explained: 0, shift, amplitude: 0 };
    return { explained: (product * product) / square, shift, amplitude: product / square };
  }

  /** The most that the shape explains on the grid of 64 shifts, and where. */
  coarse(step = 1): { readonly explained: number; readonly shift: number } {
    let explained = 0;
    let best = 0;
    for (let k = 0; k < PHASES; k += step) {
      const { product, square } = this.gridded(k);
      if (!(product > 0) || !(square > 1e-9) || product * product <= explained * square) continue;
      explained = (product * product) / square;
      best = k;
    }
    return { explained, shift: best / PHASES };
  }

  /** The best shift of all, refined. */
  best(): TemplateMatch {
    const start = this.coarse().shift;
    let low = start - 1 / PHASES;
    let high = start + 1 / PHASES;
    let best = this.at(start);
    for (let round = 0; round < ROUNDS; round++) {
      const left = this.at(high - GOLDEN * (high - low));
      const right = this.at(low + GOLDEN * (high - low));
      if (left.explained > right.explained) high = right.shift;
      else low = left.shift;
      const better = left.explained > right.explained ? left : right;
      if (better.explained > best.explained) best = better;
    }
    return { ...best, shift: best.shift - Math.floor(best.shift) };
  }
}
