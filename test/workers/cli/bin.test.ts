import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../with-folder';
import { runCli } from './run-cli';

/** Two stars of 40 points, a point every 0.1 d. */
function csv(): string {
  const lines = ['objid,mjd,mag,magerr'];
  for (const id of ['a1', 'b2'])
    for (let k = 0; k < 40; k++) lines.push(`${id},${58000 + 0.1 * k},${k === 7 ? '' : (15 + 0.01 * k).toFixed(3)},0.02`);
  return `${lines.join('\n')}\n`;
}

describe('skysift run noise.bin', () => {
  it('writes the columns at every row, and reports the bins', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'stars.csv'), csv());
      const run = await runCli(['run', 'noise.bin', 'stars.csv', '-o', 'out.csv', '--width', '1', '--scope', 'object', '--json'], folder);
      expect(run.err).toBe('');
      const report = run.json();
      expect(report).toMatchObject({ rows: 80, columns: ['mag_binned', 'mag_binned_error', 'mag_bin'], resultRows: 8 });
      expect(report.results).toHaveLength(8);
      expect(report.results[0]).toMatchObject({ objid: 'a1', bin: 0, n: 9, start: 58000 });
      expect(report.results[0].error).toBeCloseTo(0.02 / 3, 12);
      expect(report.results[5]).toMatchObject({ objid: 'b2', bin: 1, n: 10 });
      expect(report.results[5].value).toBeCloseTo(15.145, 9);
      const { rows } = (await runCli(['head', 'out.csv', '-n', '100', '--json'], folder)).json();
      expect(rows).toHaveLength(80);
      expect(rows[55].mag_binned).toBeCloseTo(15.145, 9);
      expect(rows.map((r: { mag_bin: number }) => r.mag_bin)).toEqual([...Array(80).keys()].map((i) => Math.floor((i % 40) / 10)));
      expect(rows[7].mag_binned).toBe(null);
    });
  });

  it('bins by count and by blocks, prints as many results as asked for, and says how many there are', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'stars.csv'), csv());
      const count = await runCli(['run', 'noise.bin', 'stars.csv', '--count', '5', '--statistic', 'weighted', '--results', '3', '--json'], folder);
      expect(count.err).toBe('');
      expect(count.json().results.map((r: { n: number }) => r.n)).toEqual([5, 5, 5]);
      expect(count.json().resultRows).toBe(16);
      const blocks = await runCli(['run', 'noise.bin', 'stars.csv', '--blocks', '--statistic', 'weighted'], folder);
      expect(blocks.code, blocks.err).toBe(0);
      expect(blocks.out).toMatch(/error_scatter/);
      expect((await runCli(['run', 'noise.bin', 'stars.csv', '--width', '0'], folder)).err).toMatch(/width.*greater than 0/);
    });
  });
});
