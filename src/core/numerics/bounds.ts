/** First index of sorted[0..n) with a value not below v: how many are below it. O(log n). */
export function lowerBound(sorted: Float64Array, v: number, n = sorted.length): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First index of sorted with a value above v: how many are at most v. O(log n). */
export function upperBound(sorted: Float64Array, v: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= v) low = middle + 1;
    else high = middle;
  }
  return low;
}
