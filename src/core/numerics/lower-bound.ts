/** First index of sorted[0..n) with a value not below v. */
export function lowerBound(sorted: Float64Array, n: number, v: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < v) low = middle + 1;
    else high = middle;
  }
  return low;
}
