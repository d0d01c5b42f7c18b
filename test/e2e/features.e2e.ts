import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Table, tableFromIPC } from 'apache-arrow';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { padDomain } from '../../src/renderer/components/plot/scale';
import { launchApp, temporaryFolder } from './harness';

const SLOW = { timeout: 90_000 };
const BAND = 'r';
const PERIOD = `period_${BAND}`;
const AMPLITUDE = `amplitude_5_95_${BAND}`;
/** Where RR Lyrae stars are: days, magnitudes. */
const REGION = { period: [0.2, 0.95], amplitude: [0.12, 1.5] } as const;

interface Star {
  readonly id: string;
  readonly period: number;
  readonly amplitude: number;
}

const read = async (path: string): Promise<Table> => tableFromIPC(await readFile(path));
const idsOf = (table: Table): string[] => Array.from(table.getChild('objid')!, String);

function starsOf(table: Table): Star[] {
  const [periods, amplitudes] = [table.getChild(PERIOD)!, table.getChild(AMPLITUDE)!];
  return idsOf(table).map((id, i) => ({ id, period: Number(periods.get(i) ?? NaN), amplitude: Number(amplitudes.get(i) ?? NaN) }));
}

async function chooseOperation(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await page.keyboard.type(title);
  await page.getByRole('option', { name: title, exact: true }).click();
}

async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(title);
  await page.getByRole('option', { name: title }).first().waitFor();
  await page.keyboard.press('Enter');
}

/** Writes what the dialog is told to as Arrow and waits until it was read back. */
async function exportArrow(page: Page, choices: readonly string[]): Promise<string> {
  await runCommand(page, 'Export…');
  const dialog = page.getByRole('dialog', { name: 'Export' });
  for (const choice of ['Arrow', ...choices]) await dialog.getByText(choice, { exact: true }).click();
  await dialog.getByRole('button', { name: 'Export…' }).click();
  await expect.poll(() => dialog.innerText(), SLOW).toMatch(/all equal/);
  const said = await dialog.innerText();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  return said;
}

/** The pixel of a star: the margins are those of the plot's axes, known to a few pixels. */
function placeIn(box: { x: number; y: number; width: number; height: number }, stars: readonly Star[]) {
  const finite = stars.filter((s) => s.period > 0 && Number.isFinite(s.amplitude));
  const extent = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const [x0, x1] = padDomain(extent(finite.map((s) => s.period)), 'log').map(Math.log10) as [number, number];
  const [y0, y1] = padDomain(extent(finite.map((s) => s.amplitude)), 'linear');
  const [left, right, top, bottom] = [60, 14, 10, 40];
  return (period: number, amplitude: number): [number, number] => [
    box.x + left + ((Math.log10(period) - x0) / (x1 - x0)) * (box.width - left - right),
    box.y + top + ((y1 - amplitude) / (y1 - y0)) * (box.height - top - bottom),
  ];
}

async function lasso(page: Page, plot: Locator, stars: readonly Star[]): Promise<void> {
  const place = placeIn((await plot.boundingBox())!, stars);
  const most = Math.max(...stars.map((s) => (Number.isFinite(s.amplitude) ? s.amplitude : 0)));
  const [p0, p1] = REGION.period;
  const [a0, a1] = [REGION.amplitude[0], Math.min(most, REGION.amplitude[1])];
  const corners = [place(p0, a0), place(p1, a0), place(p1, a1), place(p0, a1)];
  await page.mouse.move(...corners[0]!);
  await page.mouse.down();
  for (const corner of [...corners.slice(1), corners[0]!]) await page.mouse.move(...corner, { steps: 6 });
  await page.mouse.up();
}

