// Writes resources/help/operations/*.md from the operations' definitions. `node scripts/help.mjs`; `--check` writes nothing and fails when a
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
  const { operationPage, operationsIndex } = await server.ssrLoadModule('/src/workers/cli/help-pages.ts');
  const options = { ...(await prettier.resolveConfig(resolve(folder, 'index.md'))), parser: 'markdown' };
  const pages = new Map([['index.md', operationsIndex([...operations.values()])]]);
  for (const op of operations.values()) pages.set(`${op.id}.md`, operationPage(op));

  await mkdir(folder, { recursive: true });
  const present = (await readdir(folder)).filter((name) => name.endsWith('.md'));
  const stale = present.filter((name) => !pages.has(name));
  const changed = [];
  for (const [name, text] of pages) {
    const formatted = await prettier.format(text, options);
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
