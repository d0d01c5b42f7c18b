import { type AliasOptions, aliasLabel } from '../numerics/aliases';
import type { FrequencyGrid } from '../numerics/lomb-scargle';
import type { FrequencyPeak } from '../numerics/lomb-scargle-peaks';
import type { Context, ResultValue, Series } from './definition';
import { frequencyAxis, periodLabel } from './period-curve';

/** A peak as it is reported. */
export interface ReportedPeak {
  readonly frequency: number;
  readonly power: number;
  /** undefined where the method has none. */
  readonly fap: number | undefined;
}

/** Keys of the result row, the same for every object: period, frequency, power, fap, then period_2, power_2, fap_2 …; fap for methods that have one. */
export function peakRow(peaks: readonly ReportedPeak[], most: number, { hasFap } = { hasFap: true }): Record<string, ResultValue> {
  const row: Record<string, ResultValue> = {};
  for (let k = 0; k < most; k++) {
    const suffix = k === 0 ? '' : `_${k + 1}`;
    const peak = peaks[k];
    row[`period${suffix}`] = peak && 1 / peak.frequency;
    if (k === 0) row['frequency'] = peak?.frequency;
    row[`power${suffix}`] = peak?.power;
    if (hasFap) row[`fap${suffix}`] = peak?.fap;
  }
  return row;
}

/** Says so when a peak lies at the end of the grid, where the power may go on rising. */
export function warnOfEdge(peaks: readonly FrequencyPeak[], context: Context): void {
  if (peaks.some((p) => p.isEnd))
    context.alert({ severity: 'warning', message: 'the strongest power is at the edge of the searched frequencies', hint: 'widen the search' });
}

/** What a peak is of the strongest, or of the next, for its label. */
function aliasOf(peaks: readonly ReportedPeak[], k: number, tolerance: number, options: AliasOptions): string | undefined {
  for (let of = 0; of < k; of++) {
    const label = aliasLabel(peaks[k]!.frequency, peaks[of]!.frequency, tolerance, options);
    if (label) return `${label} of #${of + 1}`;
  }
  return undefined;
}

/** Marks at the peaks: `period 0.5683 d, FAP 1e-12, daily alias of #1`. */
export function peakMarks(
  peaks: readonly ReportedPeak[],
  unit: string | undefined,
  tolerance: number,
  aliases: AliasOptions,
): NonNullable<Series['marks']> {
  return peaks.map((p, k) => {
    const alias = aliasOf(peaks, k, tolerance, aliases);
    const words = [periodLabel(p.frequency, unit), ...(p.fap === undefined ? [] : [`FAP ${p.fap.toPrecision(2)}`]), ...(alias ? [alias] : [])];
    return { x: p.frequency, y: p.power, label: words.join(', ') };
  });
}

/** The window's curve, its own peaks marked. */
export function windowSeries(grid: FrequencyGrid, window: Float64Array, repeats: readonly number[], unit: string | undefined): Series {
  return {
    name: 'window',
    x: frequencyAxis(grid, unit),
    y: { name: 'window power', values: window },
    marks: repeats.map((frequency) => ({
      x: frequency,
      y: window[Math.round((frequency - grid.first) / grid.step)]!,
      label: `repeats every ${(1 / frequency).toPrecision(5)}${unit ? ` ${unit}` : ''}`,
    })),
  };
}
