import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { assembly } from '../../scripts/lib/assembly.mjs';

export interface ThreadBundle {
  readonly url: URL;
  remove(): Promise<void>;
}

/** Builds a thread's script from its TypeScript entry, as the application's build does, into a temporary folder. */
export async function buildThread(entry = 'src/workers/entry.thread.ts'): Promise<ThreadBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'skysift-thread-'));
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, '../..'),
    logLevel: 'error',
    publicDir: false,
    plugins: [assembly()],
    ssr: { noExternal: true },
    build: {
      ssr: resolve(import.meta.dirname, '../..', entry),
      outDir: folder,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'entry.thread.mjs', format: 'es' } },
    },
  });
  return { url: pathToFileURL(join(folder, 'entry.thread.mjs')), remove: () => rm(folder, { recursive: true, force: true }) };
}
