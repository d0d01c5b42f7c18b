import type { TableView } from '../query/table-view';
import { numberReader } from '../select/numbers';
import { blocksOf } from '../select/row-source';

const BINS = 4096;
/** A gap is at least so much of the whole span. */
const SHARE = 0.01;
const MAX_GAPS = 8;

/**
 * The longest intervals of at least 1 % of [low, high] in which no kept row of the table has its time: seasons and outages. Ends are the
 * last time before and the first after, exactly. O(n).
 */
export function* surveyGaps(view: TableView, time: string, low: number, high: number): Generator<number, readonly { from: number; to: number }[]> {
  if (!(high > low)) return [];
  const first = new Float64Array(BINS).fill(Infinity);
  const last = new Float64Array(BINS).fill(-Infinity);
  const read = numberReader(view.column(time));
  const scale = BINS / (high - low);
  for (const span of blocksOf({ from: 0, to: view.rows })) {
    const x = read(span);
    for (let i = 0; i < x.length; i++) {
      const t = x[i]!;
      if (!(t >= low && t <= high) || view.flagged?.has(span.from + i) === true) continue;
      const bin = Math.min(BINS - 1, ((t - low) * scale) | 0);
      if (t < first[bin]!) first[bin] = t;
      if (t > last[bin]!) last[bin] = t;
    }
    yield span.to / view.rows;
  }
  const gaps: { from: number; to: number }[] = [];
  let before = -Infinity;
  for (let b = 0; b < BINS; b++) {
    if (first[b] === Infinity) continue;
    if (before !== -Infinity && first[b]! - before >= SHARE * (high - low)) gaps.push({ from: before, to: first[b]! });
    before = last[b]!;
  }
  return gaps.sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MAX_GAPS);
}
