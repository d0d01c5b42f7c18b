/**
 * Thins a curve with ascending x to at most four points a pixel column: the first, the lowest, the highest and the last of each, in their
 * order, so that every peak and dip of the full curve is still drawn. A NaN in y breaks the curve (a NaN pair in the result). O(n) in the
 * visible points; n points that already fit come through unchanged.
 *
 * @param x ascending, finite
 * @param from first index (inclusive), `to` last (exclusive)
 * @param columnOf the pixel column of an x value, monotonic
 * @returns pairs x, y in data units
 */
export function decimate(x: Float64Array, y: Float64Array, from: number, to: number, columnOf: (x: number) => number): Float64Array {
  const out: number[] = [];
  let i = from;
  while (i < to) {
    const column = Math.floor(columnOf(x[i]!));
    let low = -1;
    let high = -1;
    let last = i;
    const first = i;
    let broken = false;
    for (; i < to; i++) {
      if (Math.floor(columnOf(x[i]!)) !== column) break;
      const v = y[i]!;
      if (Number.isNaN(v)) {
        broken = true;
        continue;
      }
      if (low < 0 || v < y[low]!) low = i;
      if (high < 0 || v > y[high]!) high = i;
      last = i;
    }
    if (low >= 0) {
      const picks = [first, Math.min(low, high), Math.max(low, high), last];
      let before = -1;
      for (const k of picks) {
        if (k === before || Number.isNaN(y[k]!)) continue;
        out.push(x[k]!, y[k]!);
        before = k;
      }
    }
    if (broken) out.push(NaN, NaN);
  }
  return Float64Array.from(out);
}

/** First index whose x is not less than `value`; x ascending. */
export function lowerBound(x: Float64Array, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (x[mid]! < value) low = mid + 1;
    else high = mid;
  }
  return low;
}
