import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashSources } from '../../scripts/lib/build.mjs';
import { missingLibraries } from '../../scripts/lib/debian.mjs';
import { dependenciesMatch } from '../../scripts/lib/dependencies.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'skysift-scripts-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('the dependencies', () => {
  const lock = (versions: Record<string, string>, extra = {}): string =>
    JSON.stringify({
      packages: Object.fromEntries([
        ['', { name: 'x' }],
        ...Object.entries(versions).map(([k, version]) => [`node_modules/${k}`, { version, ...extra }]),
      ]),
    });

  test('match what npm says it installed, and not by dates', () => {
    expect(dependenciesMatch(folder)).toBe(false);
    write('package-lock.json', lock({ a: '1.0.0', b: '2.0.0' }));
    expect(dependenciesMatch(folder)).toBe(false);
    write('node_modules/.package-lock.json', lock({ a: '1.0.0', b: '2.0.0', more: '1.0.0' }));
    expect(dependenciesMatch(folder)).toBe(true);
    write('package-lock.json', lock({ a: '1.0.1', b: '2.0.0' }));
    expect(dependenciesMatch(folder)).toBe(false);
  });

  test('that are optional may be missing', () => {
    write('node_modules/.package-lock.json', lock({}));
    write('package-lock.json', lock({ 'for-another-system': '1.0.0' }, { optional: true }));
    expect(dependenciesMatch(folder)).toBe(true);
  });
});

test('a build is of exactly these sources: any byte or name in them changes the hash, nothing else does', () => {
  write('src/a.ts', 'one');
  write('src/deep/b.vue', 'two');
  write('package-lock.json', '{}');
  write('scripts/lib/rooms.mjs', '');
  write('scripts/lib/assembly.mjs', '');
  const hashes = [hashSources(folder)];
  write('test/c.ts', 'not a source');
  expect(hashSources(folder)).toBe(hashes[0]);
  const changes: [string, string][] = [
    ['src/deep/b.vue', 'twp'],
    ['src/deep/c.vue', ''],
    ['package-lock.json', '{ }'],
    ['scripts/lib/rooms.mjs', ' '],
  ];
  for (const [path, text] of changes) {
    write(path, text);
    hashes.push(hashSources(folder));
  }
  expect(new Set(hashes).size).toBe(changes.length + 1);
});

test.runIf(process.platform === 'linux')('libraries that a program lacks are found by the linker’s own word', async () => {
  write('ldd', '#!/bin/sh\necho "	libnss3.so => not found"\necho "	libc.so.6 => /lib/libc.so.6 (0x1)"\necho "	libgtk-3.so.0 => not found"\n');
  chmodSync(join(folder, 'ldd'), 0o755);
  const { PATH } = process.env;
  try {
    process.env['PATH'] = `${folder}:${PATH}`;
    expect(await missingLibraries('/bin/anything')).toEqual(['libnss3.so', 'libgtk-3.so.0']);
  } finally {
    process.env['PATH'] = PATH;
  }
  expect(await missingLibraries(process.execPath)).toEqual([]);
});

describe('npm start', () => {
  const start = (...args: string[]): Promise<{ stdout: string; stderr: string }> => run(process.execPath, [join(ROOT, 'scripts/start.mjs'), ...args]);

  test('explains itself', async () => {
    expect((await start('--help')).stdout).toMatch(/^usage: npm start/);
  });

  test.each([
    [['--wrokspace', 'x'], /^skysift: unknown option: --wrokspace/],
    [['--workspace'], /^skysift: --workspace needs a folder/],
    [['no-such-file.fits'], /^skysift: there is no file .*no-such-file\.fits: check the name\n$/],
  ] as const)('refuses %j in one sentence', async (args, sentence) => {
    await expect(start(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) });
  });
});
