// Builds the harness, opens it in Chromium and writes screenshots: node test/renderer/harness/shoot.mjs [OUT] [SCENE.mjs]
// A scene exports `default async (page, shot) => …`; without one: the welcome screen, then the sample survey, dark and light.
import { createServer } from 'node:http';
import { readFile, mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const out = process.argv[2] ?? '/tmp/skysift-shots';
const scene = process.argv[3] ? (await import(pathToFileURL(process.argv[3]).href)).default : undefined;
const site = process.env.HARNESS_OUT ?? '/tmp/skysift-harness';
if (!process.env.HARNESS_NO_BUILD) await build({ configFile: new URL('./vite.config.mjs', import.meta.url).pathname, logLevel: 'warn' });
await mkdir(out, { recursive: true });

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const server = createServer(async (request, response) => {
  const path = request.url === '/' ? '/index.html' : request.url.split('?')[0];
  try {
    const body = await readFile(join(site, path));
    response.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, colorScheme: 'dark' });
page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(`[${m.type()}] ${m.text()}`));
page.on('pageerror', (e) => console.log(`[page error] ${e.stack}`));
const shot = async (name) => {
  await page.screenshot({ path: join(out, `${name}.png`) });
  console.log(join(out, `${name}.png`));
};
try {
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForTimeout(500);
  if (scene) await scene(page, shot);
  else {
    await shot('welcome');
    await page.getByRole('button', { name: /sample survey/i }).click();
    await page.waitForTimeout(2500);
    await shot('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.waitForTimeout(800);
    await shot('light');
  }
} finally {
  await browser.close();
  server.close();
}
