import type { ResultValue, Series } from '../../../core/operations/definition';
import type { Peak } from './peaks';

/** A line of the table of peaks. */
export interface PeakRow extends Peak {
  readonly rank: number;
  readonly period: number;
  /** Undefined when the method gives none. */
  readonly falseAlarm: number | undefined;
  /** What it has to do with the best one: `½ P`, `daily alias`; empty when nothing. */
  readonly relation: string;
}

/** The false-alarm probability of the peak at a period, out of the result's row (`period_2` has `fap_2`). */
function falseAlarmOf(period: number, result: Readonly<Record<string, ResultValue>> | undefined): number | undefined {
  for (const [name, value] of Object.entries(result ?? {})) {
    const suffix = /^period(_\d+)?$/.exec(name);
    if (!suffix || typeof value !== 'number' || Math.abs(value / period - 1) > 1e-9) continue;
    const fap = result?.[`fap${suffix[1] ?? ''}`] ?? result?.[`false_alarm${suffix[1] ?? ''}`];
    return typeof fap === 'number' ? fap : undefined;
  }
  return undefined;
}

/**
 * The peaks of a search, best first: those it marked itself, or `found` in its curve when it marked none.
 *
 * @param relationOf what a frequency has to do with the best one
 */
export function peakRows(
  series: Series,
  result: Readonly<Record<string, ResultValue>> | undefined,
  found: () => readonly Peak[],
  relationOf: (frequency: number, best: number) => string | undefined,
): readonly PeakRow[] {
  const peaks = series.marks?.length ? series.marks.map((m) => ({ frequency: m.x, power: m.y })) : found();
  return peaks
    .filter((p) => p.frequency > 0)
    .map((p, i, all) => ({
      ...p,
      rank: i + 1,
      period: 1 / p.frequency,
      falseAlarm: falseAlarmOf(1 / p.frequency, result),
      relation: i === 0 ? '' : (relationOf(p.frequency, all[0]!.frequency) ?? ''),
    }));
}
