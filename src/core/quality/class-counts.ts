import type { ObjectIndexData } from '../query/object-index';
import type { BitMask } from '../model/bit-mask';
import type { ColumnMeta } from '../model/column';
import { textsOfCodes } from '../query/code-texts';
import { encode } from '../query/dictionary';
import { scaled } from '../query/scaled';
import type { TableView } from '../query/table-view';
import type { ClassCount } from './report';

const MAX_CLASSES = 100;
const SLICE = 1 << 18;
const NAME = /^(class|classification|label|type|subtype|category|kind|spectype|sptype|vartype|var_type|obj_?type|true_class|target)$/i;

/** The column that says what each object is, by UCD or name. */
export function labelColumn(columns: readonly ColumnMeta[]): ColumnMeta | undefined {
  const fits = columns.filter((c) => c.role === undefined && /^(utf8|bool|u?int\d+)$/.test(c.type));
  return fits.find((c) => /^src\.class/i.test(c.ucd ?? '')) ?? fits.find((c) => NAME.test(c.name));
}

const decoder = new TextDecoder();

/** How many kept rows have each value, the most frequent first; undefined for more than 100 values. Missing counts as the empty text. O(n). */
export function* classCounts(view: TableView, name: string): Generator<number, readonly ClassCount[] | undefined> {
  const column = view.column(name);
  const dictionary = yield* scaled(encode(column, view.rows, MAX_CLASSES), 0, 0.8);
  if (!dictionary) return undefined;
  const counts = new Uint32Array(dictionary.count);
  for (let row = 0; row < view.rows; row++) {
    if (row % SLICE === 0) yield 0.8 + (0.1 * row) / view.rows;
    if (view.flagged?.has(row) !== true) counts[dictionary.codes[row]!]!++;
  }
  const { bytes, offsets } = yield* scaled(textsOfCodes(column, dictionary), 0.9, 1);
  return Array.from(counts, (count, c) => ({ value: decoder.decode(bytes.slice(offsets[c], offsets[c + 1])), count })).sort(
    (a, b) => b.count - a.count,
  );
}

/** How many kept rows each band has, the most frequent first. O(n). */
export function* bandCounts(
  { bands, bandOf }: Pick<ObjectIndexData, 'bands' | 'bandOf'>,
  flagged: BitMask | undefined,
): Generator<number, readonly ClassCount[]> {
  const counts = new Uint32Array(bands.length);
  const n = bandOf?.length ?? 0;
  for (let row = 0; row < n; row++) {
    if (row % SLICE === 0) yield row / n;
    if (flagged?.has(row) !== true) counts[bandOf![row]!]!++;
  }
  return bands.map((value, b) => ({ value, count: counts[b]! })).sort((a, b) => b.count - a.count);
}
