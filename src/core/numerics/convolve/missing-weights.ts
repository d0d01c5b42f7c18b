import type { Progress } from '../../protocol/outcome';
import type { Taps } from './convolve-rows';
import type { PaddedTile } from './padded-tile';
import type { TapSums } from './tap-sums';

/** Additions between two yields: some 5 ms. */
const SLICE = 2 ** 22;

/**
 * For each result of a tile the sum of the taps that fall on a value, spread from what is missing (the sum of all taps less those) or from what is there,
 * whichever is less; `mirrored` and `weights` are arrays of `sums`. From what is there it is exact; else its error is some 1e-16 of the sum of the |taps|. O(the fewer · taps).
 */
export function* spreadWeightsSteps(tile: PaddedTile, mirrored: Taps, sum: number, weights: Float64Array, sums: TapSums): Generator<Progress, void> {
  const { stride, rows, missing, area } = tile;
  const isSparse = 2 * missing <= stride * rows;
  weights.fill(isSparse ? sum : 0, 0, area.width * area.height);
  let since = 0;
  for (let row = 0; row < rows; row++) {
    since += spreadRow(tile, row, isSparse ? 1 : 0, mirrored, weights, sums);
    if (since < SLICE) continue;
    since = 0;
    yield { fraction: row / rows };
  }
}

/** Taps with each row turned round, as spreading takes them. */
export function mirroredTaps({ width, height, values }: Taps): Taps {
  const turned = new Float64Array(values.length);
  for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) turned[j * width + i] = values[(j + 1) * width - 1 - i]!;
  return { width, height, values: turned };
}

/** Spreads from the numbers of one row whose mask is `wanted`; returns how many additions that took. */
function spreadRow({ stride, mask, area }: PaddedTile, row: number, wanted: number, mirrored: Taps, weights: Float64Array, sums: TapSums): number {
  const { width, height } = area;
  const { width: kw } = mirrored;
  const firstTap = Math.max(0, row - height + 1);
  const taps = Math.min(mirrored.height - 1, row) - firstTap + 1;
  const start = row * stride;
  const sign = wanted === 1 ? -1 : 1;
  let count = 0;
  for (let column = 0; column < stride; column++) {
    if (mask[start + column] !== wanted) continue;
    const from = Math.max(0, column - width + 1);
    const to = Math.min(kw - 1, column);
    sums.spread(weights, (row - firstTap) * width + column - to, width, mirrored, firstTap * kw + kw - 1 - to, taps, to - from + 1, sign);
    count += taps * (to - from + 1);
  }
  return count;
}

/** How many numbers spreading takes from: the fewer of what is missing and what is there. */
export function spreadCount({ missing, stride, rows }: PaddedTile): number {
  return Math.min(missing, stride * rows - missing);
}
