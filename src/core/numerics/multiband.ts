import type { Progress } from '../protocol/outcome';
import { FastSums, type WeightedPoints, divide } from './fast-sums';
import { type FrequencyGrid, LombScargle } from './lomb-scargle';
import { MultibandFit, type MultibandModel } from './multiband-fit';
import { inBlocks, part } from './steps';

/** Frequencies a rotation is carried on for before the angles are computed afresh. */
const RESYNC = 128;
/** Bands with fewer points are summed directly: Fourier sums of a badly conditioned fit would have too few digits. */
const FEW = 24;
/** Where a band's fit is worse conditioned than this, the exact sums are taken. */
const ILL = 1e-2;
/** With a larger share of such frequencies the exact sums everywhere are quicker. */
const MOST_ILL = 1 / 20;
/** Points times harmonics between two yields. */
const WORK = 2 ** 20;
/** Points of a band between two yields. */
const SLICE = 2 ** 17;

/** A band's points, and the cosines and sines of their angles. */
interface Band extends WeightedPoints {
  readonly c: Float64Array;
  readonly s: Float64Array;
  readonly turnC: Float64Array;
  readonly turnS: Float64Array;
}

/**
 * The shared-phase multiband periodogram (VanderPlas & Ivezić 2015, ApJ 812, 18, doi:10.1088/0004-637X/812/1/18), normalised as astropy's
 * LombScargleMultiband with method 'flexible' and centred values. Powers are standard-normalised.
 */
export class MultibandSearch {
  private readonly fit: MultibandFit;

  private constructor(
    readonly points: number,
    readonly baseline: number,
    /** Weighted mean square about the mean of each band. */
    readonly variance: number,
    readonly weightSum: number,
    private readonly bands: readonly Band[],
    private readonly model: MultibandModel,
  ) {
    const weights = Float64Array.from(bands, ({ w }) => w.reduce((a, b) => a + b, 0));
    this.fit = new MultibandFit(
      model,
      weights,
      bands.map((b) => b.points >= FEW),
    );
  }

