/** Counts of all numbers and of those that are chosen, over the same bins. */
export interface EffectHistogram {
  readonly edges: Float64Array;
  readonly counts: Uint32Array;
  readonly chosen: Uint32Array;
  /** Numbers that could not be told (NaN, infinite). */
  readonly missing: number;
  /** Of the numbers that are there. */
  readonly median: number;
}

const BINS = 40;

/**
 * 40 equal bins over all finite numbers; `atLeast` is a range that is always in sight (a ratio's 1, a share's 0). Equal numbers get a bin of their own
 * in the middle. O(n log n).
 */
export function effectHistogram(values: Float64Array, chosen: ReadonlySet<number> | undefined, atLeast: readonly [number, number]): EffectHistogram {
  const finite = values.filter((v) => Number.isFinite(v)).sort();
  const n = finite.length;
  let low = Math.min(atLeast[0], finite[0] ?? atLeast[0]);
  let high = Math.max(atLeast[1], finite[n - 1] ?? atLeast[1]);
  if (high === low) [low, high] = [low - 0.5, high + 0.5];
  const width = (high - low) / BINS;
  const edges = Float64Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? high : low + i * width));
  const counts = new Uint32Array(BINS);
  const hit = new Uint32Array(BINS);
  values.forEach((v, i) => {
    if (!Number.isFinite(v)) return;
    const bin = Math.min(BINS - 1, Math.floor((v - low) / width));
    counts[bin]!++;
    if (chosen?.has(i)) hit[bin]!++;
  });
  const median = n === 0 ? NaN : n % 2 ? finite[(n - 1) / 2]! : (finite[n / 2 - 1]! + finite[n / 2]!) / 2;
  return { edges, counts, chosen: hit, missing: values.length - n, median };
}
