/** The middle of the finite values: float32 sums of what is left round less than sums of all. 0 when there are none. */
export function levelOf(values: Float64Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values)
    if (v - v === 0) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  return low <= high ? (low + high) / 2 : 0;
}
