import type { Progress } from '../protocol/outcome';
import { type SumMethod, gridPowerSteps, lombScargleSeconds } from './fast-lomb-scargle';
import type { FrequencyGrid, LombScargle } from './lomb-scargle';
import { part } from './steps';

/**
 * The simple multiband periodogram: the powers of each band's own fit, weighted by how far its values scatter, Σ χ²_0,b P_b / Σ χ²_0,b (VanderPlas &
 * Ivezić 2015, ApJ 812, 18, equation 15, doi:10.1088/0004-637X/812/1/18). Bands whose values are all equal count nothing.
 */
export class BandSum {
  readonly variance: number;
  readonly weightSum: number;

  constructor(
    private readonly bands: readonly LombScargle[],
    /** Of all bands together. */
    readonly baseline: number,
  ) {
    const chi2 = bands.reduce((sum, b) => sum + b.variance * b.weightSum, 0);
    this.weightSum = bands.reduce((sum, b) => sum + b.weightSum, 0);
    this.variance = chi2 / this.weightSum;
  }

  private share(band: LombScargle): number {
    return (band.variance * band.weightSum) / (this.variance * this.weightSum);
  }

  private *addSteps(count: number, powers: (band: LombScargle) => Generator<Progress, Float64Array>): Generator<Progress, Float64Array> {
    const out = new Float64Array(count);
    for (const [n, band] of this.bands.entries()) {
      if (!(band.variance > 0)) continue;
      const power = yield* part(powers(band), n / this.bands.length, (n + 1) / this.bands.length);
      const share = this.share(band);
      for (let k = 0; k < count; k++) out[k] = out[k]! + share * power[k]!;
    }
    return out;
  }

  *powerAtSteps(frequency: number): Generator<Progress, number> {
    const [power] = yield* this.addSteps(1, function* (band) {
      return Float64Array.of(yield* band.powerAtSteps(frequency));
    });
    return power!;
  }

  /** By exact sums. */
  powerSteps(grid: FrequencyGrid): Generator<Progress, Float64Array> {
    return this.gridPowerSteps(grid, 'exact');
  }

  gridPowerSteps(grid: FrequencyGrid, method: SumMethod): Generator<Progress, Float64Array> {
    return this.addSteps(grid.count, (band) => gridPowerSteps(band, grid, method));
  }

  /** About how many seconds a grid takes. */
  seconds(count: number, method: SumMethod): number {
    return this.bands.reduce((sum, { points, terms }) => {
      const { fast, exact } = lombScargleSeconds(points, count, terms);
      return sum + (method === 'auto' ? Math.min(fast, exact) : method === 'fast' ? fast : exact);
    }, 0);
  }
}
