import type { ColumnMeta } from '../../core/model/column';
import type { Alert, TableMeta } from '../../core/model/table';
import type { Progress } from '../../core/protocol/outcome';
import type { RecordBatch } from '../readers/reader';

/** What a writer is given: rows already dropped or masked, flag columns already among the columns. */
export interface ExportSource {
  readonly meta: TableMeta;
  readonly columns: readonly ColumnMeta[];
  readonly rows: number;
  readonly chunkRows: number;
  /** Provenance: the recipe as JSON text, and one line a step in words. */
  readonly recipe: string;
  readonly history: readonly string[];
  batches(): AsyncIterable<RecordBatch> | Iterable<RecordBatch>;
}

/** One file per format, `src/workers/writers/formats/<format>.ts`, default export. */
export interface WriterDef {
  readonly format: string;
  readonly extensions: readonly string[];
  /**
   * Writes to `path` (a temporary name: the caller syncs, checks by reading back, and renames). Sidecar files are written to
   * `sidecar(suffix)` likewise. What the format cannot hold is an alert, never a silent change.
   */
  write(
    source: ExportSource,
    path: string,
    context: { readonly signal: AbortSignal; progress(p: Progress): void; sidecar(suffix: string): string },
  ): Promise<{ readonly alerts: readonly Alert[] }>;
}
