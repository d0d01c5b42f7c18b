import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchApp, temporaryFolder } from './harness';

test('the compute lab measures threads and processes, says why there is no GPU, and writes its figures', async () => {
  const saved = join(temporaryFolder(), 'lab.csv');
  const { page, screenshot } = await launchApp({ dialogs: [[saved]] });
  await page.getByRole('button', { name: 'Open files…' }).and(page.locator(':enabled')).waitFor({ timeout: 60_000 });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('compute lab');
  await page.keyboard.press('Enter');
  const lab = page.getByRole('dialog', { name: 'Compute lab' });
  await lab.getByText('Sum', { exact: true }).click();
  await lab.getByRole('button', { name: '512²', exact: true }).click();
  await lab.getByRole('button', { name: '4096²', exact: true }).click();
  await lab.getByRole('button', { name: 'Measure' }).click();
  await lab.getByRole('row', { name: /^GPU/ }).waitFor({ timeout: 120_000 });
  const rows = await lab.getByRole('table').getByRole('row').allInnerTexts();
  const processes = rows.filter((r) => /^\d+ process/.test(r));
  expect(processes.length).toBeGreaterThan(0);
  // Electron's own program is the Node of the processes; the result is that of one thread.
  for (const row of [...rows.filter((r) => /^\d+ thread/.test(r)), ...processes]) expect(row).toMatch(/ms\s.*same$/s);
  expect(await lab.getByRole('img', { name: /^(Times of each|Speed-up with)/ }).count()).toBe(2);
  await screenshot('lab');
  await lab.getByRole('button', { name: 'Export CSV…' }).click();
  await expect.poll(() => readFileSync(saved, { encoding: 'utf8', flag: 'a+' })).toMatch(/^# .*Electron.*\nexperiment,size,how/);
  expect(readFileSync(saved, 'utf8')).toMatch(/\nsum,512,processes,1,/);
}, 240_000);
