import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The folder of real files beside the checkout, or undefined (with the reason printed once) when it is not there. */
export function sharedData(): string | undefined {
  const folder = resolve(import.meta.dirname, '../../shared/data');
  if (existsSync(folder)) return folder;
  console.info(`skipped: no real files at ${folder}`);
  return undefined;
}
