import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackages } from './debian.mjs';
import { Refusal } from './say.mjs';

export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts a virtual display under a free number. Resolves to its `DISPLAY` and a function that ends it. */
export async function startVirtualDisplay() {
  if (!isInstalled('Xvfb')) await installPackages(['xvfb'], 'there is no display here, and a virtual one needs');
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // In its own process group: a Ctrl+C must not take it away from under a window that is still closing.
    detached: true,
  });
  const words = [];
  server.stderr.on('data', (chunk) => words.push(chunk));
  const number = await new Promise((resolve, reject) => {
    server.stdio[3].once('data', (data) => resolve(String(data).trim()));
    server.once('error', reject);
    server.once('exit', (code) =>
      reject(new Refusal(`the virtual display (Xvfb) ended with code ${code}: ${Buffer.concat(words).toString().trim()}`)),
    );
  });
  const stop = () => void server.kill();
  process.once('exit', stop);
  // It must not keep this process alive: it is stopped when this process ends.
  server.unref();
  server.stderr.unref();
  server.stdio[3].unref();
  return { display: `:${number}`, stop };
}
