import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError } from '../../../core/protocol/outcome';

/** Where the built thread script lies: beside the script that asks, or beside the folder of shared chunks that it is in. */
export function threadUrl(from: string = import.meta.url): URL {
  const here = dirname(fileURLToPath(from));
  for (const folder of [here, dirname(here)])
    for (const name of ['entry.thread.js', 'entry.thread.mjs', 'entry.thread.cjs']) {
      const path = join(folder, name);
      if (existsSync(path)) return pathToFileURL(path);
    }
  throw new AppError({ code: 'internal', message: `the thread script entry.thread.js is missing in ${here}`, hint: 'build the application again' });
}
