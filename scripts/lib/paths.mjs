import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Per user, shared by all checkouts: `$XDG_CACHE_HOME/skysift`, or where each system keeps such things. */
export function cacheFolder() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'skysift');
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'skysift', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'skysift');
  return join(homedir(), '.cache', 'skysift');
}
