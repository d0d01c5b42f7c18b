import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../../shared-data';
import { withFolder } from '../../with-folder';
import { runCli } from './run-cli';

const data = sharedData();

/** Published periods of planets, by transit, in real light curves (d); what the curves' own span and cadence allow. */
const PLANETS = [
  { planet: 'HAT-P-7 b', file: 'kplr010666592-2009131110544_slc.fits', period: 2.204735, depth: [0.0055, 0.0075] },
  { planet: 'WASP-126 b', file: 'hlsp_tess-data-alerts_tess_phot_00025155310-s01_tess_v1_lc.fits', period: 3.2888, depth: [0.005, 0.0075] },
  { planet: 'TOI-247', file: 'hlsp_tess-data-alerts_tess_phot_00160148385-s02_tess_v1_lc.fits', period: 3.4252563, depth: [0.011, 0.016] },
  { planet: 'GJ 357 b', file: 'tess2019032160000-s0008-0000000413248763-0136-s_lc.fits', period: 3.93072, depth: [0.0008, 0.0013] },
  { planet: 'K2-3 b', file: 'EPIC201367065.csv', period: 10.0546, depth: [0.001, 0.0015] },
];

describe.runIf(data)('transits of known planets', () => {
  it.each(PLANETS)('$planet', async ({ planet, file, period, depth }) => {
    await withFolder(async (folder) => {
      const path = join(data!, 'kepler_tess', file);
      const isText = file.endsWith('.csv');
      const [time, value] = isText ? ['col1', 'col2'] : ['TIME', 'PDCSAP_FLUX'];
      const flat = [
        'run',
        'trends.biweight',
        path,
        '--window',
        '1',
        '--apply',
        'divide',
        '--role',
        `time=${time}`,
        `value=${value}`,
        '-o',
        'flat.fits',
      ];
      const detrended = await runCli(flat, folder);
      expect(detrended.code, detrended.err).toBe(0);
      const quality = isText ? [] : ['--where', `${file.startsWith('kplr') ? 'SAP_QUALITY' : 'QUALITY'} == 0`];
      const roles = ['--role', `time=${time}`, `value=${value}_detrended`];
      const words = ['run', 'periods.bls', 'flat.fits', ...roles, ...quality, '--minimum-period', '1', '--frequency-factor', '4', '--json'];
      const done = await runCli(words, folder);
      expect(done.code, done.err).toBe(0);
      const [row] = done.json().results;
      const off = row.period / period - 1;
      console.info(
        `${planet}: ${row.period.toFixed(5)} ± ${row.period_error?.toFixed(5)} d (${off.toExponential(1)}), depth ${row.depth.toPrecision(3)}`,
      );
      expect(Math.abs(off)).toBeLessThan(2e-4);
      expect(row.depth).toBeGreaterThan(depth[0]!);
      expect(row.depth).toBeLessThan(depth[1]!);
      expect(row.sde).toBeGreaterThan(5);
      expect(row.transits).toBeGreaterThan(3);
      expect(row.odd_even_sigma ?? 0).toBeLessThan(4);
    });
  });
});
