import type { Progress } from '../protocol/outcome';
import { EDGE_SLACK, type FitPoints, segmentAt } from './time-segments';

/** Work in a slice, in units of about a nanosecond: a millisecond, some more before the code is compiled and in windows larger than the caches. */
const BUDGET = 2 ** 20;

/** What a sweep does at a row: its window holds the points [from, to). Returns about how many nanoseconds it took. */
export type WindowVisit = (row: number, from: number, to: number) => number;

/**
 * Visits every row with a time, in order, with the points of its segment whose time is within window / 2 of the row's (a point on the edge
 * counts): what all running statistics in time share. At the ends of a segment the window is what is left of it; it can be empty. Neither
 * end of the window ever moves back. `times` ascending, missing last. O(rows + points) besides the visits. Of more than `most` points that a window
 * gains at a row, the row is visited with a part first, then with more of them.
 */
export function* sweepWindowsSteps(
  times: Float64Array,
  points: FitPoints,
  window: number,
  visit: WindowVisit,
  most = Infinity,
): Generator<Progress, void> {
  if (points.count === 0) return;
  const half = (window / 2) * (1 + EDGE_SLACK);
  const t = points.times;
  let segment = 0;
  let end = points.starts[1]!;
  let from = 0;
  let to = 0;
  let budget = BUDGET;
  for (let row = 0; row < points.timedRows; row++) {
    if (budget <= 0) {
      yield { fraction: row / points.timedRows };
      budget = BUDGET;
    }
    const time = times[row]!;
    budget -= 8;
    if (time - time !== 0) continue;
    const now = segmentAt(points, time, segment);
    if (now !== segment) {
      segment = now;
      from = Math.max(from, points.starts[segment]!);
      to = Math.max(to, from);
      end = points.starts[segment + 1]!;
    }
    const low = time - half;
    const high = time + half;
    while (from < end && t[from]! < low) from++;
    if (to < from) to = from;
    const before = to;
    while (to < end && t[to]! <= high) {
      to++;
      budget -= 2;
    }
    for (let some = before + most; some < to; some += most) {
      visit(row, from, some);
      yield { fraction: row / points.timedRows };
    }
    budget -= visit(row, from, to);
  }
}
