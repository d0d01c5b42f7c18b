import type { Progress } from '../protocol/outcome';
import { SlidingSums } from './sliding-sums';
import type { FitPoints } from './time-segments';
import { sweepWindowsSteps } from './window-sweep';

/** Nanoseconds it takes to add a point. */
const ADDING = 6;

/**
 * Running mean over time windows: at every row with a time the mean, weighted by `points.weights` when they are there, of the points of its
 * segment with |t_j - t| <= window / 2. NaN where the window is empty. `times` ascending, missing last. O(rows + points), whatever the
 * window holds, without accumulated rounding.
 */
export function* movingAverageSteps(times: Float64Array, points: FitPoints, window: number): Generator<Progress, Float64Array> {
  const trend = new Float64Array(times.length).fill(NaN);
  const { values, weights } = points;
  const sums = new SlidingSums(2, (i, out, at) => {
    const w = weights ? weights[i]! : 1;
    out[at]! += w * values[i]!;
    out[at + 1]! += w;
  });
  const total = new Float64Array(2);
  yield* sweepWindowsSteps(times, points, window, (row, from, to) => {
    if (from === to) return 0;
    const added = sums.over(from, to, total);
    trend[row] = total[0]! / total[1]!;
    return 2 * ADDING + added * ADDING;
  });
  return trend;
}
