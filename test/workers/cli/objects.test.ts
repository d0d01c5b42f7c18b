import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../with-folder';
import { runCli } from './run-cli';

/** Stars with a period of their own each. */
function csv(stars: number): string {
  const lines = ['objid,mjd,mag,filter'];
  for (let k = 0; k < stars; k++)
    for (let i = 0; i < 50; i++) {
      const t = 58000 + 1.37 * i + 0.11 * Math.sin(i);
      lines.push(`star ${k},${t},${(18 + 0.3 * Math.sin((2 * Math.PI * t) / (1.5 + k / 50))).toFixed(5)},g`);
    }
  return lines.join('\n');
}

const SEARCH = ['run', 'periods.lomb-scargle', 'stars.csv', '--minimum-frequency', '0.05', '--maximum-frequency', '0.7', '--peaks', '1'];

/** Aborts once the file of what is done holds something. */
function abortWhenKept(partials: string): AbortSignal {
  const abort = new AbortController();
  const timer = setInterval(() => {
    const [name] = existsSync(partials) ? readdirSync(partials) : [];
    if (name === undefined || statSync(join(partials, name)).size === 0) return;
    clearInterval(timer);
    abort.abort();
  }, 1);
  return abort.signal;
}

describe('objects on the command line', () => {
  it('writes the object table beside the results, with units and the recipe', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'stars.csv'), csv(4));
      const result = await runCli([...SEARCH, '-o', 'periods.csv', '--objects-out', 'objects.arrow', '--json'], folder);
      expect(result.err).toBe('');
      const report = result.json();
      expect(report.objectsOut).toBe('objects.arrow');
      const { rows } = (await runCli(['head', 'objects.arrow', '--json'], folder)).json();
      expect(rows.map((r: { objid: string }) => r.objid)).toEqual(['star 0', 'star 1', 'star 2', 'star 3']);
      expect(rows.map((r: { period_g: number }) => r.period_g)).toEqual(report.results.map((r: { period: number }) => r.period));
      expect(rows[0]).toMatchObject({ rows: 50, flagged: 0, label: null });
      const csvOut = await runCli([...SEARCH, '--objects-out', 'objects.csv'], folder);
      expect(csvOut.code).toBe(0);
      const side = readdirSync(folder).find((n) => n.startsWith('objects.csv.'))!;
      expect(readFileSync(join(folder, side), 'utf8')).toContain('best period, band g (periods.lomb-scargle)');
    }));

  it('goes on with a search that was stopped', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'stars.csv'), csv(60));
      const search = [...SEARCH, '--samples-per-peak', '200', '--method', 'exact', '--resume', '--json', '--progress', 'none'];
      const partials = join(folder, 'out.csv.partial');
      const stopped = await runCli([...search, '-o', 'out.csv'], folder, { signal: abortWhenKept(partials) });
      expect(stopped.code).not.toBe(0);
      expect(readdirSync(partials)).toHaveLength(1);
      const again = (await runCli([...search, '-o', 'out.csv'], folder)).json();
      expect(again.alerts.map((a: { message: string }) => a.message).join()).toMatch(/\d+ of 60 objects were done already/);
      expect(existsSync(partials)).toBe(false);
      const whole = (await runCli([...search, '-o', 'whole.csv'], folder)).json();
      expect(again.results).toEqual(whole.results);
      expect(readFileSync(join(folder, 'out.csv'))).toEqual(readFileSync(join(folder, 'whole.csv')));
    }));
});
