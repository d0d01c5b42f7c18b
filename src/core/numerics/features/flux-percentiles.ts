import { percentileOf } from './ranked';
import type { FeatureValues } from './curve-points';

/** Half the width of the middle ranges of percentiles whose ratios are taken, by their names. */
const RANGES = [20, 35, 50, 65, 80] as const;

/**
 * Percentiles of fluxes. Magnitudes are turned into fluxes about the one of the median magnitude, 10^(-0.4 (m - median)): ratios do not
 * depend on the zero point. Only the order statistics asked for are converted.
 */
class Fluxes {
  private readonly middle: number;

  constructor(
    private readonly sorted: Float64Array,
    private readonly isMagnitude: boolean,
  ) {
    this.middle = percentileOf(sorted, 50);
  }

  private flux(rank: number): number {
    const { sorted } = this;
    return this.isMagnitude ? 10 ** (-0.4 * (sorted[sorted.length - 1 - rank]! - this.middle)) : sorted[rank]!;
  }

  at(q: number): number {
    const n = this.sorted.length;
    if (n === 0) return NaN;
    const place = (q / 100) * (n - 1);
    const k = Math.floor(place);
    const low = this.flux(k);
    return k + 1 < n ? low + (place - k) * (this.flux(k + 1) - low) : low;
  }
}

/**
 * The percentile features of Richards et al. 2011 (ApJ 733, 10, doi:10.1088/0004-637X/733/1/10): the width of the middle 20 … 80 % of the fluxes
 * over that of the middle 90 %, the latter over the median flux, and the largest distance from the median flux over it. O(1).
 */
export function fluxPercentiles(sorted: Float64Array, isMagnitude: boolean): FeatureValues {
  const fluxes = new Fluxes(sorted, isMagnitude);
  const median = fluxes.at(50);
  const wide = fluxes.at(95) - fluxes.at(5);
  const out: FeatureValues = {};
  for (const r of RANGES) out[`flux_percentile_ratio_mid${r}`] = (fluxes.at(50 + r / 2) - fluxes.at(50 - r / 2)) / wide;
  out['percent_amplitude'] = Math.max(Math.abs(fluxes.at(100) - median), Math.abs(fluxes.at(0) - median)) / Math.abs(median);
  out['percent_difference_flux_percentile'] = wide / Math.abs(median);
  return out;
}
