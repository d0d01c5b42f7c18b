import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { prepareLaunch } from './lib/launch.mjs';
import { cacheFolder, root } from './lib/paths.mjs';
import { main, Refusal, say } from './lib/say.mjs';

const HELP = `usage: npm start [-- [--workspace DIR] FILE…]

Opens Skysift's window, with the files if there are any. Installs the dependencies, builds, and fetches Electron first where that is needed.

  --workspace DIR   the workspace to open or to make: a folder that keeps tables, steps and history
  --help            this text

Environment: ELECTRON_EXEC_PATH (an Electron of your own), SKYSIFT_HOME (settings and workspaces),
SKYSIFT_SCREENSHOT (a PNG that is kept up to date with the window), XDG_CACHE_HOME.
`;

function parse(args) {
  const asked = { help: false, workspace: undefined, files: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--') {
      asked.files.push(...args.slice(i + 1));
      break;
    }
    if (arg === '--help' || arg === '-h') asked.help = true;
    else if (arg === '--workspace') {
      asked.workspace = args[++i];
      if (asked.workspace === undefined) throw new Refusal('--workspace needs a folder: npm start -- --workspace DIR');
    } else if (arg.startsWith('--workspace=')) asked.workspace = arg.slice('--workspace='.length);
    else if (arg.startsWith('-')) throw new Refusal(`unknown option: ${arg} (npm start -- --help says which there are)`);
    else asked.files.push(arg);
  }
  return asked;
}

/** Where the user stood: npm runs scripts in the checkout and keeps that in INIT_CWD. */
const caller = process.env.npm_lifecycle_event === 'start' ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();

/** How long the application may take to close its windows and engines. Milliseconds. */
const PATIENCE = 5000;
let isStopping = false;

/** Asks once: being asked twice, Electron gives up on closing in order. */
function stop(app) {
  if (isStopping) return;
  isStopping = true;
  app.kill('SIGTERM');
  setTimeout(() => app.kill('SIGKILL'), PATIENCE).unref();
}

main(async () => {
  const asked = parse(process.argv.slice(2));
  if (asked.help) {
    process.stdout.write(HELP);
    return;
  }
  const files = asked.files.map((file) => resolve(caller, file));
  for (const file of files) if (!existsSync(file)) throw new Refusal(`there is no file ${file}: check the name`);
  await ensureDependencies();
  await ensureBuild();
  const { executable, switches, virtual, env } = await prepareLaunch();
  if (virtual) {
    env.SKYSIFT_SCREENSHOT ??= join(cacheFolder(), 'window.png');
    await mkdir(dirname(env.SKYSIFT_SCREENSHOT), { recursive: true });
    say(`there is no display here: the window is on a virtual one (${virtual.display}), and runs until it is stopped (Ctrl+C)`);
  }
  const workspace = asked.workspace === undefined ? [] : ['--workspace', resolve(caller, asked.workspace)];
  const app = spawn(executable, [...switches, root, ...workspace, ...files], {
    stdio: 'inherit',
    env,
    // In its own process group: a Ctrl+C comes here only, and the application is asked once, as a whole, to quit.
    detached: process.platform !== 'win32',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(app));
  const { code, signal } = await new Promise((done, fail) => {
    app.once('exit', (exitCode, exitSignal) => done({ code: exitCode, signal: exitSignal }));
    app.once('error', (error) => fail(new Refusal(`Electron could not be started: ${error.message}`)));
  });
  virtual?.stop();
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
