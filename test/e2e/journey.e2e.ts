import { execFile } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../shared-data';
import { launchApp, ROOT, temporaryFolder } from './harness';

const run = promisify(execFile);
const data = sharedData();
const kepler = data ? join(data, 'kepler_tess/kplr010666592-2009131110544_slc.fits') : '';
const SLOW = { timeout: 20_000 };
/** HAT-P-7 b, days. */
const PERIOD = 2.204735;

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

/** A point of a view's plot, in fractions of its canvas. */
async function at(view: Locator, x: number, y: number): Promise<[number, number]> {
  const plot = view.getByRole('application');
  await expect.poll(() => plot.boundingBox()).not.toBeNull();
  const box = (await plot.boundingBox())!;
  return [box.x + box.width * x, box.y + box.height * y];
}

async function drag(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  await page.mouse.move(...points[0]!);
  await page.mouse.down();
  for (const [x, y] of points.slice(1)) await page.mouse.move(x, y, { steps: 5 });
  await page.mouse.up();
}

async function chooseOperation(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await page.keyboard.type(title);
  await page.getByRole('option', { name: title, exact: true }).click();
}

const cards = (page: Page): Locator => page.getByRole('list', { name: 'Steps' }).getByRole('listitem', { name: /^Step/ });

/** Applies the draft, takes it back, and does it again. */
async function applyUndoRedo(page: Page, expected: number): Promise<void> {
  await page.getByRole('button', { name: /^Apply/ }).click();
  await expect.poll(() => cards(page).count(), SLOW).toBe(expected);
  await page.keyboard.press('Control+z');
  await expect.poll(() => cards(page).count(), SLOW).toBe(expected - 1);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => cards(page).count(), SLOW).toBe(expected);
}

/** The bytes that must not differ by one: the data unit of a FITS file's first table, or every buffer of an Arrow file's columns. */
async function dataBytes(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  if (path.endsWith('.arrow')) {
    const table = tableFromIPC(bytes);
    const buffers = table.batches.flatMap((b) => b.data.children.flatMap((d) => [d.values, d.valueOffsets, d.nullBitmap]));
    const views = buffers.filter((x): x is Uint8Array => ArrayBuffer.isView(x));
    return Buffer.concat([
      Buffer.from(table.schema.fields.map(String).join()),
      ...views.map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength)),
    ]);
  }
  const header = (from: number): { cards: Map<string, string>; end: number } => {
    const found = new Map<string, string>();
    for (let at = from; ; at += 80) {
      const card = bytes.toString('latin1', at, at + 80);
      if (card.startsWith('END ')) return { cards: found, end: Math.ceil((at + 80) / 2880) * 2880 };
      if (card[8] === '=') found.set(card.slice(0, 8).trim(), card.slice(10).split('/')[0]!.trim());
    }
  };
  const primary = header(0);
  const table = header(primary.end);
  const size = Number(table.cards.get('NAXIS1')) * Number(table.cards.get('NAXIS2')) + Number(table.cards.get('PCOUNT'));
  return bytes.subarray(table.end, table.end + size);
}

