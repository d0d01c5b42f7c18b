const LOOKED_AT = 200;
const NEAR = 1e-9;

const isFinite = (x: number): boolean => x - x === 0;

/** Indices of up to LOOKED_AT rows that have all the numbers, spread over the whole. */
function samples(of: readonly Float64Array[]): number[] {
  const n = of[0]!.length;
  const out: number[] = [];
  const stride = Math.max(1, Math.floor(n / (4 * LOOKED_AT)));
  for (let i = 0; i < n && out.length < LOOKED_AT; i += stride) if (of.every((a) => isFinite(a[i]!))) out.push(i);
  return out;
}

/** Holds for all the samples, and for one at least. */
const always = (at: readonly number[], test: (i: number) => boolean): boolean => at.length > 0 && at.every(test);

/** c where after = c · values / trend on all rows; undefined when they do not hang together so. */
function divisor(values: Float64Array, after: Float64Array, trend: Float64Array, at: readonly number[]): number | undefined {
  const usable = at.filter((i) => Math.abs(values[i]!) > 1e-6 * Math.abs(trend[i]!));
  const ratio = (i: number): number => (after[i]! * trend[i]!) / values[i]!;
  const c = usable.length > 0 ? ratio(usable[0]!) : NaN;
  return always(usable, (i) => Math.abs(ratio(i) - c) <= 1e-7 * Math.abs(c)) ? c : undefined;
}

/** a where after = a · values + b on all rows; undefined when they do not. */
function slope(values: Float64Array, after: Float64Array, at: readonly number[]): number | undefined {
  if (at.length < 3) return undefined;
  const by = [...at].sort((i, j) => values[i]! - values[j]!);
  const [low, high] = [by[0]!, by.at(-1)!];
  const a = (after[high]! - after[low]!) / (values[high]! - values[low]!);
  const size = Math.max(Math.abs(after[high]!), Math.abs(after[low]!));
  const isLine = always(at, (i) => Math.abs(after[low]! + a * (values[i]! - values[low]!) - after[i]!) <= 1e-7 * size);
  return isLine && a !== 0 ? a : undefined;
}

/**
 * By how much `after` would move with each of `values` if what a step has fitted stayed as it is: 1 where a trend is subtracted, c / trend where it
 * is divided by (c: the level that is kept), the slope where values were scaled, and 1 for everything else (smoothed, binned, filled values are in
 * the unit of the values). Found from the numbers themselves, not from the step's name. O(n).
 */
export function responseGain(values: Float64Array, after: Float64Array, trend: Float64Array | undefined): Float64Array {
  const out = new Float64Array(values.length).fill(1);
  if (!trend) return out.fill(slope(values, after, samples([values, after])) ?? 1);
  const at = samples([values, after, trend]);
  const isDifference = always(at, (i) => Math.abs(values[i]! - trend[i]! - after[i]!) <= NEAR * (Math.abs(values[i]!) + Math.abs(trend[i]!)));
  if (isDifference) return out;
  const c = divisor(values, after, trend, at);
  if (c !== undefined) for (let i = 0; i < out.length; i++) out[i] = c / trend[i]!;
  return out;
}
