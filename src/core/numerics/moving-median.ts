import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';
import { EDGE_SLACK, type FitPoints, segmentAt } from './time-segments';
import { type WindowMedian, windowMedian } from './window-median';

/** Window operations (pushes, drops, rows) in a slice: a few milliseconds. */
const BUDGET = 2 ** 15;

/** Most points any window of this width holds, anywhere in a segment. */
function* fullestWindowSteps(points: FitPoints, width: number): Generator<Progress, number> {
  const { times, starts, count } = points;
  let most = 1;
  let first = 0;
  let segment = 0;
  yield* inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) {
      if (i === starts[segment + 1]) first = starts[++segment]!;
      while (times[i]! - times[first]! > width) first++;
      if (i - first + 1 > most) most = i - first + 1;
    }
  });
  return most;
}

/** The state of one sweep over the rows; `advance` can stop anywhere and go on. */
class Sweep {
  row = 0;
  private segment = -1;
  private first = 0;
  private next = 0;
  private readonly window: WindowMedian;
  readonly trend: Float64Array;

  constructor(
    private readonly times: Float64Array,
    private readonly points: FitPoints,
    private readonly half: number,
    capacity: number,
  ) {
    this.window = windowMedian(capacity);
    this.trend = new Float64Array(times.length).fill(NaN);
  }

  advance(): void {
    const { points, window, half, trend } = this;
    let budget = BUDGET;
    for (; this.row < points.timedRows; this.row++) {
      const time = this.times[this.row]!;
      if (time - time !== 0) continue;
      const segment = segmentAt(points, time, Math.max(0, this.segment));
      if (segment !== this.segment) {
        while (window.size > 0) window.shift();
        this.segment = segment;
        this.first = this.next = points.starts[segment]!;
      }
      const end = points.starts[segment + 1]!;
      while (this.first < this.next && points.times[this.first]! < time - half) {
        window.shift();
        this.first++;
        budget--;
      }
      while (this.next < end && points.times[this.next]! <= time + half) {
        if (budget-- <= 0) return;
        const t = points.times[this.next]!;
        // A point may be behind the window already when no row was evaluated near it.
        if (t < time - half && this.first === this.next) this.first++;
        else window.push(points.values[this.next]!);
        this.next++;
      }
      trend[this.row] = window.median();
      if (budget-- <= 0) {
        this.row++;
        return;
      }
    }
  }
}

/**
 * Running median over time windows: at every row with a time the median of the points of its segment with |t_j - t| <= window / 2 (a point
 * on the edge counts). At the ends of a segment the window is what is left of it. NaN where the window is empty. `times` ascending,
 * missing last. O(n log w) for windows of w points.
 */
export function* movingMedianSteps(times: Float64Array, points: FitPoints, window: number): Generator<Progress, Float64Array> {
  if (points.count === 0) return new Float64Array(times.length).fill(NaN);
  const half = (window / 2) * (1 + EDGE_SLACK);
  const capacity = 1 + (yield* part(fullestWindowSteps(points, 2 * half), 0, 0.05));
  const sweep = new Sweep(times, points, half, capacity);
  while (sweep.row < points.timedRows) {
    sweep.advance();
    if (sweep.row < points.timedRows) yield { fraction: 0.05 + (0.95 * sweep.row) / points.timedRows };
  }
  return sweep.trend;
}
