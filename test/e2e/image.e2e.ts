import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../shared-data';
import { launchApp, temporaryFolder } from './harness';

const SLOW = { timeout: 30_000 };
const data = sharedData();
const m13 = data && join(data, 'fits_images/m13.fits');

const picture = (page: Page, name: RegExp): Locator => page.getByRole('application', { name });

/** How many colours a pane shows: none before its picture is there. */
async function colours(pane: Locator): Promise<number> {
  return pane
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data: bytes } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const words = new Uint32Array(bytes.buffer);
      return new Set(words.filter((_, i) => i % 7 === 0)).size;
    });
}

describe.skipIf(m13 === undefined || !existsSync(m13))('an image', () => {
  test('is looked at, convolved with the mouse alone, compared, exported with its recipe, and opened again', async () => {
    const saved = join(temporaryFolder(), 'smooth.fits');
    const { page, screenshot } = await launchApp({ args: [m13!], dialogs: [[saved], [saved]] });
    const original = picture(page, /^value/);
    await original.waitFor(SLOW);
    await expect.poll(() => colours(original), SLOW).toBeGreaterThan(20);
    await page.getByText(/300 × 300 pixels/).waitFor(SLOW);
    await screenshot('image-dark');

    // Under the pointer: the pixel, its value.
    const box = (await original.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const under = page.getByLabel('Under the pointer');
    await expect.poll(() => under.innerText()).toMatch(/x 1[45]\d y 1[45]\d\s+\S+ \d+/);

    // A kernel from its picture, its width from the slider.
    await page.getByPlaceholder(/Search operations/).click();
    await page.getByRole('option', { name: 'Convolve an image' }).click();
    await page.getByRole('button', { name: /^Kernel: gaussian/ }).click();
    await page.getByRole('menuitemradio', { name: 'moffat' }).click();
    const slider = page.getByRole('slider', { name: 'Width slider' });
    const track = (await slider.boundingBox())!;
    await page.mouse.move(track.x + track.width * 0.3, track.y + track.height / 2);
    await page.mouse.down();
    await page.mouse.move(track.x + track.width * 0.5, track.y + track.height / 2, { steps: 8 });
    await page.mouse.up();
    for (const name of [/^original/, /^result/, /^residual/, /^kernel: \d+ × \d+ · sum 1/])
      await expect.poll(() => colours(picture(page, name)), SLOW).toBeGreaterThan(8);
    await picture(page, /^result: from all pixels/).waitFor(SLOW);
    await page.getByRole('status', { name: 'Device and times' }).waitFor(SLOW);
    await page.waitForTimeout(1500);
    await screenshot('image-compared');

    // Zooming into one zooms into all: the same number of pixels is left in each.
    const before = await page.getByText(/300 × 300 pixels · × /).innerText();
    const pane = (await picture(page, /^original/).boundingBox())!;
    await page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height / 2);
    await page.mouse.wheel(0, -600);
    await expect.poll(() => page.getByText(/300 × 300 pixels · × /).innerText()).not.toBe(before);
    await expect.poll(() => colours(picture(page, /^result/)), SLOW).toBeGreaterThan(8);
    await page.getByRole('button', { name: 'Show everything' }).first().click();

    // A box has its numbers in the foot line.
    await page.getByRole('button', { name: 'Select with a box' }).first().click();
    await page.mouse.move(pane.x + pane.width * 0.35, pane.y + pane.height * 0.35);
    await page.mouse.down();
    await page.mouse.move(pane.x + pane.width * 0.6, pane.y + pane.height * 0.6, { steps: 4 });
    await page.mouse.up();
    await page
      .getByRole('status', { name: 'Region' })
      .getByText(/^mean \d/)
      .waitFor(SLOW);
    await page.getByRole('button', { name: 'Forget the region' }).click();

    await page.getByRole('button', { name: /^Apply/ }).click();
    await page.getByRole('button', { name: /^Apply/ }).waitFor({ state: 'detached', ...SLOW });
    for (const name of [/^value:/, /^value_convolved/, /^value_residual: even limits/])
      await expect.poll(() => colours(picture(page, name)), SLOW).toBeGreaterThan(8);
    await screenshot('image-applied');

    await page
      .getByRole('button', { name: /^Export/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/FITS/).first().check();
    await dialog.getByRole('button', { name: /^Export/ }).click();
    await dialog.getByText(/compared, all equal/).waitFor(SLOW);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    expect(existsSync(saved)).toBe(true);

    await page.getByRole('button', { name: 'Open more' }).click();
    await page.getByRole('menuitem', { name: /^Open files/ }).click();
    await page.getByText(/Came with a recipe of 1 step/).waitFor(SLOW);
    await page.getByText(/300 × 300 pixels/).waitFor(SLOW);
    await screenshot('image-reopened');
  });
});
