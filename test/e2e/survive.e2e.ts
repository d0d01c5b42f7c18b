import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { launchApp, temporaryFolder } from './harness';

const SLOW = { timeout: 20_000 };

/** A light curve of `n` points, uneven in time, as CSV. */
function lightCurve(folder: string, n: number): string {
  const path = join(folder, 'curve.csv');
  const lines = ['mjd,mag,magerr'];
  for (let i = 0; i < n; i++) lines.push(`${55000 + i * 0.02 + 0.005 * Math.sin(i)},${(15 + 0.3 * Math.sin(i / 7)).toFixed(5)},0.01`);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const cards = (page: Page): Locator => page.getByRole('list', { name: 'Steps' }).getByRole('listitem', { name: /^Step/ });

async function chooseOperation(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await page.keyboard.type(title);
  await page.getByRole('region', { name: 'Operation' }).getByRole('option', { name: title, exact: true }).click();
}

/** Flags what lies above 15.29 mag, so that there is an applied step. */
async function applyRange(page: Page): Promise<void> {
  await chooseOperation(page, 'Outside a range');
  await page.getByRole('region', { name: 'Operation' }).getByLabel(/^High/).first().fill('15.29');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: /^Apply/ }).click();
  await expect.poll(() => cards(page).count(), SLOW).toBe(1);
}

/** Starts a step that takes many seconds. */
async function startLongStep(page: Page): Promise<void> {
  await chooseOperation(page, 'Lomb–Scargle');
  await page.getByRole('region', { name: 'Operation' }).getByLabel('Method', { exact: true }).selectOption({ label: 'exact' });
  await page.getByRole('button', { name: /^Apply/ }).click();
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: /Cancel/ })
    .first()
    .waitFor(SLOW);
}

/** The workspace folder under a home. */
function workspaceOf(home: string): string {
  const found = readdirSync(home, { recursive: true, withFileTypes: true }).find((e) => e.name === 'journal.jsonl');
  return found!.parentPath;
}

describe('what was applied survives', () => {
  test('kill -9 of the engine while a step runs', async () => {
    const folder = temporaryFolder();
    const { page, pids, screenshot } = await launchApp({ args: [lightCurve(folder, 30_000)] });
    await page
      .getByText(/30\s000 rows/)
      .first()
      .waitFor(SLOW);
    await applyRange(page);
    await startLongStep(page);
    const [engine] = await pids('skysift-engine');
    const killed = performance.now();
    process.kill(engine!, 'SIGKILL');
    const notice = page.getByRole('alert');
    await notice.getByText(/The engine stopped.*restarting. Every applied step is safe/).waitFor(SLOW);
    await screenshot('engine-lost');
    await notice.getByText(/was restarted/).waitFor(SLOW);
    const seconds = (performance.now() - killed) / 1000;
    console.info(`kill -9 of the engine to its return: ${seconds.toFixed(2)} s`);
    expect(seconds).toBeLessThan(5);
    expect(await cards(page).count()).toBe(1);
    const [next] = await pids('skysift-engine');
    expect(next).not.toBe(engine);
    // And the window goes on: the step can be undone and done again.
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => cards(page).count(), SLOW).toBe(0);
    await page.getByRole('button', { name: 'Redo', exact: true }).click();
    await expect.poll(() => cards(page).count(), SLOW).toBe(1);
  });

  test('kill -9 of the whole application', async () => {
    const folder = temporaryFolder();
    const home = temporaryFolder();
    const first = await launchApp({ args: [lightCurve(folder, 5000)], home });
    await first.page
      .getByText(/5\s?000 rows/)
      .first()
      .waitFor(SLOW);
    await applyRange(first.page);
    const text = await cards(first.page).first().innerText();
    const children = [...(await first.pids('skysift-engine')), first.app.process().pid!];
    for (const pid of children) process.kill(pid, 'SIGKILL');
    const second = await launchApp({ args: ['--workspace', workspaceOf(home)], home });
    await expect.poll(() => cards(second.page).count(), SLOW).toBe(1);
    expect(await cards(second.page).first().innerText()).toBe(text);
    await second.screenshot('reopened-after-kill');
  });
});

describe('cancel', () => {
  test('while a step runs leaves the table as it was, at once', async () => {
    const folder = temporaryFolder();
    const { page } = await launchApp({ args: [lightCurve(folder, 30_000)] });
    await page
      .getByText(/30\s000 rows/)
      .first()
      .waitFor(SLOW);
    await startLongStep(page);
    const bar = page.getByRole('contentinfo');
    const pressed = performance.now();
    await bar
      .getByRole('button', { name: /Cancel/ })
      .first()
      .click();
    await expect.poll(() => bar.getByRole('button', { name: /Cancel/ }).count(), { ...SLOW, interval: 10 }).toBe(0);
    console.info(`cancel of a step, click to gone: ${(performance.now() - pressed).toFixed(0)} ms`);
    expect(await cards(page).count()).toBe(0);
  });

  test('while a file is read leaves no table and an empty store', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'long.csv');
    const line = '1.2345678,2.3456789,3.4567891,4.5678912,5.6789123\n';
    writeFileSync(path, `a,b,c,d,e\n${line.repeat(1_500_000)}`);
    const { page, home } = await launchApp({ args: [path] });
    const bar = page.getByRole('contentinfo');
    await bar
      .getByRole('button', { name: /Cancel/ })
      .first()
      .waitFor(SLOW);
    const pressed = performance.now();
    await bar
      .getByRole('button', { name: /Cancel/ })
      .first()
      .click();
    await page.getByRole('button', { name: /open files/i }).waitFor(SLOW);
    console.info(`cancel of an open, click to gone: ${(performance.now() - pressed).toFixed(0)} ms`);
    const store = join(workspaceOf(home), 'store');
    await expect.poll(() => readdirSync(store).filter((n) => n !== 'index.json'), SLOW).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });
});
