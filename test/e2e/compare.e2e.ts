import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../shared-data';
import { launchApp } from './harness';

const data = sharedData();
const kepler = data ? join(data, 'kepler_tess/kplr010666592-2009131110544_slc.fits') : '';
const SLOW = { timeout: 30_000 };

async function chooseOperation(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await page.keyboard.type(title);
  await page.getByRole('option', { name: title, exact: true }).click();
}

const meter = (page: Page): Locator => page.getByRole('group', { name: 'Signal meter' });
const kept = async (page: Page): Promise<number> => Number.parseFloat((await meter(page).locator('output b').innerText()).replace('−', '-'));

describe('methods before one is applied', () => {
  test.skipIf(!data)(
    'on a real Kepler light curve: the signal meter follows the window, methods stand side by side, one becomes the draft',
    async () => {
      const { page, screenshot } = await launchApp({ args: [kepler] });
      await page.setViewportSize({ width: 1500, height: 950 });
      await page.getByRole('region', { name: 'Operation' }).waitFor();
      await chooseOperation(page, 'Moving median');
      await expect.poll(() => kept(page), SLOW).toBeGreaterThan(90);
      const form = page.getByRole('region', { name: 'Operation' });
      const window = form
        .getByRole('textbox', { name: /^Window/ })
        .or(form.getByRole('spinbutton', { name: /^Window/ }))
        .first();
      await window.fill('0.1');
      await window.press('Tab');
      await expect.poll(() => kept(page), SLOW).toBeLessThan(60);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      const view = page.getByRole('tabpanel', { name: 'Compare methods' });
      const add = page.getByLabel('Add a method', { exact: true });
      for (const label of ['Savitzky–Golay', 'Sigma clipping', 'Moving average']) await add.selectOption({ label });
      await expect.poll(() => view.locator('.method').count(), SLOW).toBe(4);
      await expect.poll(() => view.locator('.numbers tr', { hasText: 'signal' }).innerText(), SLOW).toMatch(/kept.*kept.*flagged.*kept/s);
      await expect.poll(() => view.locator('.numbers tr', { hasText: 'scatter (MAD)' }).locator('td').allInnerTexts(), SLOW).not.toContain('—');
      await screenshot('compare-light');
      // The same x range in all: a zoom in one is a zoom in the others.
      const plots = view.getByRole('application');
      await plots.first().hover();
      await page.mouse.wheel(0, -600);
      await expect.poll(() => page.getByRole('button', { name: 'Whole', exact: true }).isEnabled()).toBe(true);
      await view.locator('.method').first().getByRole('button', { name: 'Use', exact: true }).click();
      await expect.poll(() => page.getByRole('region', { name: 'Operation' }).innerText()).toContain('Take out slow trends with the median');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Dark theme');
      await page.keyboard.press('Enter');
      await page.waitForTimeout(800);
      await screenshot('compare-dark');
      await page.getByRole('button', { name: /^Apply/ }).click();
      await expect.poll(() => view.locator('.method').count(), SLOW).toBe(3);
    },
  );

  test('on the sample survey: the effect on many objects narrows the list; points are accepted and rejected by key', async () => {
    const { page, screenshot } = await launchApp();
    await page.setViewportSize({ width: 1500, height: 950 });
    await page.getByRole('button', { name: /sample survey/i }).click();
    const objects = page.getByRole('region', { name: 'Objects', exact: true });
    await objects.waitFor({ timeout: 60_000 });
    await chooseOperation(page, 'Sigma clipping');
    await page.getByRole('button', { name: 'Effect on objects' }).click();
    const scatter = page.getByRole('application', { name: /scatter \(MAD\)/ });
    await scatter.waitFor(SLOW);
    const box = (await scatter.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 6 });
    await page.mouse.up();
    await expect.poll(() => objects.innerText(), SLOW).toMatch(/in the brushed effect/);
    await expect.poll(() => page.getByText(/[1-9]\d* objects? listed/).count(), SLOW).toBe(1);
    const first = await page
      .getByRole('option', { selected: true })
      .first()
      .innerText()
      .catch(() => '');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await expect.poll(async () => (await objects.getByRole('option', { selected: true }).innerText()) !== first).toBe(true);
    await screenshot('effects-light');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expect.poll(() => objects.innerText()).not.toMatch(/in the brushed effect/);

    await page.keyboard.press('v');
    const list = page.getByRole('listbox', { name: 'Proposed points' });
    await list.waitFor(SLOW);
    await list.focus();
    await page.keyboard.press('a');
    await page.keyboard.press('x');
    await screenshot('proposals-light');
    await expect.poll(() => page.getByText('1 accepted, 1 rejected').count(), SLOW).toBe(1);
    await page.getByRole('button', { name: 'Flag the accepted' }).click();
    const steps = page.getByRole('list', { name: 'Steps' });
    await expect.poll(() => steps.innerText(), SLOW).toMatch(/reviewed_outlier[^]*1 row · /);
    await page.keyboard.press('Control+z');
    await expect.poll(() => steps.innerText(), SLOW).not.toMatch(/reviewed_outlier[^]*1 row · /);
  });
});
