// Measures the plot kernel in Chromium: node test/renderer/views/bench/run.mjs
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const out = join(tmpdir(), 'skysift-plot-bench');
await build({ root, configFile: false, base: './', logLevel: 'error', build: { outDir: out, emptyOutDir: true, target: 'chrome130' } });
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const server = createServer(async (request, response) => {
  const path = request.url === '/' ? '/index.html' : request.url;
  try {
    const body = await readFile(join(out, path));
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => 'measure' in window);
  const figures = await page.evaluate(() => window.measure());
  for (const [what, ms] of Object.entries(figures)) console.log(`${what.padEnd(40)} ${ms.toFixed(2).padStart(8)} ms`);
  if (process.argv[2]) await page.screenshot({ path: process.argv[2] });
} finally {
  await browser.close();
  server.close();
}
