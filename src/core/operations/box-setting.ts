import { dayIn } from '../numerics/aliases';
import { AppError } from '../protocol/outcome';

/** lightkurve's durations, in days. */
const DAYS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.33];

export interface BoxRange {
  readonly durations?: readonly number[] | undefined;
  readonly minimumPeriod?: number | undefined;
  readonly maximumPeriod?: number | undefined;
  readonly minimumTransits: number;
}

/** What a box search tries; `reason` instead when the light curve is too short for it. */
export type BoxSetting =
  { readonly durations: readonly number[]; readonly minimumPeriod: number; readonly maximumPeriod: number } | { readonly reason: string };

/**
 * Durations and the range of periods for a light curve `baseline` long, in its unit of time. Without `durations`: those of lightkurve that are at most a
 * third of the longest period and shorter than the shortest one; a unit that is not known is taken for days. Throws AppError when given ones contradict each other.
 */
export function boxSetting(range: BoxRange, baseline: number, unit: string | undefined): BoxSetting {
  const { minimumPeriod: minimum, maximumPeriod: maximum } = range;
  if (minimum !== undefined && maximum !== undefined && maximum <= minimum)
    throw new AppError({ code: 'invalid-argument', message: `invalid maximumPeriod: ${maximum} (must be above the minimum, ${minimum})` });
  const longest = maximum ?? baseline / (range.minimumTransits - 1);
  const usual = DAYS.map((d) => d * (dayIn(unit) ?? 1)).filter((d) => d <= longest / 3 && d < (minimum ?? Infinity));
  const durations = range.durations ?? usual;
  if (durations.length === 0) return { reason: `a longest period of ${longest.toPrecision(3)} is too short for the usual durations: no period` };
  const most = Math.max(...durations);
  const minimumPeriod = minimum ?? 2 * most;
  if (most >= minimumPeriod)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid durations: ${most} (must be shorter than the minimum period, ${minimumPeriod})`,
      hint: 'leave out the longest durations, or raise the minimum period',
    });
  if (longest < minimumPeriod)
    return {
      reason: `${range.minimumTransits} transits with periods of at least ${minimumPeriod.toPrecision(3)} do not fit into ${baseline.toPrecision(3)}: no period`,
    };
  return { durations, minimumPeriod, maximumPeriod: longest };
}
