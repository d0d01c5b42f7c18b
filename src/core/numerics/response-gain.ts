import { always, linearScale, samples } from './linear-scale';

const NEAR = 1e-9;

/** c where after = c · values / trend on all rows; undefined when they do not hang together so. */
function divisor(values: Float64Array, after: Float64Array, trend: Float64Array, at: readonly number[]): number | undefined {
  const usable = at.filter((i) => Math.abs(values[i]!) > 1e-6 * Math.abs(trend[i]!));
  const ratio = (i: number): number => (after[i]! * trend[i]!) / values[i]!;
  const c = usable.length > 0 ? ratio(usable[0]!) : NaN;
  return always(usable, (i) => Math.abs(ratio(i) - c) <= 1e-7 * Math.abs(c)) ? c : undefined;
}

/**
 * By how much `after` would move with each of `values` if what a step has fitted stayed as it is: 1 where a trend is subtracted, c / trend where it
 * is divided by (c: the level that is kept), the slope where values were scaled, and 1 for everything else (smoothed, binned, filled values are in
 * the unit of the values). Found from the numbers themselves, not from the step's name. O(n).
 */
export function responseGain(values: Float64Array, after: Float64Array, trend: Float64Array | undefined): Float64Array {
  const out = new Float64Array(values.length).fill(1);
  if (!trend) return out.fill(linearScale(values, after) ?? 1);
  const at = samples([values, after, trend]);
  const isDifference = always(at, (i) => Math.abs(values[i]! - trend[i]! - after[i]!) <= NEAR * (Math.abs(values[i]!) + Math.abs(trend[i]!)));
  if (isDifference) return out;
  const c = divisor(values, after, trend, at);
  if (c !== undefined) for (let i = 0; i < out.length; i++) out[i] = c / trend[i]!;
  return out;
}
