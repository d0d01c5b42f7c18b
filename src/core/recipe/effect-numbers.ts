import { MAD_TO_SIGMA, median } from '../numerics/robust';

/** `scatter (MAD) 0.287 → 0.284`. */
export interface EffectNumber {
  readonly name: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly unit?: string | undefined;
}

/** Half a kernel's preview: what the value column looked like and looks like now, over the rows that count. */
export interface Scatter {
  /** 1.4826 × the median absolute deviation. */
  readonly mad: number;
  /** Standard deviation, ddof 0. */
  readonly rms: number;
  /** Median absolute difference of neighbours in time, × 1.4826 / √2: for white noise the same as σ. */
  readonly pointToPoint: number;
}

/** Over finite `values` where `live` is 1, in the order given (time order for point to point). NaN when fewer than 2. */
export function scatterOf(values: Float64Array, live: Uint8Array): Scatter {
  const used = values.filter((v, i) => live[i] === 1 && Number.isFinite(v));
  if (used.length < 2) return { mad: NaN, rms: NaN, pointToPoint: NaN };
  const centre = median(used.slice());
  const mad = MAD_TO_SIGMA * median(used.map((v) => Math.abs(v - centre)));
  const mean = used.reduce((s, v) => s + v, 0) / used.length;
  const rms = Math.sqrt(used.reduce((s, v) => s + (v - mean) ** 2, 0) / used.length);
  const steps = new Float64Array(used.length - 1);
  for (let i = 1; i < used.length; i++) steps[i - 1] = Math.abs(used[i]! - used[i - 1]!);
  return { mad, rms, pointToPoint: (MAD_TO_SIGMA * median(steps)) / Math.SQRT2 };
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
