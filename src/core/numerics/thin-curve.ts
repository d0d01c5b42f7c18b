import type { Progress } from '../protocol/outcome';
import { inBlocks } from './steps';

/**
 * Which points of a curve a plot needs: of each of `bins` equal bins of x, and of each of as many equal bins of log x where x > 0, the lowest and
 * the highest with both their neighbours (so that a parabola still finds the vertex of every peak), and the curve's ends. Drawn with at most `bins`
 * pixels the result looks like the whole curve on a linear, a logarithmic and a reciprocal (period) axis. One NaN of a bin is kept: it breaks the
 * line there. O(n), at most 14 points a bin, in practice about 6.
 *
 * @param x ascending, finite
 * @returns indices, ascending
 */
export function* thinCurveSteps(x: Float64Array, y: Float64Array, bins: number): Generator<Progress, Uint32Array> {
  const n = x.length;
  const kept = new Uint8Array(n);
  if (n > 0) kept[0] = kept[n - 1] = 1;
  const keepAround = (i: number): void => {
    if (i < 0) return;
    if (i > 0) kept[i - 1] = 1;
    kept[i] = 1;
    if (i < n - 1) kept[i + 1] = 1;
  };
  /** One pass over bins whose edges `edge` gives. */
  function* keepExtremes(edge: (bin: number) => number): Generator<Progress, void> {
    let bin = 0;
    let [low, high, broken] = [-1, -1, -1];
    yield* inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        if (bin < bins - 1 && x[i]! >= edge(bin + 1)) {
          keepAround(low);
          keepAround(high);
          if (broken >= 0) kept[broken] = 1;
          low = high = broken = -1;
          while (bin < bins - 1 && x[i]! >= edge(bin + 1)) bin++;
        }
        const v = y[i]!;
        if (v !== v) broken = i;
        else {
          if (low < 0 || v < y[low]!) low = i;
          if (high < 0 || v > y[high]!) high = i;
        }
      }
    });
    keepAround(low);
    keepAround(high);
    if (broken >= 0) kept[broken] = 1;
  }
  if (n > 0) {
    const [first, last] = [x[0]!, x[n - 1]!];
    yield* keepExtremes((bin) => first + ((last - first) * bin) / bins);
    const start = first > 0 ? first : (x.find((v) => v > 0) ?? 0);
    if (start > 0) yield* keepExtremes((bin) => start * (last / start) ** (bin / bins));
  }
  let count = 0;
  for (let i = 0; i < n; i++) count += kept[i]!;
  const out = new Uint32Array(count);
  for (let i = 0, k = 0; i < n; i++) if (kept[i] === 1) out[k++] = i;
  return out;
}
