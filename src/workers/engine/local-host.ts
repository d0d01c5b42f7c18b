import { basename, resolve } from 'node:path';
import { importFiles } from '../importer/import-files';
import type { EngineHost } from './host';

/** A host for the command line and for tests: a grant is a path, and files are read in this process. */
export function localHost(): EngineHost {
  return {
    resolveGrant: (grant) => Promise.resolve({ path: resolve(grant), name: basename(grant) }),
    importFiles: (request, { signal, onEvent, progress }) => importFiles(request, { signal, emit: onEvent, progress }),
  };
}
