import type { ImportEvent, ImportRequest, ImportResult } from '../importer/import-protocol';
import type { Progress } from '../../core/protocol/outcome';

/** What the engine needs from the process that hosts it: paths for grants, and readers in processes (or, on the command line, in its own). */
export interface EngineHost {
  resolveGrant(grant: string): Promise<{ readonly path: string; readonly name: string }>;
  /** Reads files into `request.folder`. Aborting the signal stops the reader, at the latest by ending its process. */
  importFiles(
    request: ImportRequest,
    context: { readonly signal: AbortSignal; onEvent(event: ImportEvent): void; progress(progress: Progress): void },
  ): Promise<ImportResult>;
}
