import type { BrowserWindow } from 'electron';
import { writeFileAtomically } from './write-file';

/** Soon after the page is up, then more and more rarely. Milliseconds. */
const FIRST = 1000;
const LATEST = 10_000;

/** Keeps a PNG of the window at `path` up to date, for a machine whose display nobody sees. */
export function keepScreenshot(window: BrowserWindow, path: string): void {
  let wait = FIRST;
  let last = '';
  const shoot = async (): Promise<void> => {
    if (window.isDestroyed()) return;
    const image = await window.webContents.capturePage();
    const png = image.toPNG();
    const text = png.toString('base64');
    if (!image.isEmpty() && text !== last) {
      await writeFileAtomically(path, png);
      if (last === '') console.log(`skysift: a picture of the window is kept at ${path}`);
      last = text;
    }
    wait = Math.min(LATEST, wait * 1.5);
    next();
  };
  const next = (): void => {
    setTimeout(() => shoot().catch((error: unknown) => console.error(`skysift: no picture of the window: ${String(error)}`)), wait).unref();
  };
  window.webContents.once('did-finish-load', next);
}