  /** All finite, errors > 0 when given; `bandOf` 0 … bands - 1, bands without points allowed. */
  static *prepareSteps(
    times: Float64Array,
    values: Float64Array,
    errors: Float64Array | undefined,
    bandOf: ArrayLike<number>,
    bands: number,
    model: MultibandModel,
  ): Generator<Progress, MultibandSearch> {
    const n = times.length;
    const [counts, totals, means] = [new Float64Array(bands), new Float64Array(bands), new Float64Array(bands)];
    const weightAt = (i: number): number => (errors ? 1 / (errors[i]! * errors[i]!) : 1);
    let [low, high] = [Infinity, -Infinity];
    const adding = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        const b = bandOf[i]!;
        low = Math.min(low, times[i]!);
        high = Math.max(high, times[i]!);
        counts[b]!++;
        totals[b]! += weightAt(i);
        means[b]! += weightAt(i) * values[i]!;
      }
    });
    yield* part(adding, 0, 0.5);
    const total = totals.reduce((a, b) => a + b, 0);
    const middle = low + (high - low) / 2;
    const array = (count: number): Float64Array => new Float64Array(count);
    const all = Array.from(counts, (c) => ({
      points: c,
      t: array(c),
      w: array(c),
      wy: array(c),
      c: array(c),
      s: array(c),
      turnC: array(c),
      turnS: array(c),
    }));
    const filled = new Uint32Array(bands);
    let variance = 0;
    const placing = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        const b = bandOf[i]!;
        const { t, w, wy } = all[b]!;
        const at = filled[b]!++;
        const y = values[i]! - means[b]! / totals[b]!;
        t[at] = times[i]! - middle;
        w[at] = weightAt(i) / total;
        wy[at] = w[at]! * y;
        variance += wy[at]! * y;
      }
    });
    yield* part(placing, 0.5, 1);
    const used = all.filter((b) => b.points > 0);
    return new MultibandSearch(n, high - low, variance, total, used, model);
  }

  /** Adds points [from, to) of a band to its sums, by the angles they have. */
  private addUp(band: number, from: number, to: number): void {
    const { w, wy, c, s } = this.bands[band]!;
    const { sums, stride, terms } = this.fit;
    const at = band * stride;
    for (let i = from; i < to; i++) {
      const cos = c[i]!;
      const sin = s[i]!;
      let mc = 1;
      let ms = 0;
      for (let m = 1; m <= 2 * terms; m++) {
        const next = mc * cos - ms * sin;
        ms = ms * cos + mc * sin;
        mc = next;
        sums[at + 2 * m - 2]! += w[i]! * mc;
        sums[at + 2 * m - 1]! += w[i]! * ms;
        if (m > terms) continue;
        sums[at + 4 * terms + 2 * m - 2]! += wy[i]! * mc;
        sums[at + 4 * terms + 2 * m - 1]! += wy[i]! * ms;
      }
    }
  }

  /** A band's sums at a frequency; without one, by the angles it has, which are then turned on to the next of the grid. */
  private *sumSteps(band: number, frequency?: number): Generator<Progress, void> {
    const { t, c, s, turnC, turnS, points } = this.bands[band]!;
    const { sums, stride } = this.fit;
    sums.fill(0, band * stride, (band + 1) * stride);
    yield* inBlocks(
      points,
      (from, to) => {
        if (frequency !== undefined) LombScargle.angles(t, frequency, c, s, from, to);
        this.addUp(band, from, to);
        if (frequency !== undefined) return;
        for (let i = from; i < to; i++) {
          const cos = c[i]!;
          const sin = s[i]!;
          c[i] = cos * turnC[i]! - sin * turnS[i]!;
          s[i] = sin * turnC[i]! + cos * turnS[i]!;
        }
      },
      SLICE,
    );
  }

  private power(): number {
    return Math.min(1, this.fit.explained() / this.variance);
  }

  /** Power at one frequency, from the angles themselves. */
  *powerAtSteps(frequency: number): Generator<Progress, number> {
    const count = this.bands.length;
    for (let b = 0; b < count; b++) yield* part(this.sumSteps(b, frequency), b / count, (b + 1) / count);
    return this.power();
  }

  /** Power on a grid by exact sums, O(points · frequencies). */
  *powerSteps(grid: FrequencyGrid): Generator<Progress, Float64Array> {
    const out = new Float64Array(grid.count);
    let work = 0;
    for (let k = 0; k < grid.count; k++) {
      const fraction = k / grid.count;
      for (const [b, { t, c, s, turnC, turnS, points }] of this.bands.entries()) {
        if (k % RESYNC === 0)
          yield* part(
            inBlocks(points, (from, to) => {
              LombScargle.angles(t, grid.first + k * grid.step, c, s, from, to);
              if (k === 0) LombScargle.angles(t, grid.step, turnC, turnS, from, to);
            }),
            fraction,
            fraction,
          );
        const adding = this.sumSteps(b);
        while (!adding.next().done) yield { fraction };
        work += 3 * points * this.fit.terms + 200;
        if (work > WORK) {
          work = 0;
          yield { fraction };
        }
      }
      out[k] = this.power();
    }
    return out;
  }

  /** About how many seconds the grid takes by either method. */
  seconds(count: number): { readonly fast: number; readonly exact: number } {
    const { terms } = this.fit;
    const wanted = { harmonics: 2 * terms, valued: terms };
    const fitting = count * this.bands.length * 250 * Math.max(1, this.model.termsBase, this.model.termsBand) ** 2;
    const fast = this.bands.reduce((sum, b) => sum + (b.points < FEW ? 40 * b.points * count : divide(b.points, count, wanted, 20).cost), 0);
    return { fast: (fast + fitting) / 1e9, exact: (this.points * count * (4 + 6 * terms) + fitting) / 1e9 };
  }

  /** Power on a grid by fast Fourier sums band by band, equal to {@link powerSteps} to 1e-8. */
  *fastPowerSteps(grid: FrequencyGrid): Generator<Progress, Float64Array> {
    const { fit, bands } = this;
    const wanted = { harmonics: 2 * fit.terms, valued: fit.terms };
    const division = divide(Math.max(1, Math.round(this.points / bands.length)), grid.count, wanted, 300 * bands.length);
    const sums: (FastSums | undefined)[] = [];
    for (const b of bands) sums.push(b.points < FEW ? undefined : yield* FastSums.prepareSteps(b, grid, division, wanted));
    const out = new Float64Array(grid.count);
    const middle = division.modes >> 1;
    const ill: number[] = [];
    for (let block = 0; block < division.blocks; block++) {
      const from = block / division.blocks;
      for (const [b, fast] of sums.entries()) {
        if (!fast) continue;
        yield* part(
          fast.blockSteps(block),
          from + (0.5 * b) / bands.length / division.blocks,
          from + (0.5 * (b + 1)) / bands.length / division.blocks,
        );
      }
      const plan = sums.find((s) => s)?.plan;
      const places = plan?.places.length ?? division.modes;
      for (let i = 0; i < places; i++) {
        const mode = plan ? plan.modes[i]! + middle : i;
        const k = mode * division.blocks + block;
        if (mode < 0 || mode >= division.modes || k >= grid.count) continue;
        out[k] = this.powerOf(sums, i, grid.first + k * grid.step);
        if (this.fit.pivot < ILL) ill.push(k);
        if (i % 2048 === 2047) yield { fraction: from + (0.5 + (0.5 * i) / places) / division.blocks };
      }
      yield { fraction: (block + 1) / division.blocks };
    }
    if (ill.length > 64 + MOST_ILL * grid.count) return yield* part(this.powerSteps(grid), 1, 1);
    for (const k of ill) {
      out[k] = yield* part(this.powerAtSteps(grid.first + k * grid.step), 1, 1);
      yield { fraction: 1 };
    }
    return out;
  }

  /** Power from the transforms' place `i`, bands of few points by their exact sums. */
  private powerOf(sums: readonly (FastSums | undefined)[], i: number, frequency: number): number {
    const { fit } = this;
    for (let b = 0; b < sums.length; b++) {
      const fast = sums[b];
      const at = b * fit.stride;
      if (!fast) {
        const { t, c, s, points } = this.bands[b]!;
        fit.sums.fill(0, at, at + fit.stride);
        LombScargle.angles(t, frequency, c, s, 0, points);
        this.addUp(b, 0, points);
        continue;
      }
      const { places, scales } = fast.plan;
      const p = 2 * places[i]!;
      const scale = scales[i]!;
      // The transforms have exp(-iθ): sines change their sign.
      const { grids } = fast;
      for (let m = 0; m < grids.length; m++) {
        const data = grids[m]!;
        fit.sums[at + 2 * m] = data[p]! * scale;
        fit.sums[at + 2 * m + 1] = -data[p + 1]! * scale;
      }
    }
    return this.power();
  }
}
