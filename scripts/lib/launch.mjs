import { statfsSync } from 'node:fs';
import { ensureLibraries, isRoot, sandboxProblem } from './debian.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { resolveElectron } from './electron.mjs';
import { Refusal } from './say.mjs';

/** Chromium shares memory between its processes in /dev/shm; containers often give it 64 MiB, which is too little. Bytes. */
const SHARED_MEMORY_NEEDED = 256 * 2 ** 20;

/**
 * Sees to everything Electron needs on this machine. Resolves to the executable, the switches and environment to start it with, and, where
 * there is no display, the virtual one.
 */
export async function prepareLaunch() {
  const executable = await resolveElectron();
  await ensureLibraries(executable);
  const problem = await sandboxProblem(executable);
  if (problem) throw new Refusal(problem);
  const virtual = hasDisplay() ? undefined : await startVirtualDisplay();
  const switches = [
    // Chromium refuses to run as root inside its sandbox.
    ...(process.platform === 'linux' && isRoot ? ['--no-sandbox'] : []),
    ...(virtual ? ['--enable-unsafe-swiftshader'] : []),
    ...(hasLittleSharedMemory() ? ['--disable-dev-shm-usage'] : []),
    // Its own complaints, of a missing message bus for instance, are no news to the user.
    '--log-level=3',
  ];
  return { executable, switches, virtual, env: { ...process.env, ...(virtual ? { DISPLAY: virtual.display } : {}) } };
}

function hasLittleSharedMemory() {
  if (process.platform !== 'linux') return false;
  try {
    const { blocks, bsize } = statfsSync('/dev/shm');
    return blocks * bsize < SHARED_MEMORY_NEEDED;
  } catch {
    return true;
  }
}
