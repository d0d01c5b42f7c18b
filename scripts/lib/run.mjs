import { spawn } from 'node:child_process';

/**
 * Runs a program to its end. With `quiet`, its output is collected instead of shown. Resolves to `{ code, output }`; a program that cannot be
 * started, or that takes longer than `timeout` milliseconds, has code undefined.
 */
export function run(program, args, { quiet = false, timeout, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit', ...options });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    const timer = timeout === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeout);
    const done = (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? undefined, output: Buffer.concat(output).toString() });
    };
    child.on('error', (error) => {
      output.push(Buffer.from(error.message));
      done(undefined);
    });
    child.on('close', done);
  });
}

/** npm, as it is called on this system. */
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
export const npmOptions = process.platform === 'win32' ? { shell: true } : {};
