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
  for (let i = from; i < to;) {
    const end = columnEnd(x, i, to, columnOf);
    let low = -1;
    let high = -1;
    let last = -1;
    let isBroken = false;
    for (let k = i; k < end; k++) {
      const v = y[k]!;
      if (v !== v) {
        isBroken = true;
        continue;
      }
      if (low < 0 || v < y[low]!) low = k;
      if (high < 0 || v > y[high]!) high = k;
      last = k;
    }
    if (low >= 0) {
      let before = -1;
      for (const k of [i, Math.min(low, high), Math.max(low, high), last]) {
        if (k === before || Number.isNaN(y[k]!)) continue;
        out.push(x[k]!, y[k]!);
        before = k;
      }
    }
    if (isBroken) out.push(NaN, NaN);
    i = end;
  }
  return Float64Array.from(out);
}

/** Where the pixel column of point `i` ends: by doubling steps, then halving, for x ascends and so does (or falls) the column. */
function columnEnd(x: Float64Array, i: number, to: number, columnOf: (x: number) => number): number {
  const column = Math.floor(columnOf(x[i]!));
  const isSame = (k: number): boolean => Math.floor(columnOf(x[k]!)) === column;
  let step = 1;
  let inside = i;
  while (inside + step < to && isSame(inside + step)) {
    inside += step;
    step *= 2;
  }
  let outside = Math.min(to, inside + step);
  while (outside - inside > 1) {
    const mid = (inside + outside) >> 1;
    if (isSame(mid)) inside = mid;
    else outside = mid;
  }
  return outside;
}