describe.skipIf(!existsSync(kepler))('the main job on a Kepler light curve', () => {
  test('look, lasso, flag, clip, detrend, find and fold a period, undo and redo each, export, reopen', async () => {
    const folder = temporaryFolder();
    const input = join(folder, 'hat-p-7.fits');
    copyFileSync(kepler, input);
    const fits = join(folder, 'clean.fits');
    const arrow = join(folder, 'clean.arrow');
    const recipe = join(folder, 'recipe.json');
    const { page, screenshot } = await launchApp({ args: [input], dialogs: [[fits], [arrow], [recipe], [fits]] });
    const curve = region(page, 'Light curve');
    await curve.getByText('14 234 points').waitFor();

    // Lasso the highest points and flag them.
    await page.mouse.click(...(await at(curve, 0.5, 0.98)));
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    const corners = [
      [0.2, 0.05],
      [0.97, 0.05],
      [0.97, 0.13],
      [0.2, 0.13],
      [0.2, 0.05],
    ] as const;
    await drag(page, await Promise.all(corners.map(([x, y]) => at(curve, x, y))));
    await page
      .getByText(/\d+ selected/)
      .first()
      .waitFor();
    await screenshot('journey-lasso');
    await page.keyboard.press('f');
    await page
      .getByRole('list', { name: 'Steps' })
      .getByText(/would flag \d+ row/)
      .waitFor();
    await applyUndoRedo(page, 1);

    await chooseOperation(page, 'Sigma clipping');
    await page.getByText(/^More: sigma below, sigma above/).click();
    await page.getByRole('spinbutton', { name: 'Sigma above (σ)' }).or(page.getByLabel('Sigma above')).first().fill('4');
    await page.getByLabel('Sigma below').first().fill('20');
    await page.keyboard.press('Tab');
    await applyUndoRedo(page, 2);

    await chooseOperation(page, 'Savitzky–Golay');
    const window = page.getByLabel(/^Window/).first();
    await window.fill('1');
    await page.keyboard.press('Tab');
    await page
      .getByText(/before/)
      .first()
      .waitFor();
    await screenshot('journey-detrend-preview');
    await applyUndoRedo(page, 3);

    // Find the period: the strongest peak is P or half of it, a transit being anything but a sine.
    const periodogram = region(page, 'Periodogram');
    await periodogram.getByLabel('Lowest frequency').fill('0.3');
    await periodogram.getByLabel('Highest frequency').fill('0.6');
    await page.keyboard.press('Enter');
    const compute = periodogram.getByRole('button', { name: 'Compute' });
    if (await compute.isVisible()) await compute.click();
    await periodogram
      .getByText(/FAP|peak/i)
      .first()
      .waitFor();
    await screenshot('journey-periodogram');
    // The strongest peak folds; ten days of data know the period to a percent, so the published one follows.
    await periodogram.getByRole('button', { name: /^1 2\.2/ }).click();
    const phase = region(page, 'Phase');
    await phase.getByText(/P = 2\.2/).waitFor(SLOW);
    await phase.getByRole('textbox', { name: 'Period' }).fill(String(PERIOD));
    await page.keyboard.press('Enter');
    await expect.poll(() => phase.getByText(/\d points?/).count(), SLOW).toBeGreaterThan(0);
    await screenshot('journey-phase');
    await chooseOperation(page, 'Fold');
    await page.getByLabel('Period').last().fill(String(PERIOD));
    await page.keyboard.press('Tab');
    await applyUndoRedo(page, 4);

    const exportTo = async (format: RegExp): Promise<void> => {
      await page.keyboard.press('Control+e');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(format).check();
      await dialog.getByRole('button', { name: /^Export/ }).click();
      await dialog.getByText(/cells compared, all equal/).waitFor();
      await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
      await dialog.waitFor({ state: 'detached' });
    };
    await exportTo(/FITS/);
    await exportTo(/Arrow/);
    await screenshot('journey-exported');
    await page.keyboard.press('Control+s');
    await expect.poll(() => existsSync(recipe), SLOW).toBe(true);

    // The same recipe on the command line gives the same bytes, in both formats.
    for (const [mine, again] of [
      [fits, join(folder, 'again.fits')],
      [arrow, join(folder, 'again.arrow')],
    ] as const) {
      await run(process.execPath, [join(ROOT, 'out/workers/entry.cli.js'), 'apply', recipe, input, '-o', again]);
      expect((await dataBytes(mine)).equals(await dataBytes(again)), again).toBe(true);
    }

    // The export opens with its recipe and its flags.
    await page.keyboard.press('Control+o');
    await page.getByText(/Came with a recipe of 4 steps/).waitFor(SLOW);
    await region(page, 'Ledger')
      .getByText(/by hand/)
      .waitFor(SLOW);
    await screenshot('journey-reopened');
  });
});
