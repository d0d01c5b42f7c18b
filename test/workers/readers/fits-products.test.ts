import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNumbers } from '../../../src/core/model/column';
import fits from '../../../src/workers/readers/formats/fits';
import type { SourceTable } from '../../../src/workers/readers/reader';
import { sharedData } from '../../shared-data';
import { readTable } from './read-table';

const data = sharedData();

async function withTable<T>(name: string, use: (table: SourceTable) => Promise<T> | T): Promise<T> {
  const source = await fits.open(join(data!, 'kepler_tess', name), { signal: new AbortController().signal });
  try {
    return await use(source.tables[0]!);
  } finally {
    await source.close();
  }
}

const roles = (t: SourceTable): string => t.columns.flatMap((c) => (c.role ? [`${c.role}=${c.name}`] : [])).join(' ');

describe.skipIf(data === undefined)('Kepler, K2 and TESS products', () => {
  it.each([
    [
      'kplr010666592-2009131110544_slc.fits',
      'KIC 10666592',
      2454833,
      'BKJD',
      'time=TIME value=PDCSAP_FLUX error=PDCSAP_FLUX_ERR quality=SAP_QUALITY',
    ],
    [
      'tess2019032160000-s0008-0000000413248763-0136-s_lc.fits',
      'TIC 413248763',
      2457000,
      'BTJD',
      'time=TIME value=PDCSAP_FLUX error=PDCSAP_FLUX_ERR quality=QUALITY',
    ],
    ['test_K2_interact_generated_custom-lc.fits', 'EPIC 201367065', 2454833, 'BKJD', 'time=TIME value=FLUX error=FLUX_ERR quality=SAP_QUALITY'],
    [
      'test-lc-tess-pimen_s1_eleanor_lite-100-cadences.fits',
      'TIC 261136679',
      2457000,
      'BTJD',
      'time=TIME value=CORR_FLUX error=FLUX_ERR quality=QUALITY',
    ],
    ['test-tpf-kplr-tabby-100-cadences.fits', 'KIC 8462852', 2454833, 'BKJD', 'time=TIME quality=QUALITY'],
    ['tess2019085135100-s0010-2-4-0140-s_cbv.fits', undefined, 2457000, 'JD - 2457000 (TDB)', 'time=TIME'],
  ])('%s', async (name, objectId, timeOrigin, timeSystem, expected) => {
    await withTable(name, (t) => {
      expect([t.objectId, t.timeOrigin, t.timeSystem, roles(t)]).toEqual([objectId, timeOrigin, timeSystem, expected]);
    });
  });

  it('names every quality bit that is set in a real light curve', async () => {
    await withTable('kplr011442793-2009350155506_llc.fits', async (t) => {
      const quality = readNumbers((await readTable(t, 5000, ['SAP_QUALITY'])).column('SAP_QUALITY'), 0, t.rows!);
      const seen = quality.reduce((a, b) => a | b, 0);
      const named = t.fileFlags.reduce((a, f) => a | f.bits!.bit, 0);
      expect(seen).toBeGreaterThan(0);
      expect(seen & ~named).toBe(0);
      expect(new Set(t.fileFlags.map((f) => f.name)).size).toBe(t.fileFlags.length);
      expect(t.fileFlags.every((f) => /^[a-z0-9_]+$/.test(f.name) && f.author.kind === 'file' && f.bits!.column === 'SAP_QUALITY')).toBe(true);
      expect(t.fileFlags.find((f) => f.bits!.bit === 128)?.name).toBe('cosmic_ray');
    });
  });

  it('keeps the star of the primary header', async () => {
    await withTable('kplr011442793-2010009091648_llc.fits', (t) => {
      expect(t.header.find((c) => c.key === 'TEFF')?.value).toBeGreaterThan(3000);
      expect(t.header.filter((c) => c.key === 'OBJECT')).toHaveLength(1);
    });
  });
});
