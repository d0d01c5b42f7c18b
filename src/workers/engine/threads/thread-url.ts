import { builtScript } from './built-script';

/** Where the built script of the threads lies. */
export function threadUrl(from: string = import.meta.url): URL {
  return builtScript('entry.thread', from);
}
