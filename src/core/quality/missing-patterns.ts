import { type Column, isNumeric, isValid } from '../model/column';
import type { TableView } from '../query/table-view';
import { numberReader } from '../select/numbers';
import { type Span, blocksOf } from '../select/row-source';
import { isEmptyCell } from './cell-profile';

/** Columns whose joint gaps are followed one by one: as many as a word has bits but the last, which stands for all others together. */
export const MAX_PATTERN_COLUMNS = 31;

/** Sets bit `bit` of the words of rows without a value. */
function marker(column: Column, bit: number): (span: Span, out: Uint32Array) => void {
  const mask = 1 << bit;
  if (isNumeric(column.meta.type)) {
    const read = numberReader(column);
    return (span, out) => {
      const x = read(span);
      for (let i = 0; i < x.length; i++) if (x[i] !== x[i]) out[i]! |= mask;
    };
  }
  const isEmpty = isEmptyCell(column);
  return (span, out) => {
    for (let row = span.from; row < span.to; row++) {
      const c = Math.floor(row / column.chunkRows);
      const k = row - c * column.chunkRows;
      if (!isValid(column.chunks[c]!, k) || isEmpty(c, k)) out[row - span.from]! |= mask;
    }
  };
}

/**
 * Which of the columns are missing together in the kept rows of [from, to): pairs of a word, in which bit k stands for column k
 * (bit 31 for all from the 32nd on), and how
 * many rows have that pattern; 0 is the complete row. O(rows × columns).
 */
export function* missingPatterns(view: TableView, names: readonly string[], from: number, to: number): Generator<number, [number, number][]> {
  const markers = names.map((name, k) => marker(view.column(name), Math.min(k, MAX_PATTERN_COLUMNS)));
  const counts = new Map<number, number>();
  const words = new Uint32Array(8192);
  const flagged = view.flagged?.bytes;
  for (const span of blocksOf({ from, to })) {
    const n = span.to - span.from;
    words.fill(0, 0, n);
    for (const mark of markers) mark(span, words);
    // Runs of equal patterns are counted at once: most rows miss nothing.
    let [last, run] = [-1, 0];
    for (let i = 0; i < n; i++) {
      const row = span.from + i;
      if (flagged !== undefined && ((flagged[row >> 3]! >> (row & 7)) & 1) === 1) continue;
      if (words[i] === last) run++;
      else {
        if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
        [last, run] = [words[i]!, 1];
      }
    }
    if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
    yield (span.to - from) / Math.max(1, to - from);
  }
  return [...counts];
}
