import type { Chunk, ColumnMeta } from '../../core/model/column';
import type { Flag } from '../../core/model/flag';
import type { Alert, HeaderCard, ImageBeside, ImageShape } from '../../core/model/table';

/** Rows on their way from a file into the store: one chunk a column, all of the same length. */
export interface RecordBatch {
  readonly rows: number;
  readonly chunks: ReadonlyMap<string, Chunk>;
}

export interface ReadOptions {
  /** Rows in every batch but the last. */
  readonly chunkRows: number;
  /** Only these columns; absent = all. A reader for which that saves nothing may ignore it only by declaring `projects: false`. */
  readonly columns?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** One table inside an opened file. */
export interface SourceTable {
  readonly name: string;
  /** Exact when the format states it; undefined when only reading to the end tells (then `rowsEstimate`). */
  readonly rows?: number | undefined;
  readonly rowsEstimate?: number | undefined;
  readonly columns: readonly ColumnMeta[];
  readonly header: readonly HeaderCard[];
  readonly fileFlags: readonly Flag[];
  readonly timeOrigin?: number | undefined;
  readonly timeSystem?: string | undefined;
  readonly provenance?: string | undefined;
  readonly alerts: readonly Alert[];
  /** True when reading a few columns is much cheaper than all: the importer then reads what is looked at first, first. */
  readonly projects: boolean;
  /** Identifier for this table when it is stacked with others as one object (`KIC 11442793`). */
  readonly objectId?: string | undefined;
  /** The rows are the pixels of an image of this size, x fastest. */
  readonly image?: ImageShape | undefined;
  /** Images of the file that are not opened with it ({@link TableMeta.imagesBeside}). */
  readonly imagesBeside?: readonly ImageBeside[] | undefined;
  /** An image beside tables that is opened with them all the same. */
  readonly isOpenedAlong?: boolean | undefined;
  /** Throws AppError `unreadable` (what, where: row or byte, what to do), or Cancelled when the signal is aborted. */
  read(options: ReadOptions): AsyncIterable<RecordBatch>;
}

export interface OpenedSource {
  /** `FITS`, `CSV`, `Arrow IPC` … as `skysift info` prints it. */
  readonly format: string;
  readonly tables: readonly SourceTable[];
  /** Images beside tables, the other planes of a cube: opened when they are asked for by name, or with the tables where they say so. */
  readonly images?: readonly SourceTable[] | undefined;
  readonly alerts: readonly Alert[];
  close(): Promise<void>;
}

/** One file per format or product: `src/workers/readers/formats/<name>.ts`, default export. Nothing else is edited to add one. */
export interface ReaderDef {
  readonly id: string;
  readonly title: string;
  readonly extensions: readonly string[];
  /** 0…100: how sure that this reader understands a file beginning with `head` (up to 64 KiB, already gunzipped when it was gzip). */
  detect(head: Uint8Array, name: string): number;
  /** The same judgement where another file beside it describes this one (a CDS ReadMe); the surer of the two counts. */
  detectBeside?(path: string): Promise<number>;
  open(path: string, options: { readonly signal: AbortSignal }): Promise<OpenedSource>;
}
