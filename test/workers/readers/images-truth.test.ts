import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNumbers } from '../../../src/core/model/column';
import fits from '../../../src/workers/readers/formats/fits';
import type { SourceTable } from '../../../src/workers/readers/reader';
import { sharedData } from '../../shared-data';
import { readTable } from './read-table';

/** What astropy found in an image HDU. */
interface TruthImage {
  readonly index: number;
  readonly shape?: readonly number[];
  readonly bitpix: number;
  readonly bunit: string | null;
  readonly dtype: string;
  readonly n_nan?: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly first3: readonly (number | string)[];
  readonly last3: readonly (number | string)[];
}

const signal = new AbortController().signal;
const data = sharedData();
const folder = data === undefined ? '' : join(data, 'fits_images');
const names = data === undefined ? [] : readdirSync(folder).filter((n) => existsSync(join(data, 'truth/fits_images', `${n}.json`)));

const NOT_READ: Readonly<Record<string, string>> = {
  'comp.fits': 'RICE_1',
  'compressed_image.fits': 'RICE_1',
  'compressed_with_nan.fits': 'RICE_1',
  'm13_rice.fits': 'RICE_1',
  'm13_hcomp.fits': 'HCOMPRESS_1',
};

const numbersOf = async (table: SourceTable): Promise<Float64Array> => {
  const read = await readTable(table, 4096);
  return readNumbers(read.column('value'), 0, read.rows);
};

describe.skipIf(data === undefined)('every image of the collection', () => {
  it.each(names)('%s', async (name) => {
    const truth = JSON.parse(readFileSync(join(data!, 'truth/fits_images', `${name}.json`), 'utf8')) as { hdus: readonly TruthImage[] };
    const source = await fits.open(join(folder, name), { signal });
    try {
      const packing = NOT_READ[name];
      if (packing !== undefined) {
        expect(source.tables).toHaveLength(0);
        const about = source.alerts.find((a) => a.message.includes(packing))!;
        expect(about.hint).toContain('funpack');
        return;
      }
      const images = [...source.tables, ...source.images!.filter((t) => t.isOpenedAlong)].filter((t) => t.image);
      const known = truth.hdus.filter((h) => h.shape !== undefined);
      expect(images).toHaveLength(known.length);
      for (const [i, hdu] of known.entries()) await expectImage(images[i]!, source.images ?? [], hdu);
    } finally {
      await source.close();
    }
  });
});

/** astropy scales integers of 16 bits in single precision. */
const near = (truth: TruthImage, value: number): number => (truth.dtype === 'float32' ? 1e-6 : 1e-12) * (1 + Math.abs(value));

async function expectImage(first: SourceTable, others: readonly SourceTable[], truth: TruthImage): Promise<void> {
  const [height, width] = truth.shape!.slice(-2) as [number, number];
  expect(first.image).toEqual({ width, height });
  expect(first.rows).toBe(width * height);
  expect(first.columns[0]!.unit).toBe(truth.bunit ?? undefined);
  const planes = truth.shape!.slice(0, -2).reduce((a, b) => a * b, 1);
  const parts = [first, ...others.filter((t) => t.name.startsWith(first.name.slice(0, -2)))].slice(0, planes);
  expect(parts).toHaveLength(planes);
  const values = (await Promise.all(parts.map(numbersOf))).flatMap((v) => [...v]);
  const finite = values.filter((v) => Number.isFinite(v));
  expect(values.length - finite.length).toBe(truth.n_nan ?? 0);
  const same = (found: number | undefined, wanted: number | string | undefined): void => {
    if (wanted === 'nan') expect(found).toBeNaN();
    else expect(Math.abs(found! - Number(wanted))).toBeLessThanOrEqual(near(truth, Number(wanted)));
  };
  truth.first3.forEach((v, i) => same(values[i], v));
  truth.last3.forEach((v, i) => same(values.at(i - truth.last3.length), v));
  if (truth.min === undefined) return;
  same(
    finite.reduce((a, b) => Math.min(a, b)),
    truth.min,
  );
  same(
    finite.reduce((a, b) => Math.max(a, b)),
    truth.max,
  );
  same(finite.reduce((a, b) => a + b, 0) / finite.length, truth.mean);
}
