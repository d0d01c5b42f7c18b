import type { Progress } from '../protocol/outcome';
import { BLOCK } from './steps';

/** Elements one partition slice may touch between two yields. */
const SLICE = 2 ** 19;

/**
 * Partition of a[lo..hi] about the value `x`, as far as `budget` swaps go. `state` holds the two scanning positions, so that a long
 * partition can pause. True when done: then a[lo..j] <= x <= a[i..hi].
 */
function partition(a: Float64Array, x: number, state: Int32Array, budget: number): boolean {
  let i = state[0]!;
  let j = state[1]!;
  let left = budget;
  while (i <= j) {
    if (left-- <= 0) {
      state[0] = i;
      state[1] = j;
      return false;
    }
    while (a[i]! < x) i++;
    while (x < a[j]!) j--;
    if (i <= j) {
      const swap = a[i]!;
      a[i++] = a[j]!;
      a[j--] = swap;
    }
  }
  state[0] = i;
  state[1] = j;
  return true;
}

/** Bounds of the sample in which Floyd and Rivest (1975, CACM 18, 165) look for a pivot close to the k-th of a long range. */
function sampleBounds(lo: number, hi: number, k: number): readonly [number, number] {
  const n = hi - lo + 1;
  const i = k - lo + 1;
  const z = Math.log(n);
  const s = 0.5 * Math.exp((2 * z) / 3);
  const sd = 0.5 * Math.sqrt((z * s * (n - s)) / n) * (i < n / 2 ? -1 : 1);
  return [Math.max(lo, Math.floor(k - (i * s) / n + sd)), Math.min(hi, Math.floor(k + ((n - i) * s) / n + sd))];
}

const shared = new Int32Array(2);

/**
 * The k-th smallest (from 0) of a[lo..hi], all finite; reorders that range so that a[k] is in its sorted place, smaller ones before,
 * larger ones after. Expected O(n).
 */
export function selectKth(a: Float64Array, k: number, lo: number, hi: number): number {
  while (lo < hi) {
    if (hi - lo > 600) {
      const [from, to] = sampleBounds(lo, hi, k);
      selectKth(a, k, from, to);
    }
    shared[0] = lo;
    shared[1] = hi;
    partition(a, a[k]!, shared, Infinity);
    const i = shared[0]!;
    const j = shared[1]!;
    if (j < k) lo = i;
    if (k < i) hi = j;
  }
  return a[k]!;
}

/** {@link selectKth} in slices, for ranges too long for one. */
export function* selectKthSteps(a: Float64Array, k: number, lo: number, hi: number): Generator<Progress, number> {
  const n = hi - lo + 1;
  const state = new Int32Array(2);
  while (hi - lo > BLOCK) {
    const [from, to] = sampleBounds(lo, hi, k);
    selectKth(a, k, from, to);
    state[0] = lo;
    state[1] = hi;
    const x = a[k]!;
    while (!partition(a, x, state, SLICE)) yield { fraction: 1 - (hi - lo + 1) / n };
    const i = state[0]!;
    const j = state[1]!;
    if (j < k) lo = i;
    if (k < i) hi = j;
    yield { fraction: 1 - Math.max(0, hi - lo + 1) / n };
  }
  return selectKth(a, k, lo, hi);
}
