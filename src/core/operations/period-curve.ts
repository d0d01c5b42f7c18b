import type { Series } from './definition';

/** A peak of a searched curve that is labelled with its period. */
export interface CurvePeak {
  readonly frequency: number;
  readonly height: number;
  /** Behind the period: `FAP 1e-5`. */
  readonly note?: string;
}

/** The curve of a search for a period, over ascending frequency, as the periodogram view expects it. `unit` is that of the period. */
export function periodCurve(curve: {
  readonly frequencies: Float64Array;
  readonly values: Float64Array;
  readonly statistic: string;
  readonly statisticUnit?: string | undefined;
  readonly best: 'highest' | 'lowest';
  readonly unit: string | undefined;
  readonly peaks: readonly CurvePeak[];
}): Series {
  const { unit } = curve;
  return {
    name: 'periodogram',
    x: { name: 'frequency', unit: unit === undefined ? undefined : `1/${unit}`, values: curve.frequencies },
    y: { name: curve.statistic, unit: curve.statisticUnit, values: curve.values },
    best: curve.best,
    marks: curve.peaks.map((p) => ({
      x: p.frequency,
      y: p.height,
      label: `period ${(1 / p.frequency).toPrecision(7)}${unit ? ` ${unit}` : ''}${p.note ? `, ${p.note}` : ''}`,
    })),
  };
}

/** How far the best value of a searched curve stands out: |best - mean| / standard deviation of its finite values. NaN for a flat curve. O(n). */
export function standsOut(values: Float64Array, best: number): number {
  let [n, sum] = [0, 0];
  for (const v of values) {
    if (v - v !== 0) continue;
    n++;
    sum += v;
  }
  const mean = sum / n;
  let squares = 0;
  for (const v of values) if (v - v === 0) squares += (v - mean) ** 2;
  return Math.abs(best - mean) / Math.sqrt(squares / n);
}
