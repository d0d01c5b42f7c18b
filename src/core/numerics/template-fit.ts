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
/** Of the variance of a shape; below it is rounding. */
const LEAST = 1e-9;
const NOTHING = { explained: 0, amplitude: 0 };
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

  /** The fit at a shift whose multiples' cosines and sines are given: what it explains, and the amplitude; 0 when it would have to be upside down. */
  private evaluate(cos: (m: number) => number, sin: (m: number) => number): { readonly explained: number; readonly amplitude: number } {
    const { zt, wt, tt, harmonics } = this;
    let product = 0;
    let mean = 0;
    let square = this.g[0]!;
    for (let m = 1; m <= 2 * harmonics; m++) {
      const c = cos(m);
      const s = sin(m);
      square += tt[2 * m]! * c - tt[2 * m + 1]! * s;
      if (m > harmonics) continue;
      product += zt[2 * m]! * c - zt[2 * m + 1]! * s;
      mean += wt[2 * m]! * c - wt[2 * m + 1]! * s;
    }
    const spread = square - mean * mean;
    return product > 0 && spread > LEAST ? { explained: (product * product) / spread, amplitude: product / spread } : NOTHING;
  }

  /** What the shape explains at shift k/64. */
  gridded(k: number): number {
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
    const spread = square - mean * mean;
    return product > 0 && spread > LEAST ? (product * product) / spread : 0;
  }

  /** The fit at any shift. */
  at(shift: number): TemplateMatch {
    const angle = 2 * Math.PI * shift;
    return {
      shift,
      ...this.evaluate(
        (m) => Math.cos(m * angle),
        (m) => Math.sin(m * angle),
      ),
    };
  }

  /** The most that the shape explains on every fourth of the 64 shifts and those beside the best of them: its four first harmonics turn no faster. */
  coarse(): number {
    let explained = 0;
    let best = 0;
    for (let k = 0; k < PHASES; k += 4) {
      const value = this.gridded(k);
      if (value <= explained) continue;
      explained = value;
      best = k;
    }
    if (explained === 0) return 0;
    for (const step of [2, 1]) {
      const [before, after] = [this.gridded(best + PHASES - step), this.gridded(best + step)];
      const better = Math.max(before, after);
      if (better <= explained) continue;
      explained = better;
      best += after > before ? step : PHASES - step;
    }
    return explained;
  }

  /** The best shift of all, refined. */
  best(): TemplateMatch {
    return this.at(bestShift([this], [1]).shift);
  }
}

/**
 * The shift that explains most in several bands together, each with the sums of its own points and its own level and amplitude: the weighted sum of what
 * is explained, on 64 shifts and refined by golden section.
 */
export function bestShift(fits: readonly TemplateFit[], weights: readonly number[]): { readonly shift: number; readonly explained: number } {
  let best = { shift: 0, explained: -1 };
  for (let k = 0; k < PHASES; k++) {
    let explained = 0;
    for (const [b, fit] of fits.entries()) explained += weights[b]! * fit.gridded(k);
    if (explained > best.explained) best = { shift: k / PHASES, explained };
  }
  const at = (shift: number): number => fits.reduce((sum, fit, b) => sum + weights[b]! * fit.at(shift).explained, 0);
  let low = best.shift - 1 / PHASES;
  let high = best.shift + 1 / PHASES;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [atLeft, atRight] = [at(left), at(right)];
  for (let round = 0; round < ROUNDS; round++) {
    if (atLeft > best.explained) best = { shift: left, explained: atLeft };
    if (atRight > best.explained) best = { shift: right, explained: atRight };
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = at(right);
    }
  }
  return { ...best, shift: best.shift - Math.floor(best.shift) };
}
