import { median } from '../numerics/robust';
import { numberReader } from '../select/numbers';
import type { TableView } from './table-view';

/** Numbers per object for objects [from, to); parts of one whole are put one after the other. */
export interface ObjectStats {
  readonly from: number;
  readonly flagged: Uint32Array;
  /** Median of the value column over unflagged rows, NaN where there is none. */
  readonly median: Float64Array;
  /** 1.4826 times the median absolute deviation, NaN where there is no value. */
  readonly scatter: Float64Array;
  /** Bit b of the `words` 32-bit words of an object: it has rows in band b. */
  readonly bandWords: number;
  readonly bands: Uint32Array;
}

/** Statistics of objects [from, to). `value`: the column they are about; only NaN is left out. */
export function* objectStatsKernel(view: TableView, value: string | undefined, from: number, to: number): Generator<number, ObjectStats> {
  const objects = view.objects!;
  const readValues = value === undefined ? undefined : numberReader(view.column(value));
  const n = to - from;
  const bandWords = objects.bandOf ? Math.ceil(objects.bands.length / 32) : 0;
  const stats: ObjectStats = {
    from,
    flagged: new Uint32Array(n),
    median: new Float64Array(n).fill(NaN),
    scatter: new Float64Array(n).fill(NaN),
    bandWords,
    bands: new Uint32Array(n * bandWords),
  };
  const flaggedBytes = view.flagged?.bytes;
  let values = new Float64Array(1024);
  let work = 0;
  for (let o = from; o < to; o++) {
    const rows = objects.rowsOf(o);
    let flagged = 0;
    let live = 0;
    if (values.length < rows.length) values = new Float64Array(2 * rows.length);
    const read = readValues?.({ from: objects.starts[o]!, to: objects.starts[o + 1]!, list: objects.rows });
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (bandWords > 0) {
        const band = objects.bandOf![row]!;
        stats.bands[(o - from) * bandWords + (band >> 5)]! |= 1 << (band & 31);
      }
      if (flaggedBytes !== undefined && ((flaggedBytes[row >> 3]! >> (row & 7)) & 1) === 1) flagged++;
      else if (read && read[i] === read[i]) values[live++] = read[i]!;
    }
    stats.flagged[o - from] = flagged;
    if (live > 0) {
      const middle = median(values, live);
      for (let i = 0; i < live; i++) values[i] = Math.abs(values[i]! - middle);
      stats.median[o - from] = middle;
      stats.scatter[o - from] = 1.4826 * median(values, live);
    }
    work += rows.length + 16;
    if (work > 1 << 16) {
      work = 0;
      yield (o + 1 - from) / n;
    }
  }
  return stats;
}
