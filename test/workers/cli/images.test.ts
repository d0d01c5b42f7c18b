import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNumbers } from '../../../src/core/model/column';
import type { HeaderCard } from '../../../src/core/model/table';
import type { OpenedSource, SourceTable } from '../../../src/workers/readers/reader';
import { openSource } from '../../../src/workers/readers/registry';
import { sharedData } from '../../shared-data';
import { be, header } from '../readers/fits-bytes';
import { readTable } from '../readers/read-table';
import { runCli } from './run-cli';

let folder: string;
const WIDTH = 7;
const HEIGHT = 5;
const pixel = (i: number): number => (i === 3 ? -999 : 10 * Math.floor(i / WIDTH) + (i % WIDTH));
const CARDS = [
  "CTYPE1  = 'RA---TAN'",
  "CTYPE2  = 'DEC--TAN'",
  'CRVAL1  = 250.4226',
  'CRVAL2  = 36.46021',
  'CRPIX1  = 4.0',
  'CRPIX2  = 3.0',
  'CDELT1  = -0.000388889',
  'CDELT2  = 0.000388889',
  "OBJECT  = 'M 13'",
  "BUNIT   = 'adu'",
  'BLANK   = -999',
  'HISTORY flattened',
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skysift-images-cli-'));
  const head = header(['SIMPLE  =                    T', 'BITPIX  = 16', 'NAXIS   = 2', `NAXIS1  = ${WIDTH}`, `NAXIS2  = ${HEIGHT}`, ...CARDS]);
  const data = be('i2', ...Array.from({ length: WIDTH * HEIGHT }, (_, i) => pixel(i)));
  writeFileSync(join(folder, 'in.fits'), Buffer.concat([head, data, Buffer.alloc(2880 - data.length)]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const open = (name: string): Promise<OpenedSource> => openSource(join(folder, name), { signal });
const numbersOf = async (table: SourceTable): Promise<number[]> => {
  const read = await readTable(table);
  return [...readNumbers(read.column('value'), 0, read.rows)];
};
const wanted = Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i === 3 ? NaN : pixel(i)));
const cardsOf = (cards: readonly HeaderCard[], keys: readonly string[]): unknown[] => keys.map((k) => cards.find((c) => c.key === k)?.value);

describe('images on the command line', () => {
  it('info tells their size', async () => {
    const { tables } = (await runCli(['info', 'in.fits', '--stats', '--json'], folder)).json();
    expect(tables).toMatchObject([
      { name: 'PRIMARY', rows: 35, image: { width: 7, height: 5 }, columns: [{ name: 'value', unit: 'adu', nulls: 1, max: 46 }] },
    ]);
    expect((await runCli(['info', 'in.fits'], folder)).out).toContain('an image of 7 × 5 pixels');
  });

  it('quality counts no copies among pixels', async () => {
    const { duplicates, findings } = (await runCli(['quality', 'in.fits', '--json'], folder)).json() as {
      duplicates: unknown;
      findings: { code: string }[];
    };
    expect(duplicates).toMatchObject({ exact: 0 });
    expect(findings.map((f) => f.code)).not.toContain('no-unit');
  });

  it('convert keeps an image an image, with its type, header and missing pixels', async () => {
    const result = await runCli(['convert', 'in.fits', 'out.fits', '--json'], folder);
    expect(result.json()).toMatchObject({ rows: 35, columns: 1, checkedCells: 35 });
    const file = await open('out.fits');
    const [table] = file.tables;
    expect(file.tables).toHaveLength(1);
    expect(table).toMatchObject({ name: 'PRIMARY', image: { width: 7, height: 5 } });
    expect(table!.columns[0]).toMatchObject({ type: 'int16', unit: 'adu' });
    expect(await numbersOf(table!)).toEqual(wanted);
    expect(cardsOf(table!.header, ['BITPIX', 'NAXIS2', 'CRVAL1', 'CDELT1', 'OBJECT', 'BLANK'])).toEqual([
      16,
      5,
      250.4226,
      -0.000388889,
      'M 13',
      -999,
    ]);
    expect(table!.header.filter((c) => c.key === 'HISTORY').map((c) => c.comment)).toContain('flattened');
    expect(readFileSync(join(folder, 'out.fits')).length % 2880).toBe(0);
    await file.close();
  });

  it('Arrow keeps the shape too, CSV says that it does not', async () => {
    await runCli(['convert', 'in.fits', 'out.arrow'], folder);
    const file = await open('out.arrow');
    expect(file.tables[0]!.image).toEqual({ width: 7, height: 5 });
    await file.close();
    const { alerts } = (await runCli(['convert', 'in.fits', 'out.csv', '--json'], folder)).json() as { alerts: { message: string }[] };
    expect(alerts.map((a) => a.message).join()).toContain('does not keep the shape of the image, 7 × 5 pixels');
  });

  it('a step that adds a column writes it as the image that begins the file, the others after it, and the recipe', async () => {
    const args = ['run', 'convolve.image', 'in.fits', '-o', 'smooth.fits', '--kernel', 'box', '--width', '3', '--boundary', 'extend', '--json'];
    const added = (await runCli(args, folder)).json().columns as string[];
    const file = await open('smooth.fits');
    expect(added).toEqual(['value_convolved', 'value_residual']);
    expect(file.tables.map((t) => t.name)).toEqual(['value_convolved', 'value', 'value_residual']);
    for (const table of file.tables) {
      expect(table.image).toEqual({ width: 7, height: 5 });
      expect(cardsOf(table.header, ['CTYPE1', 'CRPIX2'])).toEqual(['RA---TAN', 3]);
      expect(JSON.parse(table.provenance!)).toMatchObject({ steps: [{ op: 'convolve.image' }] });
    }
    expect(cardsOf(file.tables[0]!.header, ['BITPIX', 'BUNIT'])).toEqual([-64, 'adu']);
    expect(await numbersOf(file.tables.find((t) => t.name === 'value')!)).toEqual(wanted);
    expect(file.tables[0]!.header.some((c) => c.key === 'HISTORY' && /convol/i.test(c.comment!))).toBe(true);
    await file.close();
  });

  it('flags are images of bits; without the flagged pixels it is a table, which is said', async () => {
    const flag = (out: string, ...more: string[]): string[] => ['run', 'outliers.range', 'in.fits', '-o', out, '--low', '5', '--json', ...more];
    const kept = await runCli(flag('flags.fits'), folder);
    expect(kept.json().flagged).toBeGreaterThan(0);
    const file = await open('flags.fits');
    const flags = file.tables.find((t) => t.name === 'flags')!;
    expect((await numbersOf(flags)).filter((v) => v === 1)).toHaveLength(kept.json().flagged as number);
    await file.close();
    const { alerts } = (await runCli(flag('dropped.fits', '--flagged', 'drop'), folder)).json() as { alerts: { message: string }[] };
    expect(alerts.map((a) => a.message).join()).toContain('written as a table');
    const dropped = await open('dropped.fits');
    expect(dropped.tables[0]!.image).toBeUndefined();
    expect(dropped.tables[0]!.rows).toBe(35 - (kept.json().flagged as number));
    await dropped.close();
  });

  it.skipIf(sharedData() === undefined)('real images survive unchanged', async () => {
    const data = join(sharedData()!, 'fits_images');
    for (const name of ['m13.fits', 'gc_msx_e.fits', 'scale.fits', 'dist_lookup.fits.gz'].filter((n) => existsSync(join(data, n)))) {
      expect((await runCli(['convert', join(data, name), 'real.fits'], folder)).code).toBe(0);
      const before = await openSource(join(data, name), { signal });
      const after = await open('real.fits');
      expect(after.tables[0]!.image).toEqual(before.tables[0]!.image);
      expect(await numbersOf(after.tables[0]!)).toEqual(await numbersOf(before.tables[0]!));
      const keys = ['CTYPE1', 'CRVAL1', 'CRPIX2', 'CD1_1', 'CDELT2', 'A_2_0', 'EQUINOX'];
      expect(cardsOf(after.tables[0]!.header, keys)).toEqual(cardsOf(before.tables[0]!.header, keys));
      await before.close();
      await after.close();
    }
  });

  it.skipIf(sharedData() === undefined)('beside tables they are listed and opened by name', async () => {
    const file = join(sharedData()!, 'fits_images/HorseHead.fits');
    const { tables, images } = (await runCli(['info', file, '--json'], folder)).json();
    expect(tables).toHaveLength(1);
    expect(images).toEqual([{ name: 'PRIMARY', width: 891, height: 893 }]);
    expect((await runCli(['convert', file, 'horse.fits', '--table', 'PRIMARY', '--json'], folder)).json().rows).toBe(891 * 893);
  });
});
