/** Rows a browser can lay out as one scrolled element: past it the pixels of a page run out (at about 16 million). */
export const WINDOW_ROWS = 200_000;

/** The rows [base, base + count) of `total` that the scrolled element stands for. */
export interface RowWindow {
  readonly base: number;
  readonly count: number;
}

export function firstWindow(total: number): RowWindow {
  return { base: 0, count: Math.min(total, WINDOW_ROWS) };
}

/**
 * The window to use when rows [first, last] of the present one are in sight: moved by half its length when they come near one of its ends
 * and the table goes on there. The same object when nothing has to move.
 */
export function slideWindow(w: RowWindow, total: number, first: number, last: number): RowWindow {
  const near = Math.min(1000, w.count / 10);
  const half = Math.floor(WINDOW_ROWS / 2);
  if (first < near && w.base > 0) return at(w.base - half, total);
  if (last > w.count - near && w.base + w.count < total) return at(w.base + half, total);
  return w;
}

/** The window that has a row somewhere in its middle. */
export function windowAround(row: number, total: number): RowWindow {
  return at(row - Math.floor(WINDOW_ROWS / 2), total);
}

function at(base: number, total: number): RowWindow {
  const count = Math.min(total, WINDOW_ROWS);
  return { base: Math.max(0, Math.min(base, total - count)), count };
}
