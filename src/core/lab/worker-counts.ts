/** 1, 2, 3, 4, 6, 8, 12, 16 … up to `most`, which is always among them. */
export function workerCounts(most: number): readonly number[] {
  const counts = new Set([1, most]);
  for (let p = 2; p <= most; p *= 2) for (const n of [p, (3 * p) / 2]) if (n <= most) counts.add(n);
  return [...counts].sort((a, b) => a - b);
}
