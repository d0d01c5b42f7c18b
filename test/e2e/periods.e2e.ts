import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { launchApp, temporaryFolder } from './harness';

const SLOW = { timeout: 20_000 };
const STARS = 24;
const POINTS = 260;
/** Days. */
const BASELINE = 700;

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

/** Periods like those of RR Lyrae stars, all different. */
const periodOf = (star: number): number => 0.43 + 0.0137 * star;
const nameOf = (star: number): string => `star-${String(star).padStart(2, '0')}`;

/** Light curves with a steep rise at times without a pattern, with noise that is the same every time. */
function lightCurves(): string {
  const columns = [
    '{name: id, datatype: string}',
    '{name: mjd, unit: d, datatype: float64}',
    '{name: mag, unit: mag, datatype: float64}',
    '{name: magerr, unit: mag, datatype: float64}',
  ];
  const lines = [
    '# %ECSV 1.0',
    '# ---',
    "# delimiter: ','",
    '# datatype:',
    ...columns.map((c) => `# - ${c}`),
    '# schema: astropy-2.0',
    'id,mjd,mag,magerr',
  ];
  let state = 12345;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let star = 0; star < STARS; star++)
    for (let i = 0; i < POINTS; i++) {
      const time = 58_000 + BASELINE * random();
      const phase = (time / periodOf(star)) % 1;
      const mag = 17 + 0.8 * (phase < 0.15 ? 1 - phase / 0.15 : (phase - 0.15) / 0.85) + 0.03 * (random() - 0.5);
      lines.push(`${nameOf(star)},${time.toFixed(6)},${mag.toFixed(4)},0.01`);
    }
  return `${lines.join('\n')}\n`;
}

/** The best peak's period, as the list of peaks says it. */
async function bestPeriod(periodogram: Locator): Promise<number> {
  const text = await periodogram.getByRole('list', { name: 'Peaks' }).getByRole('button').first().innerText();
  return Number(/^1\s+([\d.]+)/.exec(text)?.[1]);
}
const foldedPeriod = async (phase: Locator): Promise<number> => Number(await phase.getByRole('textbox', { name: 'Period' }).inputValue());
const off = (period: number, star: number): number => Math.abs(period / periodOf(star) - 1);

/** Moves over the plot until its tip names a period this near to the star's. */
async function findPeak(page: Page, plot: Locator, star: number, within: number): Promise<void> {
  const box = (await plot.boundingBox())!;
  for (let x = 0.12; x < 0.98; x += 0.006) {
    await page.mouse.move(box.x + box.width * x, box.y + box.height * 0.5);
    const tip = plot.getByRole('tooltip').locator('.title');
    const title = (await tip.count()) > 0 ? await tip.textContent() : '';
    if (off(Number(/P = ([\d.]+)/.exec(title ?? '')?.[1]), star) < within) return;
  }
  throw new Error(`no peak at ${periodOf(star)} under the pointer`);
}

