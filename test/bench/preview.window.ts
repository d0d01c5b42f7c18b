import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import type { Page } from 'playwright-core';
import type { OperationDef } from '../../src/core/operations/definition';
import { operations } from '../../src/core/operations/registry';
import { periodicCurve } from '../../src/workers/bench/inputs';
import { launchApp } from '../e2e/harness';

// From a slider's move to the picture of its preview, for every operation with a slider, over a light curve of 20 000 points:
// npx vitest run --config test/bench/vitest.config.ts preview.window   [OPS=outliers.lof,trends.biweight] [MOVES=9]
const POINTS = 20_000;
const moves = Number(process.env['MOVES'] ?? 9);
const wanted = process.env['OPS']?.split(',');

interface Move {
  /** From the slider's event to the frame with the last drawing that it caused. */
  readonly drawn: number;
  readonly drawings: number;
}

function curveFile(): string {
  const { t, y, dy } = periodicCurve(POINTS);
  const path = join(mkdtempSync(join(tmpdir(), 'skysift-bench-')), 'curve.csv');
  writeFileSync(path, `hjd,mag,mag_err\n${Array.from(t, (time, k) => `${time},${k % 97 === 5 ? '' : y[k]},${dy[k]}`).join('\n')}\n`);
  return path;
}

/** Counts drawings of the light curve, and keeps when the frame of the last one was done. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen = { count: 0, at: 0 };
    const region = [...document.querySelectorAll('[aria-label="Light curve"]')][0];
    const { setTransform } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.setTransform = function (this: CanvasRenderingContext2D, ...args: never[]) {
      // A plot begins each drawing with this; its lower canvas holds the data.
      if (region?.querySelector('canvas') === this.canvas) {
        seen.count++;
        setTimeout(() => (seen.at = performance.now()));
      }
      (setTransform as (...a: never[]) => void).apply(this, args);
    } as typeof setTransform;
    Object.assign(window, { seen });
  });
}

/** Moves the first slider of the form by about a tenth of its way, and waits until nothing more is drawn. */
function move(page: Page, step: number): Promise<Move> {
  return page.evaluate(async (k) => {
    const { seen } = window as unknown as { seen: { count: number; at: number } };
    const slider = document.querySelector<HTMLInputElement>('[aria-label="Operation"] input[type="range"]')!;
    const before = seen.count;
    const start = performance.now();
    slider.value = String(Number(slider.value) + (k % 2 ? -90 : 100));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    // Longer than the pause after which the draft is tried on all rows.
    await new Promise((done) => setTimeout(done, 1600));
    return { drawn: seen.count > before ? seen.at - start : NaN, drawings: seen.count - before };
  }, step);
}

async function measure(page: Page, op: OperationDef): Promise<string> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(op.title);
  await page.getByRole('option', { name: op.title }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(1500);
  if ((await page.locator('[aria-label="Operation"] input[type="range"]').count()) === 0) return `${op.id}: no slider`;
  const all: Move[] = [];
  for (let k = 0; k < moves + 2; k++) all.push(await move(page, k));
  // What is timed is compiled code.
  const drawn = all.slice(2).flatMap((m) => (Number.isFinite(m.drawn) ? [m.drawn] : []));
  if (drawn.length === 0) return `${op.id}: nothing drawn`;
  drawn.sort((a, b) => a - b);
  return `${op.id}: median ${drawn[drawn.length >> 1]!.toFixed(0)} ms, worst ${drawn.at(-1)!.toFixed(0)} ms (${drawn.length} of ${moves} moves drew)`;
}

it('draws a preview after a slider moved', async () => {
  const { page, close } = await launchApp({ dialogs: [[curveFile()]] });
  await page.getByRole('button', { name: /open files/i }).click();
  await page
    .getByRole('region', { name: 'Light curve', exact: true })
    .getByText(/\d points/)
    .waitFor();
  await watch(page);
  for (const op of operations.values()) {
    if (wanted ? !wanted.includes(op.id) : op.companion) continue;
    console.info(await measure(page, op));
  }
  await close();
});
