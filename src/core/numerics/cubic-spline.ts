import type { Progress } from '../protocol/outcome';
import { BLOCK, part } from './steps';

/** Slopes at the knots of one stretch [from, to), written into `slopes`; `upper` is scratch. */
function* stretchSteps(
  x: Float64Array,
  y: Float64Array,
  slopes: Float64Array,
  upper: Float64Array,
  from: number,
  to: number,
): Generator<Progress, void> {
  const n = to - from;
  const dx = (i: number): number => x[i + 1]! - x[i]!;
  const secant = (i: number): number => (y[i + 1]! - y[i]!) / dx(i);
  if (n < 2) return;
  if (n === 2) {
    slopes[from] = slopes[from + 1] = secant(from);
    return;
  }
  if (n === 3) {
    // Two not-a-knot ends of two pieces: the parabola through the three points.
    const middle = (dx(from + 1) * secant(from) + dx(from) * secant(from + 1)) / (dx(from) + dx(from + 1));
    slopes[from] = 2 * secant(from) - middle;
    slopes[from + 1] = middle;
    slopes[from + 2] = 2 * secant(from + 1) - middle;
    return;
  }
  const last = to - 1;
  const start = x[from + 2]! - x[from]!;
  const end = x[last]! - x[last - 2]!;
  upper[from] = start / dx(from + 1);
  slopes[from] = ((dx(from) + 2 * start) * secant(from) + (dx(from) ** 2 * secant(from + 1)) / dx(from + 1)) / start;
  for (let i = from + 1; i < last; i++) {
    const before = dx(i - 1);
    const after = dx(i);
    const pivot = 2 * (before + after) - after * upper[i - 1]!;
    upper[i] = before / pivot;
    slopes[i] = (3 * (after * secant(i - 1) + before * secant(i)) - after * slopes[i - 1]!) / pivot;
    if (i % BLOCK === 0) yield { fraction: (0.6 * (i - from)) / n };
  }
  const a = dx(last - 2);
  const b = dx(last - 1);
  const right = (b ** 2 * secant(last - 2) + (2 * end + b) * a * secant(last - 1)) / end;
  slopes[last] = (right - end * slopes[last - 1]!) / (a - end * upper[last - 1]!);
  for (let i = last - 1; i >= from; i--) {
    slopes[i]! -= upper[i]! * slopes[i + 1]!;
    if (i % BLOCK === 0) yield { fraction: 0.6 + (0.4 * (last - i)) / n };
  }
}

/**
 * Slopes of the cubic spline through the first `count` points, whose x ascend strictly: continuous second derivative, not-a-knot ends (de Boor
 * 1978, A Practical Guide to Splines; scipy's CubicSpline). Two points make a line, three a parabola. Steps longer than `maxGap` cut the points
 * into stretches with a spline each; a point alone in its stretch has slope NaN. Tridiagonal elimination, O(n).
 */
export function* splineSlopesSteps(x: Float64Array, y: Float64Array, count: number, maxGap: number): Generator<Progress, Float64Array> {
  const slopes = new Float64Array(count).fill(NaN);
  const upper = new Float64Array(count);
  let since = 0;
  for (let from = 0; from < count;) {
    let to = from + 1;
    while (to < count && x[to]! - x[to - 1]! <= maxGap) to++;
    yield* part(stretchSteps(x, y, slopes, upper, from, to), from / count, to / count);
    since += to - from;
    from = to;
    if (since < BLOCK || from === count) continue;
    since = 0;
    yield { fraction: from / count };
  }
  return slopes;
}
