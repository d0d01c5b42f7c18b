import type { Progress } from '../protocol/outcome';

/** Numbers merged between two yields: some 5 ms. */
const SLICE = 2 ** 19;

/**
 * How many of the first `k` numbers of the merge of two ascending runs come from `a` (the others from `b`); of equal numbers those of `a` come first.
 * So a merge can be cut into pieces that know nothing of each other (Odeh et al. 2012, doi:10.1109/IPDPSW.2012.202). O(log k).
 */
export function coRank(k: number, a: ArrayLike<number>, b: ArrayLike<number>): number {
  let low = Math.max(0, k - b.length);
  let high = Math.min(k, a.length);
  while (low < high) {
    const i = (low + high) >>> 1;
    // a[i] belongs to the first k when it is not above the last of b that would else be there.
    if (a[i]! <= b[k - i - 1]!) low = i + 1;
    else high = i;
  }
  return low;
}

/** Merges two ascending runs without NaN into `out`, which is as long as both; −0 and 0 are equal. */
export function* mergeRunsSteps(a: Float32Array, b: Float32Array, out: Float32Array): Generator<Progress, void> {
  if (a.length === 0 || b.length === 0) return out.set(a.length === 0 ? b : a);
  let i = 0;
  let j = 0;
  let k = 0;
  while (i < a.length && j < b.length) {
    // As long as neither run can end, only the numbers are compared.
    const end = k + Math.min(SLICE, a.length - i, b.length - j);
    let x = a[i]!;
    let y = b[j]!;
    while (k < end) {
      if (x <= y) {
        out[k++] = x;
        x = a[++i]!;
      } else {
        out[k++] = y;
        y = b[++j]!;
      }
    }
    yield { fraction: k / out.length };
  }
  out.set(i < a.length ? a.subarray(i) : b.subarray(j), k);
}
