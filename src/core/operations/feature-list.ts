import type { FeatureValues } from '../numerics/features/curve-points';
import type { ResultValue } from './definition';

export type FeatureGroup = 'basic' | 'percentiles' | 'shape' | 'errors' | 'sequence';

/** What a feature cannot do without, besides a number of points. */
type Need = 'errors' | 'spread' | 'time';

/** What is known of a light curve before its features are computed. */
export interface CurveFacts {
  readonly points: number;
  readonly hasErrors: boolean;
  /** Any two values differ. */
  readonly hasSpread: boolean;
  /** Last time minus first. */
  readonly baseline: number;
}

type Line = readonly [name: string, least: number, ...needs: Need[]];

/** The features of each group, in the order of their columns: the fewest points it takes, and what else. */
const FEATURES: Readonly<Record<FeatureGroup, readonly Line[]>> = {
  basic: [
    ['n', 0],
    ['baseline', 1],
    ['mean', 1],
    ['mean_error', 2],
    ['median', 1],
    ['std', 2],
    ['mad', 1],
    ['min', 1],
    ['max', 1],
    ['amplitude', 1],
    ['amplitude_5_95', 1],
    ['amplitude_feets', 1],
    ['mean_variance', 2],
  ],
  percentiles: [
    ['q31', 1],
    ['flux_percentile_ratio_mid20', 2, 'spread'],
    ['flux_percentile_ratio_mid35', 2, 'spread'],
    ['flux_percentile_ratio_mid50', 2, 'spread'],
    ['flux_percentile_ratio_mid65', 2, 'spread'],
    ['flux_percentile_ratio_mid80', 2, 'spread'],
    ['percent_amplitude', 1],
    ['percent_difference_flux_percentile', 1],
    ['median_buffer_range_percentage', 2, 'spread'],
  ],
  shape: [
    ['skew', 3, 'spread'],
    ['kurtosis', 3, 'spread'],
    ['small_kurtosis', 4, 'spread'],
    ['gskew', 1],
    ['beyond_1_std', 2],
    ['beyond_2_std', 2],
    ['anderson_darling', 3, 'spread'],
  ],
  errors: [
    ['weighted_mean', 1, 'errors'],
    ['weighted_mean_error', 1, 'errors'],
    ['reduced_chi2', 2, 'errors'],
    ['excess_variance', 2, 'errors'],
    ['excess_variance_error', 2, 'errors'],
    ['stetson_j', 2, 'errors'],
    ['stetson_k', 2, 'errors', 'spread'],
    ['stetson_l', 2, 'errors', 'spread'],
    ['roms', 2, 'errors'],
  ],
  sequence: [
    ['eta', 2, 'spread'],
    ['eta_e', 2, 'time', 'spread'],
    ['con', 3],
    ['rcs', 2, 'spread'],
    ['autocorrelation_lag_1', 2, 'spread'],
    ['autocorrelation_length', 3, 'spread'],
    ['linear_trend', 2, 'time'],
    ['linear_trend_error', 3, 'time'],
    ['max_slope', 2, 'time'],
    ['pair_slope_trend', 2],
  ],
};

const WHY: Readonly<Record<Need, string>> = { errors: 'no errors', spread: 'all values are equal', time: 'all times are equal' };

function whyNot([, least, ...needs]: Line, facts: CurveFacts): string | undefined {
  if (facts.points < least) return least === 1 ? 'no points' : `fewer than ${least} points`;
  const has: Readonly<Record<Need, boolean>> = { errors: facts.hasErrors, spread: facts.hasSpread, time: facts.baseline > 0 };
  const missing = needs.find((need) => !has[need]);
  return missing && WHY[missing];
}

/** The names of the features of some groups, in the order of their columns. */
export function featureNames(groups: readonly FeatureGroup[]): readonly string[] {
  return GROUPS.filter((g) => groups.includes(g)).flatMap((g) => FEATURES[g].map(([name]) => name));
}

export const GROUPS = Object.keys(FEATURES) as readonly FeatureGroup[];

/** Reasons why features are missing, each with the features it holds for. */
export class Reasons {
  private readonly named = new Map<string, string[]>();

  add(reason: string, name: string): void {
    const names = this.named.get(reason);
    if (names) names.push(name);
    else this.named.set(reason, [name]);
  }

  /** `no errors: weighted_mean, stetson_j; …`, undefined when nothing is missing. */
  text(): string | undefined {
    return this.named.size === 0 ? undefined : [...this.named].map(([reason, names]) => `${reason}: ${names.join(', ')}`).join('; ');
  }
}

/** One key a feature of the groups, undefined with a reason where it has no finite value. */
export function featureRow(groups: readonly FeatureGroup[], values: FeatureValues, facts: CurveFacts, reasons: Reasons): Record<string, ResultValue> {
  const row: Record<string, ResultValue> = {};
  for (const group of GROUPS) {
    if (!groups.includes(group)) continue;
    for (const line of FEATURES[group]) {
      const name = line[0];
      const value = values[name]!;
      const why = whyNot(line, facts) ?? (Number.isFinite(value) ? undefined : 'divided by 0, or too large a number');
      if (why === undefined) row[name] = value;
      else {
        row[name] = undefined;
        reasons.add(why, name);
      }
    }
  }
  return row;
}
