import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { it } from 'vitest';
import { launchApp, temporaryFolder } from '../e2e/harness';

// From a move of the width slider over an image of 2048² to the redrawn result in the view's resolution, and to the one from all pixels:
// npx vitest run --config test/bench/vitest.config.ts image.window   [MOVES=12]
const SIDE = 2048;
const moves = Number(process.env['MOVES'] ?? 12);

/** A field of stars over a noisy sky, as a FITS image of float32. */
function writeImage(path: string): void {
  const cards = ['SIMPLE  =                    T', 'BITPIX  =                  -32', 'NAXIS   =                    2'];
  for (const axis of [1, 2]) cards.push(`NAXIS${axis}  = ${String(SIDE).padStart(20)}`);
  const header = Buffer.from([...cards, 'END'].map((card) => card.padEnd(80)).join(''));
  const bytes = 2880 * Math.ceil((4 * SIDE * SIDE) / 2880);
  const file = Buffer.concat([header, Buffer.alloc(2880 - header.length, ' '), Buffer.alloc(bytes)]);
  let state = 12345;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  for (let k = 0; k < SIDE * SIDE; k++)
    file.writeFloatBE(100 + 5 * (random() + random() - 1) + (random() < 1e-4 ? 2000 * random() : 0), 2880 + 4 * k);
  writeFileSync(path, file);
}

/** Keeps when frames with a new drawing of the result were done. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const frames: number[] = [];
    const { setTransform } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.setTransform = function (this: CanvasRenderingContext2D, ...args: never[]) {
      const pane = document.querySelector('[role="application"][aria-label^="result"]');
      if (pane?.querySelector('canvas') === this.canvas) setTimeout(() => frames.push(performance.now()));
      (setTransform as (...a: never[]) => void).apply(this, args);
    } as typeof setTransform;
    Object.assign(window, { frames });
  });
}

/** Milliseconds to the first and to the last drawing after a move of the slider. */
function move(page: Page, step: number): Promise<readonly [number, number]> {
  return page.evaluate(async (k) => {
    const { frames } = window as unknown as { frames: number[] };
    const slider = document.querySelector<HTMLInputElement>('[aria-label="Width slider"]')!;
    frames.length = 0;
    const start = performance.now();
    slider.value = String(Number(slider.value) + (k % 2 ? -60 : 70));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => setTimeout(done, 3000));
    return [(frames[0] ?? NaN) - start, (frames.at(-1) ?? NaN) - start] as const;
  }, step);
}

it('redraws the result of a convolution while its width slider moves', async () => {
  const file = join(temporaryFolder(), 'field.fits');
  writeImage(file);
  const { page, close } = await launchApp({ args: [file] });
  await page.getByText(/2.?048 × 2.?048 pixels/).waitFor();
  await page.getByPlaceholder(/Search operations/).click();
  await page.getByRole('option', { name: 'Convolve an image' }).click();
  await page.getByRole('application', { name: /^result: from all pixels/ }).waitFor();
  await watch(page);
  const all: (readonly [number, number])[] = [];
  for (let k = 0; k < moves + 2; k++) all.push(await move(page, k));
  const told = (which: 0 | 1): string => {
    const sorted = all
      .slice(2)
      .map((m) => m[which])
      .sort((a, b) => a - b);
    return `median ${sorted[sorted.length >> 1]!.toFixed(0)} ms, worst ${sorted.at(-1)!.toFixed(0)} ms`;
  };
  console.info(`${SIDE}² ⊗ Gaussian, in the view's resolution: ${told(0)}; from all pixels: ${told(1)} (${moves} moves)`);
  await close();
});
