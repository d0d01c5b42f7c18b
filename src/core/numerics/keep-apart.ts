/** The first `most` of `ordered` (best first) that are not within `separation` in frequency of one kept before. O(items · kept). */
export function keepApart<T extends { readonly frequency: number }>(ordered: readonly T[], separation: number, most = Infinity): T[] {
  const kept: T[] = [];
  for (const item of ordered) {
    if (kept.length === most) break;
    if (!kept.some((k) => Math.abs(k.frequency - item.frequency) < separation)) kept.push(item);
  }
  return kept;
}
