import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/protocol/outcome';
import { openSource } from '../../src/workers/readers/registry';
import { readAll } from '../workers/readers/truth';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'skysift-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const SEEDS: Readonly<Record<string, string>> = {
  'a.csv': 'id,ra,name,ok\n1,10.5,"x, ""y""",True\n2,nan,"two\nlines",False\n3,,,\n',
  'b.dat': '# t mag err\n2450001.5 12.3 0.1\n2450002.5 12.4 0.1\n2450003.5 12.5 0.2\n',
  'c.ecsv':
    '# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: int32, unit: mag}\n# - {name: b, datatype: string, subtype: "float64[2]"}\na b\n1 [1,2]\n2 [3,null]\n',
  'd.tbl': '\\key = 1\n|  ra  | name |\n|double| char |\n| deg  |      |\n| null | null |\n  1.5    abc  \n  null   def  \n',
  'e.txt':
    'Title: x\nByte-by-byte Description of file: t.txt\n------\n Bytes Format Units Label Explanations\n------\n 1-3 I3 --- Num ? A number\n 5-8 F4.1 mag Mag ?=- A mag\n------\n  1 12.3\n  2  -  \n',
  'f.cat': '# 1 NUMBER id\n# 2 MAG mag [mag]\n1 12.5\n2 13.5\n',
};

/** Opens and reads; true when a table came out, false when it was refused in one sentence. Anything else fails. */
async function survives(name: string, bytes: Uint8Array): Promise<boolean> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  try {
    const source = await openSource(path, { signal: new AbortController().signal });
    try {
      for (const table of source.tables) await readAll(table, 5);
    } finally {
      await source.close();
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.fields.code).not.toBe('internal');
    expect(error.message).toMatch(/^[^\n]+$/);
    return false;
  }
}

describe.each(Object.entries(SEEDS))('%s', (name, text) => {
  const seed = Buffer.from(text);
  it('reads the sound file', async () => expect(await survives(name, seed)).toBe(true));

  it('ends in a table or a sentence, whatever bytes are changed', async () => {
    const flips = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(10, 13, 34, 35, 44, 32, 0))), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of changes) bytes[at] = value;
        await survives(name, bytes);
      }),
      { numRuns: 120 },
    );
  });

  it('ends in a table or a sentence, wherever it is cut', async () => {
    for (let n = 0; n < seed.length; n += 3) await survives(name, seed.subarray(0, n));
    const packed = gzipSync(seed);
    expect(await survives(`${name}.gz`, packed)).toBe(true);
    for (let n = 4; n < packed.length - 1; n += 7) expect(await survives(`${name}.gz`, packed.subarray(0, n))).toBe(false);
  });
});

it('refuses a line without end before it fills the memory', async () => {
  const before = process.memoryUsage().rss;
  const bytes = Buffer.concat([Buffer.from('a,b\n1,2\n3,"'), Buffer.alloc(40 * 2 ** 20, 120)]);
  expect(await survives('long.csv', bytes)).toBe(false);
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
});
