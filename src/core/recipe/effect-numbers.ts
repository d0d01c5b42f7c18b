import { MAD_TO_SIGMA, collectSteps, median, medianDeviation, std } from '../numerics/robust';
import { drain } from '../numerics/steps';

/** `scatter (MAD) 0.287 → 0.284`. */
export interface EffectNumber {
  readonly name: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly unit?: string | undefined;
}

/** Half a kernel's preview: what the value column looked like and looks like now, over the rows that count. */
export interface Scatter {
  /** The median of the values. */
  readonly level: number;
  /** 1.4826 × the median absolute deviation. */
  readonly mad: number;
  /** Standard deviation, ddof 0. */
  readonly rms: number;
  /** Median absolute difference of neighbours in time, × 1.4826 / √2: for white noise the same as σ. */
  readonly pointToPoint: number;
}

/** Over finite `values` where `live` is 1, in the order given (time order for point to point). NaN when fewer than 2. */
export function scatterOf(values: Float64Array, live: Uint8Array): Scatter {
  const { values: used, n } = drain(collectSteps(values, live));
  if (n < 2) return { level: NaN, mad: NaN, rms: NaN, pointToPoint: NaN };
  const rms = std(used, n);
  const scratch = new Float64Array(n);
  for (let i = 1; i < n; i++) scratch[i - 1] = Math.abs(used[i]! - used[i - 1]!);
  const pointToPoint = (MAD_TO_SIGMA * median(scratch, n - 1)) / Math.SQRT2;
  const level = median(used, n);
  return { level, mad: MAD_TO_SIGMA * medianDeviation(used, n, level, scratch), rms, pointToPoint };
}

/** The scatter of values that are ratios to their level, in the unit that level has: what is left beside what there was. */
export function inUnitOf({ level }: Scatter, ratio: Scatter): Scatter {
  const one = Math.abs(level);
  return { level: one * ratio.level, mad: one * ratio.mad, rms: one * ratio.rms, pointToPoint: one * ratio.pointToPoint };
}

/** The numbers of the preview, before → after. `cdpp`, of Kepler and TESS light curves, in ppm; NaN where it cannot be said. */
export function effectNumbers(
  flagged: readonly [number, number],
  before: Scatter | undefined,
  after: Scatter | undefined,
  unit?: string,
  cdpp?: readonly [number, number],
): readonly EffectNumber[] {
  const numbers: EffectNumber[] = [{ name: 'rows flagged', before: flagged[0], after: flagged[1] }];
  if (!before || !after) return numbers;
  return [
    ...numbers,
    { name: 'scatter (MAD)', before: before.mad, after: after.mad, unit },
    { name: 'scatter (RMS)', before: before.rms, after: after.rms, unit },
    { name: 'point to point', before: before.pointToPoint, after: after.pointToPoint, unit },
    ...(cdpp ? [{ name: 'CDPP, 13 cadences', before: known(cdpp[0]), after: known(cdpp[1]), unit: 'ppm' }] : []),
  ];
}

function known(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
