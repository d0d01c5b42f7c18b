import type { Progress } from '../protocol/outcome';
import { RankedWindow } from './ranked-window';
import { part } from './steps';
import { type FitPoints, fullestWindowSteps } from './time-segments';
import { WindowMedian } from './window-median';
import { type WindowVisit, sweepWindowsSteps } from './window-sweep';

/** Windows of more points than this are kept in two heaps: ranking some of them at once would take too long in one go. */
const MOST_RANKED = 2 ** 15;

/** Nanoseconds to rank a point, and to move one in or out of two heaps. */
const RANKING = 40;
const SIFTING = 400;

/** Points put into the heaps between two yields. */
const MOST_PUSHED = 2 ** 13;

function rankedVisit(points: FitPoints, capacity: number, trend: Float64Array): WindowVisit {
  const window = new RankedWindow(points.values, points.count, capacity);
  return (row, from, to) => {
    trend[row] = window.median(from, to);
    return 16 + window.ranked * RANKING;
  };
}

function heapVisit(points: FitPoints, capacity: number, trend: Float64Array): WindowVisit {
  const window = new WindowMedian(capacity);
  let first = 0;
  let next = 0;
  return (row, from, to) => {
    let moved = 0;
    for (; first < from; first++) {
      // A point may be behind the window already when no row was evaluated near it.
      if (first < next) {
        window.shift();
        moved++;
      }
    }
    for (next = Math.max(next, from); next < to; next++) {
      window.push(points.values[next]!);
      moved++;
    }
    trend[row] = window.median();
    return moved * SIFTING;
  };
}

/**
 * Running median over time windows: at every row with a time the median of the points of its segment with |t_j - t| <= window / 2 (a point
 * on the edge counts). At the ends of a segment the window is what is left of it. NaN where the window is empty. `times` ascending,
 * missing last. O(rows + points) while windows hold fewer than 30 000 points, O(n log w) beyond.
 */
export function* movingMedianSteps(times: Float64Array, points: FitPoints, window: number): Generator<Progress, Float64Array> {
  const trend = new Float64Array(times.length).fill(NaN);
  if (points.count === 0) return trend;
  const capacity = 1 + (yield* part(fullestWindowSteps(points, window), 0, 0.05));
  yield { fraction: 0.05 };
  const isRanked = capacity <= MOST_RANKED;
  const visit = isRanked ? rankedVisit(points, capacity, trend) : heapVisit(points, capacity, trend);
  yield* part(sweepWindowsSteps(times, points, window, visit, isRanked ? Infinity : MOST_PUSHED), 0.05, 1);
  return trend;
}
