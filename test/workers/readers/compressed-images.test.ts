import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNumbers } from '../../../src/core/model/column';
import { unquantize } from '../../../src/workers/readers/fits/dither';
import fits from '../../../src/workers/readers/formats/fits';
import type { OpenedSource, SourceTable } from '../../../src/workers/readers/reader';
import { expectClose, golden } from '../../golden/load';
import { be, header, PRIMARY, table as tableHdu } from './fits-bytes';
import { readTable } from './read-table';

interface Packed {
  readonly name: string;
  readonly file: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly (number | null)[];
}

const { compressed } = golden<{ compressed: readonly Packed[] }>('images.json');
const folder = mkdtempSync(join(tmpdir(), 'skysift-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
const signal = new AbortController().signal;
const path = join(folder, 'image.fits');

async function opened(bytes: Buffer): Promise<OpenedSource> {
  writeFileSync(path, bytes);
  return fits.open(path, { signal });
}

async function numbersOf(table: SourceTable): Promise<number[]> {
  const read = await readTable(table, 64);
  return [...readNumbers(read.column('value'), 0, read.rows)];
}

const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((2880 - (bytes.length % 2880)) % 2880)]);
const image = (cards: readonly string[], data: Buffer, type = 'IMAGE'): Buffer =>
  Buffer.concat([header([type === 'SIMPLE' ? 'SIMPLE  =                    T' : "XTENSION= 'IMAGE   '", ...cards]), pad(data)]);
const axes = (bitpix: number, ...n: number[]): string[] => [
  `BITPIX  = ${bitpix}`,
  `NAXIS   = ${n.length}`,
  ...n.map((v, i) => `NAXIS${i + 1}  = ${v}`),
];

describe('images compressed in tiles, as astropy writes and reads them', () => {
  it.each(compressed.map((c) => [c.name, c] as const))('%s', async (_, { file, shape, dtype, values }) => {
    const source = await opened(Buffer.from(file, 'base64'));
    const [height, width] = shape.slice(-2);
    expect(source.tables).toHaveLength(1);
    const table = source.tables[0]!;
    expect(table.image).toEqual({ width, height });
    expect(table.columns[0]).toMatchObject({ name: 'value', unit: 'adu', role: 'value' });
    expect(table.header.some((c) => /^(ZIMAGE|TTYPE1|ZCMPTYPE)$/.test(c.key))).toBe(false);
    const all = (await Promise.all([table, ...source.images!].map(numbersOf))).flat();
    expect(all).toHaveLength(values.length);
    // Quantised floats are stored in single precision.
    values.forEach((v, i) => expectClose(all[i], v, dtype.startsWith('float') ? 1e-7 : 0, `pixel ${i}`));
    await source.close();
  });

  it('gives back the end of the standard sequence of random numbers', () => {
    // FITS 4.0, appendix I: the 10 000th seed is 1043618065. Seed 9999 begins at that number × 500.
    const start = Math.floor((1043618065 / 2147483647) * 500);
    let seed = 1;
    for (let i = 0; i <= start; i++) seed = (16807 * seed) % 2147483647;
    const [value] = unquantize(Int32Array.of(7), { method: 'SUBTRACTIVE_DITHER_1', scale: 2, zero: 1, blank: undefined, seed: 9999 });
    expect(value).toBeCloseTo((7 - seed / 2147483647 + 0.5) * 2 + 1, 6);
  });
});

describe('plain images', () => {
  it('keep the unsigned convention exact, and BLANK missing', async () => {
    const source = await opened(image([...axes(16, 2, 2), 'BZERO   = 32768', 'BLANK   = -32768'], be('i2', -32768, 32767, 0, -1), 'SIMPLE'));
    expect(source.tables[0]!.columns[0]!.type).toBe('uint16');
    expect((await readTable(source.tables[0]!)).cells('value')).toEqual([undefined, 65535, 32768, 32767]);
    await source.close();
  });

  it('are scaled in float64, BLANK before that', async () => {
    const source = await opened(image([...axes(32, 3, 1), 'BSCALE  = 0.1', 'BZERO   = 5', 'BLANK   = 9'], be('i4', 9, 10, -3), 'SIMPLE'));
    expect(await numbersOf(source.tables[0]!)).toEqual([NaN, 10 * 0.1 + 5, -3 * 0.1 + 5]);
    await source.close();
  });

  it('of one axis are one line, of four are planes by two numbers', async () => {
    const spectrum = image(axes(-32, 3), be('f4', 1, 2, 3));
    const stokes = image(axes(8, 2, 1, 2, 2), be('u1', 1, 2, 3, 4, 5, 6, 7, 8));
    const source = await opened(Buffer.concat([PRIMARY, spectrum, stokes]));
    expect(source.tables.map((t) => [t.name, t.image])).toEqual([
      ['HDU1', { width: 3, height: 1 }],
      ['HDU2[1,1]', { width: 2, height: 1 }],
    ]);
    expect(source.images!.map((t) => t.name)).toEqual(['HDU2[2,1]', 'HDU2[1,2]', 'HDU2[2,2]']);
    expect(await numbersOf(source.images![1]!)).toEqual([5, 6]);
    expect(source.alerts.map((a) => a.message)).toEqual([
      'HDU2 (HDU 2) is a cube of 4 planes of 2 × 1 pixels, HDU2[1,1] to HDU2[2,2]: without a name the first is opened',
    ]);
    await source.close();
  });

  it('beside a table wait to be asked for, but for one that begins the file', async () => {
    const rows = tableHdu({ forms: ['I'], rows: [be('i2', 1)] });
    const second = image([...axes(8, 1, 1), "EXTNAME = 'MASK'"], be('u1', 1));
    const beside = await opened(Buffer.concat([PRIMARY, rows, second]));
    expect(beside.tables.map((t) => t.name)).toEqual(['HDU1']);
    expect(beside.images!.map((t) => t.name)).toEqual(['MASK']);
    await beside.close();
    const first = await opened(Buffer.concat([image([...axes(8, 1, 1)], be('u1', 1), 'SIMPLE'), rows, second]));
    expect(first.tables.map((t) => t.name)).toEqual(['HDU1']);
    expect(first.images!.map((t) => [t.name, t.isOpenedAlong])).toEqual([
      ['PRIMARY', true],
      ['MASK', undefined],
    ]);
    await first.close();
  });

  it('without pixels are told of, cut short are refused', async () => {
    const none = await opened(Buffer.concat([PRIMARY, image(axes(8, 0, 4), Buffer.alloc(0))]));
    expect(none.tables).toHaveLength(0);
    expect(none.alerts.map((a) => a.message)).toEqual(['HDU 1 is a 0 x 4 image, not a table']);
    await none.close();
    await expect(opened(Buffer.concat([PRIMARY, image(axes(8, 100, 100), be('u1', 1))]))).rejects.toThrow(/inside the image of HDU 1/);
  });
});