describe('the periods of variable stars', () => {
  test('a period is found, looked at closer, tried and adopted by mouse; the periodogram follows through twenty objects by key', async () => {
    const file = join(temporaryFolder(), 'stars.ecsv');
    writeFileSync(file, lightCurves());
    const { page, screenshot } = await launchApp({ args: [file] });
    const periodogram = region(page, 'Periodogram');
    const phase = region(page, 'Phase');
    const plot = periodogram.getByRole('application');
    await periodogram.getByRole('list', { name: 'Peaks' }).waitFor(SLOW);
    await expect.poll(() => bestPeriod(periodogram).then((p) => off(p, 0)), SLOW).toBeLessThan(1e-3);
    // A new object is folded at its best peak without a click.
    await expect.poll(() => foldedPeriod(phase).then((p) => off(p, 0)), SLOW).toBeLessThan(1e-4);

    // Closer: the frequencies in sight are computed anew, in finer steps.
    await findPeak(page, plot, 0, 1e-3);
    for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -240);
    await expect.poll(() => periodogram.getByTitle(/zoomed: recomputed at .* \/d/).count(), SLOW).toBe(1);
    await screenshot('periods-zoomed');

    // Another peak is tried under the pointer; away from the plot the fold is what it was.
    await page.keyboard.press('r');
    await phase.getByRole('textbox', { name: 'Period' }).fill('1.5');
    await page.keyboard.press('Enter');
    await expect.poll(() => foldedPeriod(phase)).toBeCloseTo(1.5, 6);
    await findPeak(page, plot, 0, 1e-3);
    await expect.poll(() => foldedPeriod(phase).then((p) => off(p, 0))).toBeLessThan(1e-3);
    await page.mouse.move(5, 5);
    await expect.poll(() => foldedPeriod(phase)).toBeCloseTo(1.5, 6);
    // A click keeps it.
    await findPeak(page, plot, 0, 1e-3);
    await page.mouse.down();
    await page.mouse.up();
    await page.mouse.move(5, 5);
    await expect.poll(() => foldedPeriod(phase).then((p) => off(p, 0))).toBeLessThan(1e-4);

    // The list of peaks by key: down and back up fold on trial, Enter keeps.
    const peaks = periodogram.getByRole('list', { name: 'Peaks' }).getByRole('button');
    await peaks.first().focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => foldedPeriod(phase).then((p) => off(p, 0))).toBeGreaterThan(0.01);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => foldedPeriod(phase).then((p) => off(p, 0))).toBeLessThan(1e-4);

    // A step that records it.
    await periodogram.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('menuitem', { name: /Phase as a column/ }).click();
    await page.getByRole('button', { name: /^Apply/ }).click();
    await expect.poll(() => page.getByRole('list', { name: 'Steps' }).getByRole('listitem', { name: /^Step/ }).count(), SLOW).toBe(1);

    // Through the stars by key; each comes with its own search, and folded at its period.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let star = 1; star <= 20; star++) {
      await page.keyboard.press('j');
      await expect.poll(() => bestPeriod(periodogram).then((p) => off(p, star)), { ...SLOW, interval: 30 }).toBeLessThan(1e-3);
      await expect.poll(() => foldedPeriod(phase).then((p) => off(p, star)), { ...SLOW, interval: 30 }).toBeLessThan(1e-4);
    }
    await screenshot('periods-twentieth');
  });

  test('other methods search the same star, and what is lowest points up', async () => {
    const file = join(temporaryFolder(), 'stars.ecsv');
    writeFileSync(file, lightCurves());
    const { page, screenshot } = await launchApp({ args: [file] });
    const periodogram = region(page, 'Periodogram');
    await periodogram.getByRole('list', { name: 'Peaks' }).waitFor(SLOW);
    const choice = periodogram.getByRole('combobox', { name: 'Method' });
    const methods = await choice.locator('option').allInnerTexts();
    expect(methods[0]).toBe('Lomb–Scargle');
    // Long enough a look for every method, on the frequencies of such stars.
    await periodogram.getByLabel('Lowest frequency').fill('2.3');
    await periodogram.getByLabel('Highest frequency').fill('2.36');
    await page.keyboard.press('Tab');
    for (const method of methods) {
      await choice.selectOption({ label: method });
      await expect.poll(() => periodogram.getByText(method).count(), SLOW).toBeGreaterThan(0);
      const compute = periodogram.getByRole('button', { name: 'Compute' });
      const list = periodogram.getByRole('list', { name: 'Peaks' });
      await expect.poll(async () => (await compute.isVisible()) || (await list.isVisible()), SLOW).toBe(true);
      if (await compute.isVisible()) await compute.click();
      await list.waitFor({ timeout: 60_000 });
      // A box is no sawtooth: it may prefer a multiple.
      if (method !== 'Box least squares') await expect.poll(() => bestPeriod(periodogram).then((p) => off(p, 0)), SLOW).toBeLessThan(1e-3);
      await screenshot(`periods-${method.replace(/\W+/g, '-').toLowerCase()}`);
    }

    // All of them vote; the winner is folded at the maximum it names.
    await periodogram.getByLabel('Lowest frequency').fill('');
    await periodogram.getByLabel('Highest frequency').fill('');
    await page.keyboard.press('Tab');
    await periodogram.getByRole('button', { name: 'Vote' }).click();
    const vote = periodogram.getByRole('region', { name: 'Vote' });
    await vote.getByText(/\d of \d methods agree/).waitFor({ timeout: 60_000 });
    await vote.getByRole('button').first().click();
    await page.mouse.move(5, 5);
    await expect.poll(() => foldedPeriod(region(page, 'Phase')).then((p) => off(p, 0)), SLOW).toBeLessThan(1e-4);
    await screenshot('periods-vote');
  });
});
