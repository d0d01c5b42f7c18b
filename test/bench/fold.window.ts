import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { it } from 'vitest';
import { launchApp, temporaryFolder, type Running } from '../e2e/harness';
import { STAR_PERIOD, writeStar } from '../e2e/star-file';

// How many frames a second the phase view draws while its slider is dragged and while the period is dragged on the plot, at 10⁵ points (drawn in the
// page) and at 10⁶ (the engine's image): npx vitest run --config test/bench/vitest.config.ts fold.window
const SECONDS = Number(process.env['SECONDS'] ?? 3);

interface Figures {
  /** Pictures made of points or of the engine's counts. */
  readonly pictures: number;
  /** When the data canvas of the phase view was drawn anew, in milliseconds. */
  readonly draws: readonly number[];
  readonly tasks: readonly number[];
}

/** Counts what is painted on the phase view's data canvas (its grid comes first: one stroke of it a frame is enough), and the long tasks. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const draws: number[] = [];
    let pictures = 0;
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (this: CanvasRenderingContext2D, ...args: Parameters<typeof putImageData>) {
      pictures++;
      putImageData.apply(this, args);
    } as typeof putImageData;
    const figures = (): unknown => {
      const now = { draws: draws.splice(0), tasks: tasks.splice(0), pictures };
      pictures = 0;
      return now;
    };
    const tasks: number[] = [];
    const canvas = document.querySelector<HTMLCanvasElement>('[aria-label^="Phase curve"] canvas')!;
    const context = canvas.getContext('2d')!;
    const clear = context.clearRect.bind(context);
    context.clearRect = (...args) => {
      draws.push(performance.now());
      clear(...args);
    };
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) tasks.push(e.duration);
    }).observe({ entryTypes: ['longtask'] });
    Object.assign(window, { figures });
  });
}

/** Moves the pressed mouse from side to side for some seconds, 125 times a second, as mice do, whether the page keeps up or not. */
async function shake(page: Page, [x, y]: readonly [number, number], reach: number): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  const start = performance.now();
  const moves: Promise<void>[] = [];
  while (performance.now() - start < SECONDS * 1000) {
    moves.push(page.mouse.move(x + reach * Math.sin((performance.now() - start) / 640), y));
    await new Promise((done) => setTimeout(done, 8));
  }
  await Promise.all(moves);
  await page.mouse.up();
}

/** Frames that reached the screen meanwhile, by Chromium's own trace. */
async function traced(running: Running, name: string, work: () => Promise<void>): Promise<number> {
  const path = join(running.home, `${name}.json`);
  await running.app.evaluate(({ contentTracing }) => contentTracing.startRecording({ included_categories: ['viz', 'benchmark'] }));
  await work();
  await running.app.evaluate(({ contentTracing }, file) => contentTracing.stopRecording(file), path);
  const { traceEvents } = JSON.parse(readFileSync(path, 'utf8')) as { traceEvents: { name: string; pid: number }[] };
  return traceEvents.filter((e) => e.name === 'Display::DrawAndSwap').length;
}

/** Seconds of processor time that the page's thread has used: what a busy machine does not change. */
async function threadSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find((m) => m.name === 'TaskDuration')!.value;
}

async function measure(running: Running, what: string, work: () => Promise<void>): Promise<void> {
  const { page } = running;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate('figures()');
  const before = await threadSeconds(cdp);
  const presented = await traced(running, what.replace(/\W+/g, '-'), work);
  const used = (await threadSeconds(cdp)) - before;
  const { draws, tasks, pictures } = (await page.evaluate('figures()')) as Figures;
  const gaps = draws
    .slice(1)
    .map((t, i) => t - draws[i]!)
    .sort((a, b) => a - b);
  const at = (q: number): string => (gaps[Math.floor(q * (gaps.length - 1))] ?? NaN).toFixed(0);
  const seconds = (draws.at(-1)! - draws[0]!) / 1000;
  console.info(
    `${what}: ${(gaps.length / seconds).toFixed(1)} drawings a second (of ${(pictures / seconds).toFixed(1)} pictures), ${at(0.5)} ms apart (95 %: ${at(0.95)} ms, longest ${at(1)} ms); ` +
      `${((1000 * used) / draws.length).toFixed(1)} ms of the page's thread a drawing; ` +
      `${presented} frames presented in ${seconds.toFixed(1)} s; tasks over 50 ms: ${tasks.map((t) => t.toFixed(0)).join(', ') || 'none'}`,
  );
}

it.each([100_000, 1_000_000])('folds %i points under the hand', async (points) => {
  const file = join(temporaryFolder(), 'star.arrow');
  writeStar(file, points);
  const running = await launchApp({ args: [file] });
  const { page } = running;
  const phase = page.getByRole('region', { name: 'Phase', exact: true });
  await page
    .getByRole('tab', { name: /^Phase/ })
    .or(phase)
    .first()
    .click();
  const period = phase.getByRole('textbox', { name: 'Period' });
  await period.fill(String(STAR_PERIOD));
  await period.press('Enter');
  await phase.getByText(/P = 0\.568/).waitFor();
  await page.waitForTimeout(2000);
  await running.screenshot(`fold-${points}-still`);
  await watch(page);
  const slider = (await phase.getByRole('slider').boundingBox())!;
  await measure(running, `${points} points, slider`, () =>
    shake(page, [slider.x + slider.width / 2, slider.y + slider.height / 2], slider.width / 3),
  );
  const plot = (await phase.getByRole('application').boundingBox())!;
  const middle = [plot.x + plot.width / 2, plot.y + plot.height / 2] as const;
  await page.mouse.click(...middle);
  await page.keyboard.press('d');
  await measure(running, `${points} points, by hand`, () => shake(page, middle, plot.width / 4));
  await phase.getByRole('button', { name: 'Curve' }).click();
  await page.getByRole('menuitemradio', { name: '6 harmonics' }).click();
  await page.keyboard.press('Escape');
  await phase.getByTitle(/^6 harmonics: /).waitFor();
  await measure(running, `${points} points, by hand, six harmonics`, () => shake(page, middle, plot.width / 4));
  await running.screenshot(`fold-${points}`);
});
