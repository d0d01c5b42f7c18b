/** The sorted epochs of objects: those of object o are `times[starts[o] … starts[o] + counts[o])`. */
export interface Epochs {
  readonly times: Float64Array;
  readonly starts: Uint32Array;
  readonly counts: Uint32Array;
}

export function epochsOf({ times, starts, counts }: Epochs, object: number): Float64Array {
  return times.subarray(starts[object]!, starts[object]! + counts[object]!);
}

/** Index of the first epoch that is not before `t`. */
export function firstFrom(epochs: Float64Array, t: number): number {
  let [low, high] = [0, epochs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (epochs[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of (at most `limit`, evenly chosen) epochs of `a` lie within `tolerance` of one of `b`, and how many were looked at. */
export function sharedEpochs(
  a: Float64Array,
  b: Float64Array,
  tolerance: number,
  limit = Infinity,
): { readonly shared: number; readonly looked: number } {
  const looked = Math.min(a.length, limit);
  let shared = 0;
  for (let k = 0; k < looked; k++) {
    const t = a[Math.floor((k * a.length) / looked)]!;
    const at = firstFrom(b, t - tolerance);
    if (at < b.length && b[at]! <= t + tolerance) shared++;
  }
  return { shared, looked };
}
