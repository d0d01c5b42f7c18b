import type { SearchSetting } from '../numerics/false-alarm';
import { type FrequencyGrid, type LombScargle, type Normalization, autoFrequency } from '../numerics/lomb-scargle';
import { AppError } from '../protocol/outcome';

/** Frequencies beyond which two arrays of them would take over 300 MB. */
export const MOST_FREQUENCIES = 2e7;

/** What the parameters of {@link frequencyParams} say. */
export interface GridParams {
  readonly minimumFrequency?: number | undefined;
  readonly maximumFrequency?: number | undefined;
  readonly frequencies?: number | undefined;
  readonly samplesPerPeak: number;
  readonly nyquistFactor: number;
}

/** The trial frequencies of a Lomb–Scargle periodogram. Throws AppError when the maximum is not above the minimum, or for more than `most`. */
export function searchGrid(baseline: number, points: number, params: GridParams, most: number): FrequencyGrid {
  const { minimumFrequency: minimum, maximumFrequency: maximum, frequencies: count } = params;
  if (maximum !== undefined && maximum <= (minimum ?? 0))
    throw new AppError({ code: 'invalid-argument', message: `invalid maximumFrequency: ${maximum} (must be above the minimum, ${minimum ?? 0})` });
  const grid = autoFrequency(baseline, points, { ...params, minimum, maximum, count });
  if (grid.count > most)
    throw new AppError({
      code: 'invalid-argument',
      message: `the grid has ${grid.count.toExponential(1)} frequencies (at most ${most.toExponential(0)})`,
      hint: 'lower the maximum frequency or the samples per peak',
    });
  return grid;
}

/** What the false-alarm probability of a peak depends on. */
export function falseAlarmSetting(search: LombScargle, grid: FrequencyGrid, normalization: Normalization): SearchSetting {
  const { points, baseline, timeVariance } = search;
  return { points, baseline, timeVariance, maximumFrequency: grid.first + (grid.count - 1) * grid.step, normalization };
}
