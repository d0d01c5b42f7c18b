import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/operations/runner';
import { withFolder } from '../../with-folder';
import { runCli } from './run-cli';

/** Three stars in two bands, saw-toothed with these periods, seen at night. */
const PERIODS = { a: 0.5683, b: 0.6137, c: 0.4711 } as const;

function stars(): string {
  const random = seededRandom(12);
  const lines = ['objid,mjd,mag,magerr,band'];
  for (const [id, period] of Object.entries(PERIODS))
    for (let k = 0; k < 90; k++) {
      const t = 58_000 + Math.floor(600 * random()) + 0.3 * random();
      const phase = t / period - Math.floor(t / period);
      const band = k % 2 ? 'r' : 'g';
      const faint = phase < 0.85 ? phase / 0.85 : (1 - phase) / 0.15;
      lines.push(`${id},${t.toFixed(6)},${(16 + (band === 'g' ? 1 : 0.7) * faint + 0.02 * (random() - 0.5)).toFixed(4)},0.01,${band}`);
    }
  return `${lines.join('\n')}\n`;
}

interface Row {
  readonly objid: string;
  readonly period: number;
}

describe('searches over all bands from the command line', () => {
  it.each(['periods.vote', 'periods.rrlyrae-template', 'periods.change'])('%s finds every star, one row each', (id) =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'stars.csv'), stars());
      const made = await runCli(['run', id, 'stars.csv', '--json'], folder);
      expect(made.code, made.err).toBe(0);
      const rows = made.json().results as Row[];
      expect(rows.map((r) => r.objid)).toEqual(Object.keys(PERIODS));
      for (const { objid, period } of rows) expect(Math.abs(period / PERIODS[objid as keyof typeof PERIODS] - 1), objid).toBeLessThan(1e-4);
    }),
  );
});
