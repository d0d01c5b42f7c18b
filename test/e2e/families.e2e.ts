import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchApp } from './harness';

const SLOW = { timeout: 30_000 };

/** One operation of each family, as a user tries them: opened by key or by mouse, previewed, applied, undone. */
const FAMILIES = [
  { family: 'missing', title: 'Fill missing values', set: { Method: 'linear' } },
  { family: 'outliers', title: 'Clip about a local trend', set: {} },
  { family: 'noise', title: 'Smooth', set: { Method: 'median' } },
  { family: 'trends', title: 'Biweight', set: {} },
  { family: 'transform', title: 'Normalise', set: { Method: 'robust' } },
] as const;

const cards = (page: Page): Locator => page.getByRole('list', { name: 'Steps' }).getByRole('listitem', { name: /^Step/ });

async function byPalette(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(title);
  await page.getByRole('option', { name: title }).first().waitFor();
  await page.keyboard.press('Enter');
}

async function byMouse(page: Page, title: string): Promise<void> {
  await page.getByRole('combobox', { name: /operation/i }).click();
  await page.keyboard.type(title);
  await page.getByRole('option', { name: title, exact: true }).click();
}

async function choose(page: Page, label: string, value: string): Promise<void> {
  await page.getByRole('region', { name: 'Operation' }).getByLabel(label, { exact: true }).selectOption({ label: value });
}

test('one operation of each family: preview on the star, apply, undo, by key and by mouse', async () => {
  const { page, screenshot } = await launchApp();
  await page.getByRole('button', { name: /sample survey/i }).click();
  await page
    .getByRole('region', { name: 'Light curve', exact: true })
    .getByText(/\d+ points/)
    .waitFor(SLOW);
  for (const [i, { family, title, set }] of FAMILIES.entries()) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await (i % 2 === 0 ? byPalette(page, title) : byMouse(page, title));
    for (const [label, value] of Object.entries(set)) await choose(page, label, value);
    const panel = page.getByRole('region', { name: 'Operation' });
    await panel
      .getByText(/scatter \(MAD\)/i)
      .first()
      .waitFor(SLOW);
    await page.waitForTimeout(400);
    await screenshot(`family-${family}`);
    await panel.getByRole('button', { name: /^Help on/ }).click();
    const help = page.getByRole('dialog', { name: `Help: ${title}` });
    expect(await help.locator('figure svg circle').count()).toBeGreaterThan(100);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    const before = await cards(page).count();
    await panel.getByRole('button', { name: /^Apply/ }).click();
    await expect.poll(() => cards(page).count(), SLOW).toBe(before + 1);
    await page.keyboard.press('Control+z');
    await expect.poll(() => cards(page).count(), SLOW).toBe(before);
  }
});
