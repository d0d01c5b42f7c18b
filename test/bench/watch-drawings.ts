import type { Page } from 'playwright-core';

/**
 * Keeps when the frames were done in which a plot's data was drawn anew, in `window.drawings` (milliseconds of the page). `plot`: a selector of the element
 * that holds its canvases, looked for at each drawing.
 */
export function watchDrawings(page: Page, plot: string): Promise<void> {
  return page.evaluate((selector) => {
    const drawings: number[] = [];
    const { setTransform } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.setTransform = function (this: CanvasRenderingContext2D, ...args: never[]) {
      // A plot begins each drawing with this; its lower canvas, the first, holds the data.
      if (document.querySelector(`${selector} canvas`) === this.canvas) setTimeout(() => drawings.push(performance.now()));
      (setTransform as (...a: never[]) => void).apply(this, args);
    } as typeof setTransform;
    Object.assign(window, { drawings });
  }, plot);
}

/** Moves a slider to another place, and gives the milliseconds to the first and to the last drawing within `wait`; none when nothing was drawn. */
export function moveSlider(
  page: Page,
  slider: string,
  by: number,
  wait: number,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
  return page.evaluate(
    async ([selector, change, pause]) => {
      const { drawings } = window as unknown as { drawings: number[] };
      const input = document.querySelector<HTMLInputElement>(selector)!;
      drawings.length = 0;
      const start = performance.now();
      input.value = String(Number(input.value) + change);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => setTimeout(done, pause));
      const [first, last] = [drawings[0], drawings.at(-1)];
      return first === undefined || last === undefined ? undefined : { first: first - start, last: last - start };
    },
    [slider, by, wait] as const,
  );
}

/** `median 46 ms, worst 55 ms`. */
export function told(milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return `median ${sorted[sorted.length >> 1]!.toFixed(0)} ms, worst ${sorted.at(-1)!.toFixed(0)} ms`;
}
