import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from './paths.mjs';
import { rooms } from './rooms.mjs';
import { Refusal, say, since } from './say.mjs';

const OUT = join(root, 'out');
const STAMP = join(OUT, 'sources.sha256');
const SOURCES = ['src', 'resources', 'package-lock.json', 'scripts/lib/rooms.mjs', 'scripts/lib/assembly.mjs'];

function filesUnder(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath ?? e.path, e.name));
}

/** SHA-256 over the names and bytes of everything the build reads. */
export function hashSources(folder = root) {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((s) => (/\.\w+$/.test(s) ? [join(folder, s)] : filesUnder(join(folder, s)))).sort();
  for (const file of files)
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

/** Builds all rooms unless they were built from exactly these sources. The old build stays in place until the new one is whole. */
export async function ensureBuild({ force = false } = {}) {
  const hash = hashSources();
  if (!force && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  say('building');
  const started = performance.now();
  const { build } = await import('vite');
  const next = join(OUT, `.next-${process.pid}`);
  try {
    const configs = await rooms(next);
    const results = await Promise.allSettled(Object.values(configs).map((config) => build(config)));
    const failed = results.find((r) => r.status === 'rejected');
    if (failed) throw new Refusal(`the build failed: ${failed.reason.message}`);
    await rm(STAMP, { force: true });
    for (const room of Object.keys(configs)) {
      await rm(join(OUT, room), { recursive: true, force: true });
      await rename(join(next, room), join(OUT, room));
    }
    await mkdir(OUT, { recursive: true });
    await writeFile(STAMP, hash);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
  say(`built in ${since(started)}`);
}
