import type { FrequencyGrid } from '../numerics/lomb-scargle';
import type { Series } from './definition';

/** A peak of a searched curve that is labelled with its period. */
export interface CurvePeak {
  readonly frequency: number;
  readonly height: number;
  /** Behind the period: `FAP 1e-5`. */
  readonly note?: string;
}

/** `period 0.5683 d`: how the mark of a peak begins. */
export function periodLabel(frequency: number, unit: string | undefined): string {
  return `period ${(1 / frequency).toPrecision(7)}${unit ? ` ${unit}` : ''}`;
}

function frequenciesOf(grid: FrequencyGrid): Float64Array {
  const frequencies = new Float64Array(grid.count);
  for (let k = 0; k < grid.count; k++) frequencies[k] = grid.first + k * grid.step;
  return frequencies;
}

/** The axis of trial frequencies: those of a grid are made when somebody draws the curve, not for each of ten thousand. `unit` is that of the period. */
export function frequencyAxis(frequencies: FrequencyGrid | Float64Array, unit: string | undefined): Series['x'] {
  let made = 'step' in frequencies ? undefined : frequencies;
  return {
    name: 'frequency',
    unit: unit === undefined ? undefined : `1/${unit}`,
    get values() {
      return (made ??= frequenciesOf(frequencies as FrequencyGrid));
    },
  };
}

/** The curve of a search for a period, over ascending frequency, as the periodogram view expects it. `unit` is that of the period. */
export function periodCurve(curve: {
  readonly frequencies: FrequencyGrid | Float64Array;
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
    x: frequencyAxis(curve.frequencies, unit),
    y: { name: curve.statistic, unit: curve.statisticUnit, values: curve.values },
    best: curve.best,
    marks: curve.peaks.map((p) => ({
      x: p.frequency,
      y: p.height,
      label: `${periodLabel(p.frequency, unit)}${p.note ? `, ${p.note}` : ''}`,
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
