import type { Progress } from '../protocol/outcome';
import { HarmonicPower } from './harmonic-power';
import { roundHalfEven } from './round-half-even';
import { inBlocks, inSumBlocks, part } from './steps';

export type Normalization = 'standard' | 'model' | 'log' | 'psd';

/** Evenly spaced trial frequencies f_k = first + k·step, in cycles per unit of time. */
export interface FrequencyGrid {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

export interface GridOptions {
  readonly samplesPerPeak: number;
  readonly nyquistFactor: number;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** How many; absent = as fine as `samplesPerPeak` asks. */
  readonly count?: number | undefined;
}

/**
 * astropy's autofrequency: step 1/(T·samplesPerPeak), from half a step to `nyquistFactor` times the mean Nyquist frequency N/(2T). With
 * `count` the range is divided evenly instead.
 */
export function autoFrequency(baseline: number, points: number, options: GridOptions): FrequencyGrid {
  const natural = 1 / (baseline * options.samplesPerPeak);
  const first = options.minimum ?? natural / 2;
  const last = options.maximum ?? (options.nyquistFactor * 0.5 * points) / baseline;
  if (options.count === undefined) return { first, step: natural, count: Math.max(1, 1 + roundHalfEven((last - first) / natural)) };
  return { first, step: options.count > 1 ? (last - first) / (options.count - 1) : 0, count: options.count };
}

/** Frequencies a rotation is carried on for before the angles are computed afresh: rounding then stays below 1e-13. */
const RESYNC = 128;

export interface ModelOptions {
  /** A constant is fitted along with the harmonics (default), as in Zechmeister & Kürster; otherwise the harmonics alone. */
  readonly fitMean?: boolean;
  /** The weighted mean is subtracted first (default); implied by `fitMean`. */
  readonly centerData?: boolean;
}

/**
 * The generalised Lomb–Scargle periodogram (Zechmeister & Kürster 2009, A&A 496, 577, doi:10.1051/0004-6361:200811296), exact: at each
 * frequency `terms` harmonics, and by default a floating mean, are fitted by weighted least squares. O(points · frequencies);
 * `fastPowerSteps` makes the same on a grid in O(frequencies · log).
 */
export class LombScargle {
  private readonly fit: HarmonicPower;
  private readonly c: Float64Array;
  private readonly s: Float64Array;
  private readonly turnC: Float64Array;
  private readonly turnS: Float64Array;

  private constructor(
    readonly terms: number,
    readonly fitMean: boolean,
    readonly points: number,
    readonly baseline: number,
    /** Weighted mean square of the values about what they are compared with (their mean, or 0), with weights that sum to 1. */
    readonly variance: number,
    /** Σ 1/σ²; the number of points when there are no errors. */
    readonly weightSum: number,
    /** Weighted variance of the times, for false-alarm probabilities. */
    readonly timeVariance: number,
    /** Times about the middle of their range. */
    readonly t: Float64Array,
    /** Weights, their sum 1. */
    readonly w: Float64Array,
    /** Weights times values. */
    readonly wy: Float64Array,
  ) {
    this.c = new Float64Array(points);
    this.s = new Float64Array(points);
    this.turnC = new Float64Array(points);
    this.turnS = new Float64Array(points);
    this.fit = new HarmonicPower(terms, fitMean);
  }

