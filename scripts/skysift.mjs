#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { root } from './lib/paths.mjs';
import { main } from './lib/say.mjs';

/** The command `skysift`: `open`, no command, or a file's name opens the window; everything else runs the engine in this terminal. */
main(async () => {
  const args = process.argv.slice(2);
  const [first] = args;
  const opens = first === undefined || first === 'open' || first === '--workspace' || (!first.startsWith('-') && existsSync(first));
  const start = fileURLToPath(new URL('start.mjs', import.meta.url));
  if (opens) return follow(start, first === 'open' ? args.slice(1) : args);
  await ensureDependencies();
  await ensureBuild();
  return follow(join(root, 'out/workers/entry.cli.js'), args);
});

/** Runs a script in a Node of its own, in the caller's folder, and ends as it ends. */
async function follow(script, args) {
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
  // The terminal sends Ctrl+C to the child as well; it decides what to do about it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  const [code, signal] = await new Promise((done) => child.once('exit', (...how) => done(how)));
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
}
