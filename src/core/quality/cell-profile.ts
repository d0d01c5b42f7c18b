import { type Column, isValid, parseType } from '../model/column';
import { MAX_DISTINCT } from '../query/summary';
import { encode } from '../query/dictionary';
import { scaled } from '../query/scaled';
import type { TableView } from '../query/table-view';
import { ROW_BLOCKS } from './report';

const SLICE = 1 << 15;

/** A column of texts, lists or complex numbers over the kept rows. */
export interface CellProfile {
  readonly kind: 'cells';
  /** Null, and in text nothing; the elements of lists are not looked into. */
  readonly missing: number;
  readonly nulls: number;
  /** Text: different values over all rows, up to MAX_DISTINCT. */
  readonly distinct?: number | undefined;
  readonly missingBlocks: Uint32Array;
  /** The first rows without a value, up to `limit`: no condition on the data says "no text". */
  readonly rows: readonly number[];
}

/** Whether a cell that is not null holds nothing. */
export function isEmptyCell(column: Column): (chunk: number, index: number) => boolean {
  const { kind, element } = parseType(column.meta.type);
  const { chunks } = column;
  if (element === 'utf8' && kind === 'scalar') return (c, k) => chunks[c]!.offsets![k] === chunks[c]!.offsets![k + 1];
  if (!element.startsWith('complex') || kind !== 'scalar') return () => false;
  return (c, k) => Number.isNaN(chunks[c]!.data[2 * k] as number) || Number.isNaN(chunks[c]!.data[2 * k + 1] as number);
}

/** Counts what is missing, by blocks of rows, and how many different texts there are. O(n). */
export function* cellProfile(view: TableView, name: string, limit: number): Generator<number, CellProfile> {
  const column = view.column(name);
  const isEmpty = isEmptyCell(column);
  const blocks = new Uint32Array(ROW_BLOCKS);
  const listed: number[] = [];
  let [missing, nulls] = [0, 0];
  for (let row = 0; row < view.rows; row++) {
    if (row % SLICE === 0) yield (0.5 * row) / view.rows;
    const c = Math.floor(row / column.chunkRows);
    const k = row - c * column.chunkRows;
    const isNull = !isValid(column.chunks[c]!, k);
    if ((!isNull && !isEmpty(c, k)) || view.flagged?.has(row) === true) continue;
    missing++;
    if (isNull) nulls++;
    blocks[Math.floor((row * ROW_BLOCKS) / view.rows)]!++;
    if (listed.length < limit) listed.push(row);
  }
  const base = { kind: 'cells', missing, nulls, missingBlocks: blocks, rows: listed } as const;
  if (column.meta.type !== 'utf8') return base;
  const dictionary = yield* scaled(encode(column, view.rows, MAX_DISTINCT + 1), 0.5, 1);
  return { ...base, distinct: dictionary ? Math.min(MAX_DISTINCT, dictionary.count - (dictionary.missing >= 0 ? 1 : 0)) : MAX_DISTINCT };
}
