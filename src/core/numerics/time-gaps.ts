import type { Progress } from '../protocol/outcome';
import type { Knots } from './interpolate';
import { medianSteps } from './robust';
import { inBlocks, part } from './steps';

/** A stretch without points between two neighbours. */
export interface TimeGap {
  /** Index of the last point before it; the next point is the first after it. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  /** Cadences that are not there. */
  readonly missing: number;
}

export interface TimeGaps {
  /** Median step between neighbours; NaN with fewer than two points. With counters: per cadence. */
  readonly cadence: number;
  readonly gaps: readonly TimeGap[];
}

/**
 * Gaps between points with ascending times. Without `counters`: steps of more than `factor` times the median step, in which
 * round(step / median) - 1 cadences are missing. With them (the number of each point's cadence): wherever they skip numbers; a step between
 * counters that do not grow is no gap. O(n).
 */
export function* timeGapsSteps({ x, count }: Knots, factor: number, counters?: Float64Array): Generator<Progress, TimeGaps> {
  const steps = new Float64Array(Math.max(0, count - 1));
  let n = 0;
  const measuring = inBlocks(steps.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const numbers = counters ? counters[i + 1]! - counters[i]! : 1;
      if (numbers > 0) steps[n++] = (x[i + 1]! - x[i]!) / numbers;
    }
  });
  yield* part(measuring, 0, 0.2);
  const cadence = yield* part(medianSteps(steps, n), 0.2, 0.5);
  const gaps: TimeGap[] = [];
  const finding = inBlocks(
    steps.length,
    (from, to) => {
      for (let i = from; i < to; i++) {
        const step = x[i + 1]! - x[i]!;
        const missing = counters ? counters[i + 1]! - counters[i]! - 1 : Math.round(step / cadence) - 1;
        if (counters ? missing >= 1 : step > factor * cadence) gaps.push({ at: i, start: x[i]!, end: x[i + 1]!, missing: Math.max(0, missing) });
      }
    },
    2 ** 16,
  );
  yield* part(finding, 0.5, 1);
  return { cadence, gaps };
}
