import type { Chunk } from '../../core/model/column';
import type { Alert, TableMeta } from '../../core/model/table';
import type { RemoteEvent } from '../../core/protocol/rpc';
import type { ChunkRef, ColumnRef } from '../engine/store/column-file';

/** A file (or several that make one table) to be brought into the store. */
export interface ImportRequest {
  readonly paths: readonly string[];
  /** Where the store tables are written: `<folder>/<index>/manifest.json` and the column files beside it. */
  readonly folder: string;
  /**
   * Many files make one table with an object column; `auto`: when every one of them has a time column and most of their columns are the same
   * (a light curve and a file of basis vectors are read one by one).
   */
  readonly stack: boolean | 'auto';
  /** The simulated sample survey instead of files. */
  readonly sample?: boolean | undefined;
  /** Only the table of this name. */
  readonly table?: string | undefined;
}

export type ImportEvent =
  /** Known as soon as the headers are read; `meta.rows` is an estimate unless `exact`. */
  | { readonly kind: 'described'; readonly format: string; readonly tables: readonly ImportedMeta[]; readonly alerts: readonly Alert[] }
  /** The first rows of a large table, to be looked at before its first chunk is there; not in the store. */
  | { readonly kind: 'head'; readonly table: number; readonly columns: readonly (readonly [string, Chunk])[] }
  /** The chunk `index` of these columns lies in the store. */
  | {
      readonly kind: 'chunk';
      readonly table: number;
      readonly index: number;
      readonly rows: number;
      readonly columns: readonly (readonly [string, ChunkRef])[];
    }
  | { readonly kind: 'table-done'; readonly table: number; readonly manifest: Manifest };

export interface ImportedMeta {
  readonly meta: TableMeta;
  readonly exact: boolean;
  readonly chunkRows: number;
  readonly alerts: readonly Alert[];
  /** File of each column, in the order of meta.columns. */
  readonly files: readonly string[];
}

/** `manifest.json` of a stored table. */
export interface Manifest {
  readonly skysiftStore: 1;
  readonly meta: TableMeta;
  readonly chunkRows: number;
  readonly columns: readonly ColumnRef[];
  readonly alerts: readonly Alert[];
}

export interface ImportResult {
  /** With `stack: 'auto'`: the files do not belong into one table. Nothing was read; they are to be asked for one by one. */
  readonly areApart?: true;
  readonly format: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly manifests: readonly Manifest[];
  readonly alerts: readonly Alert[];
}

/** Served by a reader process. */
export interface ReaderService {
  import(a: ImportRequest): Promise<ImportResult>;
  readonly onImport: RemoteEvent<ImportEvent>;
}
