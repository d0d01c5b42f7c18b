import { it } from 'vitest';
import type { Page } from 'playwright-core';
import { launchApp } from '../e2e/harness';

// How long the window takes from the click on "Open files…" to columns, first rows and first density picture of a large table, and the longest
// task of the page's thread meanwhile: FILE=large.fits [RUNS=4] npx vitest run --config test/bench/vitest.config.ts
const file = process.env['FILE'];
const runs = Number(process.env['RUNS'] ?? 4);

interface Figures {
  readonly marks: Readonly<Record<string, number>>;
  readonly frames: readonly string[];
  readonly tasks: readonly { readonly at: number; readonly ms: number }[];
}

/** Watches for what a user waits for, from the moment of the click on. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const marks: Record<string, number> = {};
    const tasks: { at: number; ms: number }[] = [];
    const frames: string[] = [];
    let start = NaN;
    const mark = (name: string, seen: boolean): void => {
      // Painted: two frames after it is there.
      if (!seen || name in marks) return;
      marks[name] = NaN;
      requestAnimationFrame(() => setTimeout(() => (marks[name] = performance.now() - start)));
    };
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) tasks.push({ at: e.startTime - start, ms: e.duration });
    }).observe({ entryTypes: ['longtask'] });
    // Where the time of a slow frame went: scripts, then style and layout, then paint.
    new PerformanceObserver((list) => {
      for (const e of list.getEntries() as (PerformanceEntry & Record<string, unknown>)[]) {
        const style = (e['styleAndLayoutStart'] as number) - e.startTime;
        const scripts = (e['scripts'] as { duration: number; invoker: string; forcedStyleAndLayoutDuration: number }[])
          .map((s) => `${s.invoker.slice(0, 40)} ${s.duration.toFixed(0)} (forced layout ${s.forcedStyleAndLayoutDuration.toFixed(0)})`)
          .join(', ');
        frames.push(`at ${(e.startTime - start).toFixed(0)}: ${e.duration} ms, style and layout from ${style.toFixed(0)}; ${scripts}`);
      }
    }).observe({ type: 'long-animation-frame' });
    const look = (): void => {
      mark('columns', document.querySelector('[role="columnheader"] + [role="columnheader"], .column[role="treeitem"]') !== null);
      mark(
        'rows',
        [...document.querySelectorAll('[role="grid"] [role="gridcell"]')].some((c) => c.textContent !== ''),
      );
    };
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (this: CanvasRenderingContext2D, ...args: Parameters<typeof putImageData>) {
      mark('density', true);
      putImageData.apply(this, args);
    } as typeof putImageData;
    addEventListener(
      'click',
      () => {
        start = performance.now();
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      },
      { once: true, capture: true },
    );
    Object.assign(window, { figures: () => ({ marks, frames, tasks: tasks.filter((t) => t.at + t.ms > 0) }) });
  });
}

it.runIf(file)('opens a large table', async () => {
  for (let run = 0; run < runs; run++) {
    const { page, launchMilliseconds, close } = await launchApp({ dialogs: [[file!]] });
    const button = page.getByRole('button', { name: /open files/i });
    await button.waitFor();
    await page.waitForTimeout(2000);
    await watch(page);
    await button.click();
    await page.waitForTimeout(8000);
    const { marks, tasks, frames } = (await page.evaluate('figures()')) as Figures;
    const worst = [...tasks].sort((a, b) => b.ms - a.ms).slice(0, 4);
    const said = Object.entries(marks).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`);
    console.info(
      `run ${run + 1}: launch ${launchMilliseconds.toFixed(0)} ms; ${said.join(', ')}; tasks over 50 ms:`,
      worst.map((t) => `${t.ms} ms at ${t.at.toFixed(0)}`).join(', ') || 'none',
    );
    if (frames.length) console.info(`slow frames:\n  ${frames.join('\n  ')}`);
    await close();
  }
});
