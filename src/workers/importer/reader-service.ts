import type { Implementation } from '../../core/protocol/rpc';
import { importFiles } from './import-files';
import type { ImportEvent, ReaderService } from './import-protocol';

/** The service of a reader process: one import, its events to whoever listens. */
export function readerService(): Implementation<ReaderService> {
  const listeners = new Set<(event: ImportEvent) => void>();
  return {
    import: (request, { signal, progress }) => importFiles(request, { signal, progress, emit: (event) => listeners.forEach((l) => l(event)) }),
    onImport: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
