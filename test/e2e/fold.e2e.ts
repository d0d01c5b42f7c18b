import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchApp, temporaryFolder } from './harness';
import { STAR_PERIOD, starAt, writeStar } from './star-file';

const SLOW = { timeout: 20_000 };

/** When in the first cycle the star is brightest. */
function brightest(): number {
  const times = Array.from({ length: 2000 }, (_, i) => (i / 2000) * STAR_PERIOD);
  return times.reduce((best, t) => (starAt(t) < starAt(best) ? t : best));
}

/** How far two times are from being whole periods apart, in periods. */
function phaseBetween(a: number, b: number): number {
  const turns = (a - b) / STAR_PERIOD;
  return Math.abs(turns - Math.round(turns));
}

test('a fold under the hand: dragged, stepped, taken back, its epoch set, fitted, and clipped about', async () => {
  const file = join(temporaryFolder(), 'star.arrow');
  writeStar(file, 3000);
  const { page, screenshot } = await launchApp({ args: [file] });
  const phase = page.getByRole('region', { name: 'Phase', exact: true });
  await page
    .getByRole('tab', { name: /^Phase/ })
    .or(phase)
    .first()
    .click();
  const period = phase.getByRole('textbox', { name: 'Period' });
  const shown = async (): Promise<number> => Number(await period.inputValue());
  await period.fill(String(STAR_PERIOD));
  await period.press('Enter');
  await phase.getByText('3 000 points').waitFor(SLOW);

  // The tool: the end of the data follows the hand to the right, so the period gets shorter; what is let go of can be taken back.
  const plot = phase.getByRole('application');
  const box = (await plot.boundingBox())!;
  const [x, y] = [box.x + box.width * 0.4, box.y + box.height / 2];
  const drag = async (by: number): Promise<void> => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + by, y, { steps: 6 });
  };
  await page.mouse.click(x, y);
  await page.keyboard.press('d');
  await drag(60);
  await expect.poll(shown).toBeLessThan(STAR_PERIOD);
  await page.keyboard.press('Escape');
  await expect.poll(shown).toBe(STAR_PERIOD);
  await page.mouse.up();
  await drag(-60);
  await page.mouse.up();
  await expect.poll(shown).toBeGreaterThan(STAR_PERIOD);
  await phase.getByRole('button', { name: 'Back' }).click();
  await expect.poll(shown).toBe(STAR_PERIOD);

  // Fine and coarse steps, by key: a hundredth and a tenth of a cycle over all the data.
  const stepped = async (key: string): Promise<number> => {
    await page.keyboard.press(key);
    await expect.poll(shown).not.toBe(STAR_PERIOD);
    const drift = 1460 * (1 / (await shown()) - 1 / STAR_PERIOD);
    await page.keyboard.press('u');
    await expect.poll(shown).toBe(STAR_PERIOD);
    return drift;
  };
  expect(await stepped('.')).toBeCloseTo(0.01, 3);
  expect(await stepped('<')).toBeCloseTo(-0.1, 3);

  const epoch = async (label: Locator = phase.getByText('epoch', { exact: true })): Promise<number> =>
    Number((await label.getAttribute('title'))!.replace('Epoch: ', ''));
  await phase.getByRole('button', { name: 'max', exact: true }).click();
  await expect.poll(async () => phaseBetween(await epoch(), brightest())).toBeLessThan(0.02);
  // A double click with the tool puts the epoch where it is made: a quarter into the two cycles, half a period on.
  const before = await epoch();
  const [left, right] = [box.x + 60, box.x + box.width - 14];
  await page.mouse.dblclick(left + (right - left) / 4, y);
  await expect.poll(async () => phaseBetween(await epoch(), before)).toBeGreaterThan(0.4);
  await page.keyboard.press('d');

  await phase.getByRole('button', { name: 'Curve' }).click();
  await page.getByRole('menuitemradio', { name: '3 harmonics' }).click();
  await page.getByRole('menuitemcheckbox', { name: /half apart/ }).click();
  await page.keyboard.press('Escape');
  // Two sines make an amplitude of 0.91; the noise has a deviation of 0.0204.
  await phase.getByTitle(/^3 harmonics: 0\.9\d* from lowest to highest, the points 0\.020\d/).waitFor(SLOW);
  await screenshot('fold-harmonics');

  await phase.getByRole('button', { name: 'clip', exact: true }).click();
  const draft = page.getByLabel(/^Period/).last();
  await expect.poll(async () => Number(await draft.inputValue())).toBe(STAR_PERIOD);
});
