import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError } from '../../../core/protocol/outcome';

/** Where a built script lies: beside the script that asks, or beside the folder of shared chunks that it is in. */
export function builtScript(name: string, from: string = import.meta.url): URL {
  const here = dirname(fileURLToPath(from));
  for (const folder of [here, dirname(here)])
    for (const extension of ['js', 'mjs', 'cjs']) {
      const path = join(folder, `${name}.${extension}`);
      if (existsSync(path)) return pathToFileURL(path);
    }
  throw new AppError({ code: 'internal', message: `the script ${name}.js is missing in ${here}`, hint: 'build the application again' });
}
