import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/protocol/outcome';
import reader from '../../src/workers/readers/formats/fits';
import writer from '../../src/workers/writers/formats/fits';
import { ascii, be, table } from '../workers/readers/fits-bytes';
import { exportOf } from '../workers/writers/export-source';

const folder = mkdtempSync(join(tmpdir(), 'skysift-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));
const signal = new AbortController().signal;
const path = join(folder, 'fuzzed.fits');

let seeds: Buffer[] = [];

/** A small file with every kind of column, written by us; an ASCII table and a heap with a gap, put together by hand. */
beforeAll(async () => {
  const rows = [0, 1, 2, 3];
  const source = exportOf(
    [
      [{ name: 'id', type: 'int64' }, rows.map(BigInt)],
      [{ name: 'n', type: 'uint16' }, [1, undefined, 3, 4]],
      [{ name: 'x', type: 'float64', unit: 'd' }, rows],
      [{ name: 'z', type: 'complex64' }, rows.map((v) => [v, v])],
      [{ name: 'ok', type: 'bool' }, [true, false, undefined, true]],
      [{ name: 'name', type: 'utf8' }, ['a', 'bc', '', 'déf']],
      [{ name: 'box', type: 'fixed_list<float32>[4]', shape: [2, 2] }, rows.map((v) => [v, v, v, v])],
      [{ name: 'words', type: 'fixed_list<utf8>[2]' }, rows.map((v) => [`w${v}`, 'x'])],
      [{ name: 'list', type: 'list<int32>' }, rows.map((v) => rows.slice(0, v))],
    ],
    { recipe: '{"steps":[]}', history: ['one'] },
  );
  await writer.write(source, path, { signal, progress: () => undefined, sidecar: (s) => s });
  const ours = readFileSync(path);
  const text = table({
    type: 'TABLE',
    forms: ['A4', 'I6', 'E10.2'],
    rows: [ascii('abcd    12   1.5E+00'), ascii('efgh     *          ')],
    cards: ['TBCOL1  = 1', 'TBCOL2  = 5', 'TBCOL3  = 11', "TNULL2  = '*'"],
  });
  const heap = table({ forms: ['1PX', '1QA'], rows: [Buffer.concat([be('i4', 12, 0), be('i8', 3n, 2n)])], heap: Buffer.alloc(16, 0x41), gap: 8 });
  seeds = [ours, Buffer.concat([ours.subarray(0, 2880), text, heap]), gzipSync(ours)];
});

async function readAll(bytes: Uint8Array): Promise<'read' | 'refused'> {
  writeFileSync(path, bytes);
  let source;
  try {
    source = await reader.open(path, { signal });
    for (const t of source.tables) {
      let rows = 0;
      for await (const batch of t.read({ chunkRows: 1000, signal })) rows += batch.rows;
      expect(rows).toBe(t.rows);
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.fields.message.length).toBeGreaterThan(10);
    expect(error.fields.hint).toBeTruthy();
    return 'refused';
  } finally {
    await source?.close();
  }
}

/** What a card may be changed into: numbers that overflow, formats that make no sense. */
const NASTY = [
  '-1',
  '0',
  '999999999',
  '9223372036854775807',
  '1E308',
  'T',
  "'1PJ(9)'",
  "'999999999A'",
  "'0X'",
  "'(0,5)'",
  "'(99999,99999)'",
  '3.7',
  "''",
  'NaN',
];

const seedIndex = fc.nat({ max: 2 });

describe('damaged FITS files', () => {
  it('are whole before they are damaged', async () => {
    for (const seed of seeds) expect(await readAll(seed)).toBe('read');
  });

  it('cut short anywhere, are read or refused in one sentence', async () => {
    await fc.assert(
      fc.asyncProperty(seedIndex, fc.double({ min: 0, max: 1, noNaN: true }), async (which, part) => {
        await readAll(seeds[which]!.subarray(0, Math.floor(part * seeds[which]!.length)));
      }),
      { numRuns: 250, seed: 11 },
    );
  });

  it('with bytes changed, are read or refused in one sentence', async () => {
    const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(seedIndex, fc.array(change, { minLength: 1, maxLength: 12 }), async (which, changes) => {
        const bytes = Buffer.from(seeds[which]!);
        for (const [at, value] of changes) bytes[Math.floor(at * (bytes.length - 1))] = value;
        await readAll(bytes);
      }),
      { numRuns: 500, seed: 12 },
    );
  });

  it('with header values changed, are read or refused in one sentence', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1 }),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...NASTY)), { minLength: 1, maxLength: 3 }),
        async (which, changes) => {
          const bytes = Buffer.from(seeds[which]!);
          const cards: number[] = [];
          for (let at = 0; at + 80 <= bytes.length; at += 80) if (bytes.toString('latin1', at + 8, at + 10) === '= ') cards.push(at);
          for (const [n, value] of changes) bytes.write(value.padEnd(70), cards[n % cards.length]! + 10, 'latin1');
          await readAll(bytes);
        },
      ),
      { numRuns: 500, seed: 13 },
    );
  });
});
