import type { Progress } from '../protocol/outcome';
import { EDGE_SLACK, type FitPoints, segmentAt } from './time-segments';
import { type WindowMedian, windowMedian } from './window-median';

/** Window operations (pushes, drops, rows) in a slice: a few milliseconds. */
const BUDGET = 2 ** 15;

/** Most points any window [t - half, t + half] holds, over windows centred on points or between them. */
function fullestWindow(points: FitPoints, width: number): number {
  const { times, starts } = points;
  let most = 1;
  for (let s = 0; s + 1 < starts.length; s++) {
    let from = starts[s]!;
    for (let to = from; to < starts[s + 1]!; to++) {
      while (times[to]! - times[from]! > width) from++;
      if (to - from + 1 > most) most = to - from + 1;
    }
  }
  return most;
}

/** The state of one sweep over the rows; `advance` can stop anywhere and go on. */
class Sweep {
  row = 0;
  private segment = -1;
  private first = 0;
  private next = 0;
  private readonly half: number;
  private readonly window: WindowMedian;
  readonly trend: Float64Array;

  constructor(
    private readonly times: Float64Array,
    private readonly points: FitPoints,
    window: number,
  ) {
    this.half = (window / 2) * (1 + EDGE_SLACK);
    this.window = windowMedian(fullestWindow(points, 2 * this.half) + 1);
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
  const sweep = new Sweep(times, points, window);
  while (sweep.row < points.timedRows) {
    sweep.advance();
    if (sweep.row < points.timedRows) yield { fraction: sweep.row / points.timedRows };
  }
  return sweep.trend;
}
