import type { Progress } from '../protocol/outcome';

/** Numbers whose sum is made by one loop. Parts of an array that begin at multiples of it can be summed by different threads. */
export const SUM_BLOCK = 4096;

/** Sum of [from, to) in float64: by halves down to runs of 8, whose error grows with log n, not n (Higham 1993, doi:10.1137/0914050). NaN if one is. */
export function pairwiseSum(values: ArrayLike<number>, from = 0, to = values.length): number {
  if (to - from <= 8) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i]!;
    return sum;
  }
  const middle = (from + to) >>> 1;
  return pairwiseSum(values, from, middle) + pairwiseSum(values, middle, to);
}

/** The sums of the blocks of `SUM_BLOCK` numbers, each made of four interleaved sums; `out` has one place a block. */
export function* blockSumsSteps(values: Float32Array | Float64Array, out: Float64Array): Generator<Progress, void> {
  for (let block = 0; block < out.length; block++) {
    const end = Math.min(values.length, (block + 1) * SUM_BLOCK);
    out[block] = sumOf(values, block * SUM_BLOCK, end);
    if (block % 1024 === 1023) yield { fraction: block / out.length };
  }
}

function sumOf(values: Float32Array | Float64Array, from: number, to: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = from;
  for (; i + 4 <= to; i += 4) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
  }
  for (; i < to; i++) a += values[i]!;
  return a + b + (c + d);
}
