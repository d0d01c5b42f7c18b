import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import type { Page } from 'playwright-core';
import type { OperationDef } from '../../src/core/operations/definition';
import { operations } from '../../src/core/operations/registry';
import { periodicCurve } from '../../src/workers/bench/inputs';
import { launchApp, temporaryFolder } from '../e2e/harness';
import { moveSlider, told, watchDrawings } from './watch-drawings';

// From a slider's move to the picture of its preview, for every operation with a slider, over a light curve of 20 000 points:
// npx vitest run --config test/bench/vitest.config.ts preview.window   [OPS=outliers.lof,trends.biweight] [MOVES=9]
const POINTS = 20_000;
const moves = Number(process.env['MOVES'] ?? 9);
const wanted = process.env['OPS']?.split(',');

function curveFile(): string {
  const { t, y, dy } = periodicCurve(POINTS);
  const path = join(temporaryFolder(), 'curve.csv');
  writeFileSync(path, `hjd,mag,mag_err\n${Array.from(t, (time, k) => `${time},${k % 97 === 5 ? '' : y[k]},${dy[k]}`).join('\n')}\n`);
  return path;
}

/** Longer than the pause after which the draft is tried on all rows. */
const WAIT = 1600;
const SLIDER = '[aria-label="Operation"] input[type="range"]';

async function measure(page: Page, op: OperationDef): Promise<string> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(op.title);
  // Views have menus with options of the same names.
  await page.locator('[role="option"]', { hasText: op.title }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(1500);
  if ((await page.locator(SLIDER).count()) === 0) return `${op.id}: no slider`;
  const drawn: number[] = [];
  // By about a tenth of its way, to and fro. What is timed is compiled code.
  for (let k = 0; k < moves + 2; k++) {
    const move = await moveSlider(page, SLIDER, k % 2 ? -90 : 100, WAIT);
    if (move && k >= 2) drawn.push(move.last);
  }
  return drawn.length === 0 ? `${op.id}: nothing drawn` : `${op.id}: ${told(drawn)} (${drawn.length} of ${moves} moves drew)`;
}

it('draws a preview after a slider moved', async () => {
  const { page, close } = await launchApp({ dialogs: [[curveFile()]] });
  await page.getByRole('button', { name: /open files/i }).click();
  await page
    .getByRole('region', { name: 'Light curve', exact: true })
    .getByText(/\d points/)
    .waitFor();
  await watchDrawings(page, '[aria-label="Light curve"]');
  for (const op of operations.values()) {
    if (wanted ? !wanted.includes(op.id) : op.companion) continue;
    console.info(await measure(page, op));
  }
  await close();
});