  /** All finite; `errors` > 0 when given. At least 1 point. */
  static *prepareSteps(
    times: Float64Array,
    values: Float64Array,
    errors: Float64Array | undefined,
    terms: number,
    { fitMean = true, centerData = true }: ModelOptions = {},
  ): Generator<Progress, LombScargle> {
    const n = times.length;
    const w = new Float64Array(n);
    let low = Infinity;
    let high = -Infinity;
    let total = 0;
    const weighing = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        low = Math.min(low, times[i]!);
        high = Math.max(high, times[i]!);
        total += w[i] = errors ? 1 / (errors[i]! * errors[i]!) : 1;
      }
    });
    yield* part(weighing, 0, 0.3);
    // Times about the middle: the smallest angles, so the best-conditioned sums at low frequencies.
    const middle = low + (high - low) / 2;
    const t = new Float64Array(n);
    let meanValue = 0;
    let meanTime = 0;
    const centring = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        const weight = (w[i]! /= total);
        t[i] = times[i]! - middle;
        meanValue += weight * values[i]!;
        meanTime += weight * t[i]!;
      }
    });
    yield* part(centring, 0.3, 0.6);
    const reference = fitMean || centerData ? meanValue : 0;
    const wy = new Float64Array(n);
    let variance = 0;
    let timeVariance = 0;
    const spreading = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        const y = values[i]! - reference;
        const dt = t[i]! - meanTime;
        wy[i] = w[i]! * y;
        variance += wy[i]! * y;
        timeVariance += w[i]! * dt * dt;
      }
    });
    yield* part(spreading, 0.6, 1);
    yield { fraction: 1 };
    return new LombScargle(terms, fitMean, n, high - low, variance, total, timeVariance, t, w, wy);
  }

  /** Cosine and sine of 2π·frequency·t for points [from, to). */
  static angles(t: Float64Array, frequency: number, c: Float64Array, s: Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const cycles = frequency * t[i]!;
      const angle = 2 * Math.PI * (cycles - Math.round(cycles));
      c[i] = Math.cos(angle);
      s[i] = Math.sin(angle);
    }
  }

  private sumOne(from: number, to: number): void {
    const { w, wy, c, s } = this;
    const { sums } = this.fit;
    let c1 = 0;
    let s1 = 0;
    let cc = 0;
    let cs = 0;
    let yc = 0;
    let ys = 0;
    let ww = 0;
    for (let i = from; i < to; i++) {
      const cos = c[i]!;
      const sin = s[i]!;
      const wi = w[i]!;
      const wc = wi * cos;
      ww += wi;
      c1 += wc;
      s1 += wi * sin;
      cc += wc * cos;
      cs += wc * sin;
      yc += wy[i]! * cos;
      ys += wy[i]! * sin;
    }
    sums[0]! += c1;
    sums[1]! += s1;
    // cos 2θ = 2cos²θ - 1, sin 2θ = 2 sinθ cosθ.
    sums[2]! += 2 * cc - ww;
    sums[3]! += 2 * cs;
    sums[4]! += yc;
    sums[5]! += ys;
  }

  private sumMany(from: number, to: number): void {
    const { w, wy, c, s, terms } = this;
    const { sums } = this.fit;
    for (let i = from; i < to; i++) {
      const cos = c[i]!;
      const sin = s[i]!;
      let mc = 1;
      let ms = 0;
      for (let m = 1; m <= 2 * terms; m++) {
        const next = mc * cos - ms * sin;
        ms = ms * cos + mc * sin;
        mc = next;
        sums[2 * m - 2]! += w[i]! * mc;
        sums[2 * m - 1]! += w[i]! * ms;
        if (m <= terms) {
          sums[4 * terms + 2 * m - 2]! += wy[i]! * mc;
          sums[4 * terms + 2 * m - 1]! += wy[i]! * ms;
        }
      }
    }
  }

  private rotate(from: number, to: number): void {
    const { c, s, turnC, turnS } = this;
    for (let i = from; i < to; i++) {
      const cos = c[i]!;
      const sin = s[i]!;
      c[i] = cos * turnC[i]! - sin * turnS[i]!;
      s[i] = sin * turnC[i]! + cos * turnS[i]!;
    }
  }

  private addUp(from: number, to: number): void {
    if (this.terms === 1) this.sumOne(from, to);
    else this.sumMany(from, to);
  }

  /** Standard-normalised power (chi²_0 - chi²)/chi²_0 from the sums. */
  private power(): number {
    return Math.min(1, this.fit.explained() / this.variance);
  }

  /** Standard-normalised power at one frequency, from the angles themselves. */
  *powerAtSteps(frequency: number): Generator<Progress, number> {
    this.fit.sums.fill(0);
    yield* inSumBlocks(this.points, (from, to) => {
      LombScargle.angles(this.t, frequency, this.c, this.s, from, to);
      this.addUp(from, to);
    });
    return this.power();
  }

  /** Standard-normalised power on a grid. */
  *powerSteps(grid: FrequencyGrid): Generator<Progress, Float64Array> {
    const { t, points } = this;
    const out = new Float64Array(grid.count);
    yield* part(
      inBlocks(points, (from, to) => LombScargle.angles(t, grid.step, this.turnC, this.turnS, from, to)),
      0,
      0.001,
    );
    let work = 0;
    for (let k = 0; k < grid.count; k++) {
      const fraction = 0.001 + (0.999 * k) / grid.count;
      if (k % RESYNC === 0) {
        const syncing = inBlocks(points, (from, to) => LombScargle.angles(t, grid.first + k * grid.step, this.c, this.s, from, to));
        while (!syncing.next().done) yield { fraction };
        work += 8 * points;
      }
      this.fit.sums.fill(0);
      const adding = inBlocks(
        points,
        (from, to) => {
          this.addUp(from, to);
          this.rotate(from, to);
        },
        2 ** 19,
      );
      while (!adding.next().done) yield { fraction };
      out[k] = this.power();
      work += points * this.terms;
      if (work > 2 ** 20) {
        work = 0;
        yield { fraction };
      }
    }
    return out;
  }

  /** Power in another normalisation. */
  normalize(power: number, normalization: Normalization): number {
    return normalizePower(power, normalization, this.variance * this.weightSum);
  }
}

/** A standard-normalised power in another normalisation; `chi2` is that of the constant (VanderPlas 2018, ApJS 236, 16, doi:10.3847/1538-4365/aab766). */
export function normalizePower(power: number, normalization: Normalization, chi2: number): number {
  switch (normalization) {
    case 'standard':
      return power;
    case 'model':
      return power / (1 - power);
    case 'log':
      return -Math.log1p(-power);
    case 'psd':
      return 0.5 * power * chi2;
  }
}
