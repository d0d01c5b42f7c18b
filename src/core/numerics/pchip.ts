import type { Progress } from '../protocol/outcome';
import { BLOCK, inBlocks, part } from './steps';

/** Slope at an end of the curve: three points, kept monotonic (Moler 2004, section 3.6). */
function endSlope(h0: number, h1: number, m0: number, m1: number): number {
  const d = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1);
  if (Math.sign(d) !== Math.sign(m0)) return 0;
  return Math.sign(m0) !== Math.sign(m1) && Math.abs(d) > 3 * Math.abs(m0) ? 3 * m0 : d;
}

/** Slopes of the monotonic cubic through x[0..n), y[0..n): weighted harmonic means of the neighbouring secants, 0 at extremes. */
function* slopesSteps(x: Float64Array, y: Float64Array, n: number): Generator<Progress, Float64Array> {
  const slopes = new Float64Array(n);
  const h = (k: number): number => x[k + 1]! - x[k]!;
  const m = (k: number): number => (y[k + 1]! - y[k]!) / h(k);
  if (n === 2) return slopes.fill(m(0));
  yield* inBlocks(n, (from, to) => {
    for (let k = Math.max(1, from); k < Math.min(n - 1, to); k++) {
      const [before, after] = [m(k - 1), m(k)];
      if (!(before * after > 0)) continue;
      const w1 = 2 * h(k) + h(k - 1);
      const w2 = h(k) + 2 * h(k - 1);
      slopes[k] = (w1 + w2) / (w1 / before + w2 / after);
    }
  });
  slopes[0] = endSlope(h(0), h(1), m(0), m(1));
  slopes[n - 1] = endSlope(h(n - 2), h(n - 3), m(n - 2), m(n - 3));
  return slopes;
}

/**
 * Piecewise cubic Hermite interpolation that keeps monotonic stretches monotonic (Fritsch & Butland 1984, SIAM J. Sci. Stat. Comput. 5, 300,
 * doi:10.1137/0905021; scipy's PchipInterpolator without extrapolation): the curve through x[0..n) (strictly ascending), y[0..n) at `times` (ascending,
 * missing ones last). NaN outside [x[0], x[n - 1]], at missing times, and everywhere when n < 2. O(n + times).
 */
export function* pchipSteps(x: Float64Array, y: Float64Array, n: number, times: Float64Array): Generator<Progress, Float64Array> {
  const out = new Float64Array(times.length);
  if (n < 2) return out.fill(NaN);
  yield { fraction: 0 };
  const slopes = yield* part(slopesSteps(x, y, n), 0, 0.3);
  let k = 0;
  const evaluating = inBlocks(
    times.length,
    (from, to) => {
      for (let i = from; i < to; i++) {
        const t = times[i]!;
        if (!(t >= x[0]! && t <= x[n - 1]!)) {
          out[i] = NaN;
          continue;
        }
        while (k < n - 2 && x[k + 1]! <= t) k++;
        const h = x[k + 1]! - x[k]!;
        const s = (t - x[k]!) / h;
        const r = 1 - s;
        const value = y[k]! * (1 + 2 * s) * r * r + y[k + 1]! * s * s * (3 - 2 * s);
        out[i] = value + h * s * r * (slopes[k]! * r - slopes[k + 1]! * s);
      }
    },
    BLOCK / 4,
  );
  yield* part(evaluating, 0.3, 1);
  return out;
}
