const LOOKED_AT = 200;

const isFinite = (x: number): boolean => x - x === 0;

/** Indices of up to LOOKED_AT rows that have all the numbers, spread over the whole. */
export function samples(of: readonly Float64Array[]): number[] {
  const n = of[0]!.length;
  const out: number[] = [];
  const stride = Math.max(1, Math.floor(n / (4 * LOOKED_AT)));
  for (let i = 0; i < n && out.length < LOOKED_AT; i += stride) if (of.every((a) => isFinite(a[i]!))) out.push(i);
  return out;
}

/** Holds for all the samples, and for one at least. */
export const always = (at: readonly number[], test: (i: number) => boolean): boolean => at.length > 0 && at.every(test);

/** a where after = a · values + b on all rows; undefined when they do not. */
export function linearScale(values: Float64Array, after: Float64Array): number | undefined {
  const at = samples([values, after]);
  if (at.length < 3) return undefined;
  const by = [...at].sort((i, j) => values[i]! - values[j]!);
  const [low, high] = [by[0]!, by.at(-1)!];
  const a = (after[high]! - after[low]!) / (values[high]! - values[low]!);
  const size = Math.max(Math.abs(after[high]!), Math.abs(after[low]!));
  const isLine = always(at, (i) => Math.abs(after[low]! + a * (values[i]! - values[low]!) - after[i]!) <= 1e-7 * size);
  return isLine && a !== 0 ? a : undefined;
}
