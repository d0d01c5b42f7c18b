import type { BitMask } from '../model/bit-mask';
import type { Column } from '../model/column';

/** What evaluating a predicate needs to know of objects: which object each row belongs to. */
export interface ObjectLookup {
  /** Number of objects. */
  readonly count: number;
  /** Object of each row of the table. */
  readonly objectOf: Uint32Array;
  /** Index of the object with this identifier, -1 when there is none. */
  find(id: string): number;
  /** Names of the bands, when the table has a band column. */
  readonly bands: readonly string[];
  /** Band of each row as an index into `bands`. */
  readonly bandOf?: Uint16Array | undefined;
}

/** What evaluating a predicate needs of a table. */
export interface RowSource {
  readonly rows: number;
  /** Throws AppError `not-found` naming columns that are spelled alike. */
  column(name: string): Column;
  /** Rows a flag marks, of a step or of the file; undefined when there is no such flag. */
  flag(name: string): BitMask | undefined;
  /** The column and bit a flag of the file stands for, so that a block can be tested without the whole mask. */
  flagBits?(name: string): { readonly column: string; readonly bit: number } | undefined;
  readonly objects?: ObjectLookup | undefined;
  /** One row an object of `objects`, in its order: what is known of each. */
  readonly objectTable?: RowSource | undefined;
  /** Name of the column that holds the band. */
  readonly bandColumn?: string | undefined;
}

/** Some rows: [from, to) of the table or, when `list` is given, list[from … to). */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly list?: Uint32Array | undefined;
}

/** Rows in one step of a scan: small enough to stay in cache, and for a cancel to be heard. */
export const BLOCK_ROWS = 8192;

/** Cuts a span into pieces of at most BLOCK_ROWS. */
export function* blocksOf(span: Span): Generator<Span> {
  for (let from = span.from; from < span.to; from += BLOCK_ROWS) yield { from, to: Math.min(span.to, from + BLOCK_ROWS), list: span.list };
}
