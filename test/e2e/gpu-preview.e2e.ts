import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { header } from '../workers/readers/fits-bytes';
import { FAULTS, patchedWorker, PRETEND, PRETENDED } from './gpu-faults';
import { launchApp, ROOT, temporaryFolder, type Running } from './harness';
import { writeStar } from './star-file';

// The image view on a machine with a GPU: Chromium's software renderer under another name, timed as if it were fast, so that it is chosen.

const SLOW = { timeout: 60_000 };
const SIDE = 96;

/** A FITS image of some stars on a level. */
function writeImage(file: string): void {
  const cards = ['SIMPLE  =                    T', 'BITPIX  =                  -32', 'NAXIS   =                    2'];
  cards.push(`NAXIS1  = ${String(SIDE).padStart(20)}`, `NAXIS2  = ${String(SIDE).padStart(20)}`);
  const data = Buffer.alloc(Math.ceil((SIDE * SIDE * 4) / 2880) * 2880);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const star = (a: number, b: number): number => 300 * Math.exp(-((x - a) ** 2 + (y - b) ** 2) / 8);
      data.writeFloatBE(1000 + ((x * 31 + y * 17) % 13) + star(30, 40) + star(70, 20) + star(50, 75), (y * SIDE + x) * 4);
    }
  writeFileSync(file, Buffer.concat([header(cards), data]));
}

/** A window whose GPU worker finds a GPU, which was timed as fast. */
async function windowWithGpu(fault: keyof typeof FAULTS): Promise<Running> {
  const file = join(temporaryFolder(), 'stars.fits');
  writeImage(file);
  const running = await launchApp({ args: [file] });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const speeds = [
    { backend: 'webgl2', fixedMs: 0, nsPerOperation: 1e-6 },
    { backend: 'cpu', fixedMs: 0, nsPerOperation: 1000 },
  ];
  const measured = { key: `${version} | webgl2:${PRETENDED} | webgpu:-`, speeds, failed: {} };
  await running.page.context().addInitScript(
    ([source, kept]) => {
      localStorage.setItem('skysift.gpu', kept);
      const Plain = Worker;
      globalThis.Worker = class extends Plain {
        constructor(url: URL | string, options?: WorkerOptions) {
          super(URL.createObjectURL(new Blob([source.replace('THE_WORKER', String(url))], { type: 'text/javascript' })), options);
        }
      };
    },
    [patchedWorker(`${PRETEND}${FAULTS[fault]}`, 'THE_WORKER'), JSON.stringify(measured)] as const,
  );
  await running.page.reload();
  await running.page.getByText(`${SIDE} × ${SIDE} pixels`).first().waitFor(SLOW);
  return running;
}

async function startDraft(page: Page): Promise<void> {
  await page.getByPlaceholder(/Search operations/).click();
  await page.getByRole('option', { name: 'Convolve an image' }).click();
  await page.getByRole('slider', { name: 'Width slider' }).waitFor(SLOW);
}

/** The draft in a window as it is on this machine. */
async function windowWithoutGpu(): Promise<Page> {
  const file = join(temporaryFolder(), 'stars.fits');
  writeImage(file);
  const { page } = await launchApp({ args: [file] });
  await page.getByText(`${SIDE} × ${SIDE} pixels`).first().waitFor(SLOW);
  await startDraft(page);
  return page;
}

/** The pixels of the result, when they do not change any more. */
async function resultOf(page: Page): Promise<string> {
  const canvas = page
    .getByRole('application', { name: /^result/ })
    .locator('canvas')
    .first();
  await canvas.waitFor(SLOW);
  await page.waitForTimeout(2500);
  return canvas.evaluate((c: HTMLCanvasElement) => c.toDataURL());
}

const receipt = (page: Page) => page.getByRole('status', { name: 'Device and times' });

it('shows which GPU made a preview, what it took, and how far it is from float64', async () => {
  const { page, screenshot } = await windowWithGpu('none');
  await page.getByText(/^GPU: NVIDIA RTX A2000, WebGL2/).waitFor(SLOW);
  await startDraft(page);
  await expect
    .poll(() => receipt(page).innerText(), SLOW)
    .toMatch(
      /NVIDIA RTX A2000 · WebGL2\s+upload [\d.\s]+ ms\s+compute [\d.\s]+ ms\s+read back [\d.\s]+ ms\s+CPU [\d.\s]+ ms\s+largest difference \S+ of 48 checked/,
    );
  await page.getByText(/^GPU: NVIDIA RTX A2000, WebGL2, checked to \de-[78]/).waitFor(SLOW);
  await page.waitForTimeout(1000);
  await screenshot('gpu-receipt');
});

const SENTENCES: readonly (readonly [keyof typeof FAULTS, RegExp])[] = [
  ['lost midway', /^The GPU was lost while it worked \(its driver or the browser reset it\)\. The CPU computed this\./],
  ['wrong numbers', /^The GPU computed \S+ where float64 says \S+\. The CPU computed this\./],
];
it.each(SENTENCES)('with %s says why under the right picture, and leaves the GPU alone', async (fault, sentence) => {
  const { page, screenshot } = await windowWithGpu(fault);
  await page.getByText(/^GPU: NVIDIA RTX A2000/).waitFor(SLOW);
  await startDraft(page);
  await expect.poll(() => receipt(page).innerText(), SLOW).toMatch(sentence);
  const bar = page.getByText('CPU', { exact: true });
  await bar.waitFor(SLOW);
  expect(await bar.getAttribute('title')).toMatch(/^The GPU (was lost|computed)/);
  expect(await resultOf(page)).toBe(await resultOf(await windowWithoutGpu()));
  await screenshot(`gpu-${fault.replaceAll(' ', '-')}`);
});

it('without a GPU says so at the bottom and under the preview', async () => {
  const page = await windowWithoutGpu();
  const bar = page.locator('footer').getByText(/^(CPU|GPU: )/);
  await bar.waitFor(SLOW);
  // A machine with a GPU of its own has nothing to explain.
  if (await bar.getByText(/^GPU/).count()) return;
  const why = (await bar.getAttribute('title'))!;
  await page.getByRole('slider', { name: 'Width slider' }).press('ArrowRight');
  await expect.poll(() => receipt(page).innerText(), SLOW).toContain(why);
  expect(await receipt(page).innerText()).toMatch(/CPU [\d.\s]+ ms/);
});

it('says under a convolved light curve what it cost', async () => {
  const file = join(temporaryFolder(), 'star.arrow');
  writeStar(file, 20_000);
  const { page, screenshot } = await launchApp({ args: [file] });
  await page.getByText('20 000 rows').first().waitFor(SLOW);
  await page.getByPlaceholder(/Search operations/).click();
  await page.getByRole('option', { name: 'Convolve a light curve' }).click();
  await expect.poll(() => receipt(page).first().innerText(), SLOW).toMatch(/CPU [\d.\s]+ ms/);
  await page.waitForTimeout(1000);
  await screenshot('gpu-series-receipt');
});
