// Writes resources/help/operations/*.md and their figures from the operations' definitions. `node scripts/help.mjs`; `--check` writes nothing and fails when a
// page is out of date.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as prettier from 'prettier';
import { createServer } from 'vite';

const root = resolve(import.meta.dirname, '..');
const folder = resolve(root, 'resources/help/operations');
const isCheck = process.argv.includes('--check');

const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { operations } = await server.ssrLoadModule('/src/core/operations/registry.ts');
  const { operationFigure, operationPage, operationsIndex } = await server.ssrLoadModule('/src/workers/cli/help-pages.ts');
  const options = { ...(await prettier.resolveConfig(resolve(folder, 'index.md'))), parser: 'markdown' };
  const pages = new Map([['index.md', operationsIndex([...operations.values()])]]);
  for (const op of operations.values()) {
    pages.set(`${op.id}.md`, operationPage(op));
    pages.set(`figures/${op.id}.svg`, operationFigure(op));
  }

  await mkdir(resolve(folder, 'figures'), { recursive: true });
  const present = (await readdir(folder, { recursive: true })).filter((name) => /\.(md|svg)$/.test(name));
  const stale = present.filter((name) => !pages.has(name));
  const changed = [];
  for (const [name, text] of pages) {
    const formatted = name.endsWith('.md') ? await prettier.format(text, options) : text;
    const before = await readFile(resolve(folder, name), 'utf8').catch(() => undefined);
    if (before === formatted) continue;
    changed.push(name);
    if (!isCheck) await writeFile(resolve(folder, name), formatted);
  }
  if (!isCheck) for (const name of stale) await rm(resolve(folder, name));
  if (isCheck && changed.length + stale.length > 0) {
    console.error(`help pages out of date: ${[...changed, ...stale].join(', ')} (run node scripts/help.mjs)`);
    process.exitCode = 1;
  } else console.log(`${pages.size} help pages, ${changed.length} written, ${stale.length} removed`);
} finally {
  await server.close();
}
