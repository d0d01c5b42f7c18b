import type { Progress } from '../protocol/outcome';
import { MAD_TO_SIGMA, median, medianDeviation, medianDeviationSteps, medianSteps } from './robust';
import { BLOCK, inBlocks, part } from './steps';

/** Rows grouped, ascending inside each group: those of group g are rows[starts[g] … starts[g + 1]). */
export interface RowGroups {
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

/** Stable counting sort of rows by group. O(rows + count). */
export function* groupRowsSteps(groupOf: Uint32Array, count: number): Generator<Progress, RowGroups> {
  const starts = new Uint32Array(count + 1);
  const counting = inBlocks(
    groupOf.length,
    (from, to) => {
      for (let i = from; i < to; i++) starts[groupOf[i]! + 1]!++;
    },
    BLOCK / 4,
  );
  yield* part(counting, 0, 0.4);
  for (let g = 0; g < count; g++) starts[g + 1]! += starts[g]!;
  yield { fraction: 0.4 };
  const next = starts.slice();
  const rows = new Uint32Array(groupOf.length);
  const placing = inBlocks(
    groupOf.length,
    (from, to) => {
      for (let i = from; i < to; i++) rows[next[groupOf[i]!]!++] = i;
    },
    BLOCK / 4,
  );
  yield* part(placing, 0.4, 1);
  return { starts, rows };
}

/** One number a group; NaN for a group without a usable row. */
export interface GroupLevels {
  readonly points: Uint32Array;
  readonly level: Float64Array;
  /** 1.4826 times the median absolute deviation. */
  readonly scatter: Float64Array;
}

/** Groups longer than this are measured in slices. */
const LONG = 2 ** 18;

/** Median and robust scatter of each group's finite values with `use` = 1. */
export function* groupLevelsSteps(groups: RowGroups, values: Float64Array, use: Uint8Array): Generator<Progress, GroupLevels> {
  const count = groups.starts.length - 1;
  const out: GroupLevels = {
    points: new Uint32Array(count),
    level: new Float64Array(count).fill(NaN),
    scatter: new Float64Array(count).fill(NaN),
  };
  const total = Math.max(1, groups.rows.length);
  let sample = new Float64Array(1024);
  let scratch = new Float64Array(1024);
  let told = 0;
  for (let g = 0; g < count; g++) {
    const [from, to] = [groups.starts[g]!, groups.starts[g + 1]!];
    if (to - from > sample.length) {
      sample = new Float64Array(2 * (to - from));
      scratch = new Float64Array(2 * (to - from));
    }
    let n = 0;
    for (let at = from; at < to; at += LONG) {
      const end = Math.min(to, at + LONG);
      for (let k = at; k < end; k++) {
        const row = groups.rows[k]!;
        const v = values[row]!;
        if (use[row] === 1 && v - v === 0) sample[n++] = v;
      }
      if (end < to) yield { fraction: from / total };
    }
    out.points[g] = n;
    if (n > 0) {
      const middle = n > LONG ? yield* part(medianSteps(sample, n), from / total, to / total) : median(sample, n);
      out.level[g] = middle;
      const mad =
        n > LONG
          ? yield* part(medianDeviationSteps(sample, n, middle, scratch), to / total, to / total)
          : medianDeviation(sample, n, middle, scratch);
      out.scatter[g] = MAD_TO_SIGMA * mad;
    }
    if (to - told < 65536) continue;
    told = to;
    yield { fraction: to / total };
  }
  return out;
}