describe('features of many stars', () => {
  test(
    'features over the sample survey, RR Lyrae lassoed in feature space, looked through by key, exported and read back',
    { timeout: 400_000 },
    async () => {
      const folder = temporaryFolder();
      const files = ['all', 'chosen', 'rows', 'truth'].map((name) => join(folder, `${name}.arrow`)) as [string, string, string, string];
      const { page, screenshot } = await launchApp({ dialogs: files.map((f) => [f]) });
      page.setDefaultTimeout(60_000);
      await page.setViewportSize({ width: 1500, height: 950 });
      await page.getByRole('button', { name: /sample survey/i }).click();
      const objects = page.getByRole('region', { name: 'Objects', exact: true });
      await objects.getByRole('option').first().waitFor();

      await chooseOperation(page, 'Sentinels to missing');
      await page.getByRole('button', { name: /^Apply/ }).click();
      await expect.poll(() => page.getByRole('listitem', { name: /^Step/ }).count(), SLOW).toBe(1);
      await runCommand(page, 'Feature space');
      const view = page.getByRole('application', { name: /^Objects, / });
      await view.waitFor();

      await chooseOperation(page, 'Light-curve features');
      await page.getByRole('checkbox', { name: 'Period', exact: true }).check();
      // Uneven times know higher frequencies than their mean spacing: RR Lyrae stars are beyond the automatic limit.
      const highest = page.getByLabel(/^Maximum frequency/);
      await highest.fill('6');
      await highest.blur();
      await page.getByRole('button', { name: /^Apply/ }).click();
      // The list and the view fill while the step runs.
      await expect.poll(() => objects.innerText(), SLOW).toMatch(/\d+ of 420 done/);
      await expect.poll(() => view.getAttribute('aria-label'), SLOW).toMatch(/amplitude.*against period.*: \d+ objects/);
      await screenshot('features-running');
      // Cancelled, it keeps what is done; applied again, it goes on from there and says so.
      await page.getByRole('contentinfo').getByRole('button', { name: 'Cancel' }).click();
      await expect.poll(() => page.locator('body').innerText(), SLOW).toMatch(/Stopped at \d+ of 420 objects/);
      await page.getByRole('button', { name: /^Apply/ }).click();
      await expect.poll(() => page.getByRole('listitem', { name: /^Step/ }).count(), { timeout: 240_000 }).toBe(2);

      await expect.poll(() => page.getByRole('listitem', { name: /^Step 2/ }).innerText()).toMatch(/2 remarks/);

      expect(await exportArrow(page, ['Objects'])).toMatch(/420 objects/);
      const stars = starsOf(await read(files[0]));
      // A click shows the star under it in every view: that of the largest amplitude stands alone.
      const lone = stars.filter((s) => s.period > 0).reduce((a, b) => (b.amplitude > a.amplitude ? b : a));
      await page.mouse.click(...placeIn((await view.boundingBox())!, stars)(lone.period, lone.amplitude));
      await expect.poll(() => page.getByRole('navigation', { name: 'Where' }).innerText(), SLOW).toContain(lone.id);

      const tool = page.getByRole('button', { name: 'Select with a lasso' }).last();
      if ((await tool.getAttribute('aria-pressed')) !== 'true') await tool.click();
      await lasso(page, view, stars);
      await expect.poll(() => objects.innerText(), SLOW).toMatch(/selected in feature space/);
      await screenshot('features-light');

      const listed = objects.getByRole('option', { selected: true });
      const seen = new Set<string>();
      for (let k = 0; k < 20; k++) {
        const before = await listed.innerText().catch(() => '');
        await page.keyboard.press('j');
        await expect.poll(() => listed.innerText().catch(() => ''), SLOW).not.toBe(before);
        seen.add((await listed.getAttribute('id'))!.replace('object-', ''));
      }
      expect(seen.size).toBe(20);
      await page.keyboard.press('3');
      await expect.poll(() => listed.innerText(), SLOW).toMatch(/^3/);

      await exportArrow(page, ['Objects', 'Listed objects']);
      const chosen = starsOf(await read(files[1]));
      expect(chosen.length).toBeGreaterThan(20);
      expect([...seen].filter((id) => !chosen.some((s) => s.id === id))).toEqual([]);
      // Inside what the chosen ones span nothing was left out, and the drawn region is not left by more than its border.
      const span = (of: (s: Star) => number): [number, number] => [Math.min(...chosen.map(of)), Math.max(...chosen.map(of))];
      const [[p0, p1], [a0, a1]] = [span((s) => s.period), span((s) => s.amplitude)];
      const inside = stars.filter((s) => s.period >= p0 && s.period <= p1 && s.amplitude >= a0 && s.amplitude <= a1);
      expect(chosen.map((s) => s.id).sort()).toEqual(inside.map((s) => s.id).sort());
      expect(p0).toBeGreaterThan(REGION.period[0] * 0.9);
      expect(p1).toBeLessThan(REGION.period[1] * 1.1);

      expect(await exportArrow(page, ['Listed objects'])).toMatch(/rows/);
      expect(new Set(idsOf(await read(files[2])))).toEqual(new Set(chosen.map((s) => s.id)));

      await page.getByRole('button', { name: 'Dark theme' }).click();
      await page.getByRole('combobox', { name: 'Colour by' }).selectOption(`period_fap ${BAND}`);
      await page.waitForTimeout(500);
      await screenshot('features-dark');
      await page.keyboard.press('Escape');
      await expect.poll(() => objects.innerText(), SLOW).not.toMatch(/selected in feature space/);

      await page
        .getByRole('treeitem')
        .getByRole('button', { name: /^sample_truth/ })
        .click();
      await exportArrow(page, []);
      const truth = await read(files[3]);
      const types = truth.getChild('type')!;
      const pulsating = idsOf(truth).filter((_, i) => String(types.get(i)).startsWith('rr_lyrae'));
      const found = pulsating.filter((id) => chosen.some((s) => s.id === id)).length;
      expect(pulsating.length).toBeGreaterThan(100);
      expect(found / pulsating.length).toBeGreaterThan(0.9);
    },
  );
});
