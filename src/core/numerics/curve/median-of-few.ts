/** Up to so many values are put in order by insertion, which beats any selection. */
const FEW = 5;

function middleOf(p: number, q: number, r: number): number {
  return Math.max(Math.min(p, q), Math.min(Math.max(p, q), r));
}

/**
 * The k-th smallest of a[lo..hi], reordering them: selection (Hoare 1961, CACM 4, 321) with Lomuto's partition, whose loop has no branch for
 * the processor to guess wrong. NaN when one is met.
 */
function select(a: Float64Array, k: number, lo: number, hi: number): number {
  while (hi - lo >= FEW) {
    const pivot = middleOf(a[lo]!, a[(lo + hi) >> 1]!, a[hi]!);
    let m = lo;
    for (let i = lo; i <= hi; i++) {
      const v = a[i]!;
      a[i] = a[m]!;
      a[m] = v;
      m += +(v < pivot);
    }
    if (k < m) hi = m - 1;
    else if (m > lo) lo = m;
    else {
      // The pivot is the smallest: its equals come next, so that the range shrinks.
      for (let i = lo; i <= hi; i++) {
        const v = a[i]!;
        a[i] = a[m]!;
        a[m] = v;
        m += +(v === pivot);
      }
      if (k < m || m === lo) return pivot;
      lo = m;
    }
  }
  for (let i = lo + 1; i <= hi; i++) {
    const v = a[i]!;
    let j = i - 1;
    for (; j >= lo && a[j]! > v; j--) a[j + 1] = a[j]!;
    a[j + 1] = v;
  }
  return a[k]!;
}

/** Median of the first n of a, reordering them: the same as `median`, made for windows of tens of values. NaN when empty. O(n). */
export function medianOfFew(a: Float64Array, n: number): number {
  if (n === 0) return NaN;
  const k = n >> 1;
  const upper = select(a, k, 0, n - 1);
  if (n & 1) return upper;
  let lower = -Infinity;
  for (let i = 0; i < k; i++) if (a[i]! > lower) lower = a[i]!;
  return (lower + upper) / 2;
}
