import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ColumnMeta } from '../../src/core/model/column';
import { AppError } from '../../src/core/protocol/outcome';
import { openSource } from '../../src/workers/readers/registry';
import { writerFor } from '../../src/workers/writers/registry';
import { readAll } from '../workers/readers/truth';
import { chunkOf, exportSource } from '../workers/writers/tables';

let folder: string;
let seed: Buffer;
const signal = new AbortController().signal;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skysift-'));
  const columns: ColumnMeta[] = [
    { name: 'a', type: 'float64', unit: 'mag' },
    { name: 'b', type: 'utf8' },
    { name: 'c', type: 'list<int32>' },
    { name: 'd', type: 'complex64' },
    { name: 'e', type: 'bool' },
  ];
  const rows = 9;
  const fill = <T>(f: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => f(i));
  const chunks = new Map([
    [
      'a',
      chunkOf(
        'float64',
        fill((i) => [i]),
      ),
    ],
    [
      'b',
      chunkOf(
        'utf8',
        fill((i) => (i % 3 ? 'x'.repeat(i) : undefined)),
      ),
    ],
    [
      'c',
      chunkOf(
        'list<int32>',
        fill((i) => Array.from({ length: i % 4 }, () => i)),
      ),
    ],
    [
      'd',
      chunkOf(
        'complex64',
        fill((i) => [i, -i]),
      ),
    ],
    [
      'e',
      chunkOf(
        'bool',
        fill((i) => (i % 2 ? [1] : undefined)),
      ),
    ],
  ]);
  const path = join(folder, 'seed.arrow');
  const source = exportSource(columns, [{ rows, chunks }], 16);
  await writerFor('arrow').write(source, path, { signal, progress: () => undefined, sidecar: (s) => path + s });
  seed = readFileSync(path);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function survives(bytes: Uint8Array): Promise<boolean> {
  const path = join(folder, 'x.arrow');
  writeFileSync(path, bytes);
  try {
    const source = await openSource(path, { signal });
    try {
      for (const table of source.tables) await readAll(table, 4);
    } finally {
      await source.close();
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.message).toMatch(/^[^\n]+$/);
    return false;
  }
}

it('reads the sound file', async () => expect(await survives(seed)).toBe(true));

it('ends in a table or a sentence, whatever bytes are changed', async () => {
  const flips = fc.array(fc.tuple(fc.nat({ max: 1 << 20 }), fc.oneof(fc.nat(255), fc.constantFrom(0, 255, 127, 128))), {
    minLength: 1,
    maxLength: 6,
  });
  const memory = process.memoryUsage().arrayBuffers;
  await fc.assert(
    fc.asyncProperty(flips, async (changes) => {
      const bytes = Buffer.from(seed);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const started = performance.now();
      await survives(bytes);
      expect(performance.now() - started).toBeLessThan(2000);
    }),
    { numRuns: 1500 },
  );
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(256 * 2 ** 20);
});

it('refuses the file wherever it is cut', async () => {
  for (let n = 0; n < seed.length; n += 13) expect(await survives(seed.subarray(0, n)), `${n} bytes`).toBe(false);
});
