import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { FAULTS, patchedWorker } from './gpu-faults';
import { ROOT } from './harness';

function workerAsset(): string {
  const name = readdirSync(join(ROOT, 'out/renderer/assets')).find((n) => /^entry\.gpu-.*\.js$/.test(n));
  if (!name) throw new Error('the build has no GPU worker');
  return `/assets/${name}`;
}

/** Starts a worker in the page as `window.callGpu(method, arg)`. */
export async function startGpuWorker(page: Page, fault: keyof typeof FAULTS = 'none'): Promise<void> {
  await page.evaluate(
    (source) => {
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' });
      worker.onerror = (e) => console.error(`worker: ${e.message}`);
      const { port1, port2 } = new MessageChannel();
      worker.postMessage(undefined, [port2]);
      const waiting = new Map<number, (m: { t: string; value?: unknown; error?: { message: string } }) => void>();
      let id = 0;
      port1.onmessage = ({ data }) => waiting.get(data.id)?.(data);
      port1.postMessage({ t: 'ready', protocol: 1 });
      const callGpu = (method: string, arg: unknown): Promise<unknown> =>
        new Promise((resolve, reject) => {
          waiting.set(++id, (m) => {
            if (m.t === 'ok') resolve(m.value);
            else reject(new Error(m.error?.message));
          });
          port1.postMessage({ t: 'call', id, service: 'gpu', method, arg });
        });
      Object.assign(window, { callGpu });
    },
    patchedWorker(FAULTS[fault], new URL(workerAsset(), page.url()).href),
  );
}
