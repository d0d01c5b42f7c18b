import type { Progress } from '../../protocol/outcome';
import type { Taps } from './convolve-rows';
import type { PaddedTile } from './padded-tile';

/** Additions between two yields: some 5 ms. */
const SLICE = 2 ** 22;

/**
 * For each result of a tile the sum of the taps that fall on a value, spread from what is missing (the sum of all taps less those) or from what is there,
 * whichever is less. From what is there it is exact; else its error is some 1e-16 of the sum of the |taps|. O(the fewer · taps).
 */
export function* spreadWeightsSteps(tile: PaddedTile, taps: Taps, sum: number, weights: Float64Array): Generator<Progress, void> {
  const { stride, rows, missing, area } = tile;
  const isSparse = 2 * missing <= stride * rows;
  const signed = { ...taps, values: isSparse ? taps.values.map((v) => -v) : taps.values };
  weights.fill(isSparse ? sum : 0, 0, area.width * area.height);
  let since = 0;
  for (let row = 0; row < rows; row++) {
    since += spreadRow(tile, row, isSparse ? 1 : 0, signed, weights);
    if (since < SLICE) continue;
    since = 0;
    yield { fraction: row / rows };
  }
}

/** Spreads from the numbers of one row whose mask is `wanted`; returns how many additions that took. */
function spreadRow({ stride, mask, area }: PaddedTile, row: number, wanted: number, taps: Taps, weights: Float64Array): number {
  const { width, height } = area;
  const { width: kw, values: k } = taps;
  const firstTap = Math.max(0, row - height + 1);
  const lastTap = Math.min(taps.height - 1, row);
  const start = row * stride;
  let count = 0;
  for (let column = 0; column < stride; column++) {
    if (mask[start + column] !== wanted) continue;
    const from = Math.max(0, column - width + 1);
    const to = Math.min(kw - 1, column);
    for (let j = firstTap; j <= lastTap; j++) {
      const base = (row - j) * width + column;
      const t = j * kw;
      for (let i = from; i <= to; i++) weights[base - i] = weights[base - i]! + k[t + i]!;
    }
    count += (lastTap - firstTap + 1) * (to - from + 1);
  }
  return count;
}

/** How many numbers spreading takes from: the fewer of what is missing and what is there. */
export function spreadCount({ missing, stride, rows }: PaddedTile): number {
  return Math.min(missing, stride * rows - missing);
}
