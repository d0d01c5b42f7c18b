import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from '../../shared-data';
import { runCli } from './run-cli';

let folder: string;

/** Two objects: 60 points of a period of 2.5 d each, one value far out in each, one missing. */
function csv(): string {
  const lines = ['objid,mjd,mag,magerr'];
  for (const id of ['a1', 'b2']) {
    for (let k = 0; k < 60; k++) {
      const t = 58000 + 1.37 * k + 0.11 * Math.sin(k);
      const mag = k === 20 ? 25 : 18 + 0.3 * Math.sin((2 * Math.PI * t) / 2.5);
      lines.push(`${id},${t},${k === 7 ? '' : mag.toFixed(5)},0.02`);
    }
  }
  return `${lines.join('\n')}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skysift-cli-test-'));
  writeFileSync(join(folder, 'survey.csv'), csv());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stores = (): string[] => readdirSync(tmpdir()).filter((n) => /^skysift-\w{6}$/.test(n));

describe('skysift ops', () => {
  it('lists the catalogue and one operation as JSON Schema', async () => {
    const all = (await runCli(['ops', '--json'], folder)).json() as { id: string }[];
    expect(all.map((o) => o.id)).toContain('outliers.sigma-clip');
    const one = (await runCli(['ops', 'outliers.sigma-clip', '--json'], folder)).json();
    expect(one.params).toMatchObject({ type: 'object', properties: { sigma: { type: 'number', default: 3 } } });
    const text = await runCli(['ops', 'outliers.sigma-clip'], folder);
    expect(text.out).toContain('--max-iterations');
    expect((await runCli(['ops', 'outliers.sigma-clp'], folder)).err).toContain('did you mean outliers.sigma-clip');
  });
});

describe('skysift run', () => {
  it('flags, writes, reports, and leaves no store behind', async () => {
    const before = stores();
    const args = ['run', 'outliers.sigma-clip', 'survey.csv', '-o', 'clean.fits', '--sigma', '5', '--scope', 'object', '--json'];
    const result = await runCli(args, folder);
    expect(result.err).toBe('');
    expect(result.json()).toMatchObject({ rows: 120, flagged: 2, flags: { sigma_clip: 2 }, columns: [], out: 'clean.fits' });
    expect(result.json().seconds).toBeGreaterThan(0);
    expect(stores()).toEqual(before);
    const rows = (await runCli(['head', 'clean.fits', '-n', '200', '--json'], folder)).json().rows as Record<string, unknown>[];
    expect(rows).toHaveLength(120);
    expect(rows.map((r, i) => (r['flag_sigma_clip'] ? i : -1)).filter((i) => i >= 0)).toEqual([20, 80]);
    expect(rows[20]!['mag']).toBe(25);
  });

  it('drops or masks flagged rows when asked to', async () => {
    const args = (flagged: string): string[] => [
      'run',
      'outliers.range',
      'survey.csv',
      '--high',
      '20',
      '-o',
      `${flagged}.arrow`,
      '--flagged',
      flagged,
    ];
    for (const flagged of ['drop', 'mask']) expect((await runCli(args(flagged), folder)).code).toBe(0);
    expect((await runCli(['info', 'drop.arrow', '--json'], folder)).json().tables[0].rows).toBe(118);
    const masked = (await runCli(['info', 'mask.arrow', '--stats', '--json'], folder)).json().tables[0];
    expect(masked.rows).toBe(120);
    expect(masked.columns.find((c: { name: string }) => c.name === 'mag')).toMatchObject({ nulls: 4 });
  });

  it('limits a step to the rows of an expression', async () => {
    const all = await runCli(['run', 'outliers.range', 'survey.csv', '--high', '18.1', '--json'], folder);
    const some = await runCli(['run', 'outliers.range', 'survey.csv', '--high', '18.1', '--where', 'mjd < 58020', '--json'], folder);
    expect(some.json().flagged).toBeGreaterThan(0);
    expect(some.json().flagged).toBeLessThan(all.json().flagged);
    expect(some.json().out).toBe(null);
    expect((await runCli(['run', 'outliers.range', 'survey.csv', '--high', '1', '--where', 'mjd <'], folder)).code).toBe(1);
  });

  it('gives one row of results an object, and writes them to OUT', async () => {
    const args = ['run', 'periods.lomb-scargle', 'survey.csv', '--minimum-frequency', '0.05', '--maximum-frequency', '0.6', '--scope', 'object'];
    const result = (await runCli([...args, '--where', 'mag < 20', '-o', 'periods.csv', '--json'], folder)).json();
    expect(result.results).toHaveLength(2);
    expect(result.results[0].objid).toBe('a1');
    for (const row of result.results) expect(Math.abs(row.period / 2.5 - 1)).toBeLessThan(0.01);
    const written = (await runCli(['head', 'periods.csv', '--json'], folder)).json().rows;
    expect(written.map((r: { objid: string }) => r.objid)).toEqual(['a1', 'b2']);
    expect(written[1].period).toBeCloseTo(result.results[1].period, 12);
    const none = await runCli([...args, '--json', '--results', '0'], folder);
    expect(none.json()).toMatchObject({ results: [], resultRows: 2 });
  });

  it('takes roles, and says so when there is no such column', async () => {
    const ok = await runCli(['run', 'outliers.range', 'survey.csv', '--high', '0.01', '--role', 'value=magerr', '--json'], folder);
    expect(ok.json().flagged).toBe(120);
    const bad = await runCli(['run', 'outliers.range', 'survey.csv', '--high', '0.01', '--role', 'value=magnitude'], folder);
    expect(bad).toMatchObject({ code: 2, out: '' });
    expect(bad.err).toContain('the table has no column magnitude');
  });

  it('refuses what it does not understand before anything runs', async () => {
    const refuse = async (...argv: string[]): Promise<string> => {
      const result = await runCli(['run', ...argv], folder);
      expect(result).toMatchObject({ code: 2, out: '' });
      return result.err;
    };
    expect(await refuse('outliers.sigma-clip', 'survey.csv', '--sgma', '3')).toContain('did you mean --sigma');
    expect(await refuse('outliers.sigma-clip', 'survey.csv', '--sigma', 'x')).toContain('invalid --sigma: x (must be a number)');
    expect(await refuse('outliers.sigma-clip', 'survey.csv', '--sigma', '-1')).toContain('sigma');
    expect(await refuse('outliers.sigma-clip', 'survey.csv', '-o', 'x.xyz')).toContain('invalid output');
    expect(await refuse('outliers.sigma-clip')).toContain('run needs IN');
    expect(await refuse('nothing.here', 'survey.csv')).toContain('unknown operation');
  });
});

describe('skysift apply', () => {
  const recipe = {
    skysift: 1,
    steps: [
      { id: 's1', op: 'outliers.sigma-clip', version: 1, params: { sigma: 5 }, bind: {}, scope: 'object', enabled: true },
      { id: 's2', op: 'trends.moving-median', version: 1, params: { window: 30, apply: 'subtract' }, bind: {}, scope: 'object', enabled: true },
      { id: 's3', op: 'outliers.range', version: 1, params: { high: 0 }, bind: {}, scope: 'table', enabled: false },
    ],
  };

  it('runs the enabled steps and writes the recipe into OUT', async () => {
    writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe));
    const result = (await runCli(['apply', 'recipe.json', 'survey.csv', '-o', 'applied.fits', '--json'], folder)).json();
    expect(result).toMatchObject({ rows: 120, flagged: 2, flags: { sigma_clip: 2 }, columns: ['mag_trend', 'mag_detrended'], out: 'applied.fits' });
    const info = (await runCli(['info', 'applied.fits', '--json'], folder)).json().tables[0];
    expect(info.columns.map((c: { name: string }) => c.name)).toEqual(expect.arrayContaining(['mag_detrended', 'flag_sigma_clip', 'flags']));
    expect(readFileSync(join(folder, 'applied.fits'), 'latin1')).toContain('outliers.sigma-clip');
    await runCli(['apply', 'recipe.json', 'survey.csv', '-o', 'again.fits'], folder);
    expect(readFileSync(join(folder, 'again.fits')).equals(readFileSync(join(folder, 'applied.fits')))).toBe(true);
  });

  it('cleans many files into a folder, by shards, and resumes', async () => {
    for (const name of ['n1.csv', 'n2.csv', 'n3.csv']) writeFileSync(join(folder, name), csv());
    const args = (...more: string[]): string[] => ['apply', 'recipe.json', 'n1.csv', 'n2.csv', 'n3.csv', '-o', 'many/', '--json', ...more];
    const first = (await runCli(args('--shard', '1/2'), folder)).json();
    expect(first.files.map((f: { out: string }) => f.out)).toEqual(['many/n1.csv', 'many/n3.csv']);
    const rest = (await runCli(args('--resume'), folder)).json();
    expect(rest.files.map((f: { out: string }) => f.out)).toEqual(['many/n2.csv']);
    expect(readFileSync(join(folder, 'many/n2.csv'), 'utf8')).toBe(readFileSync(join(folder, 'many/n1.csv'), 'utf8'));
    expect((await runCli(['apply', 'recipe.json', 'n1.csv', '-o', 'x.fits', '--shard', '1/2'], folder)).code).toBe(2);
    expect((await runCli(args('--shard', '3/2'), folder)).err).toContain('invalid --shard: 3/2');
  });

  it('checks the recipe against the table first', async () => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...recipe, steps: [{ ...recipe.steps[0], bind: { value: 'flux' } }] }));
    const result = await runCli(['apply', 'wrong.json', 'survey.csv', '-o', 'wrong.fits'], folder);
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toContain('the table has no column flux');
    expect(readdirSync(folder)).not.toContain('wrong.fits');
    writeFileSync(join(folder, 'not.json'), '{"steps": 3}');
    expect((await runCli(['apply', 'not.json', 'survey.csv', '-o', 'w.fits'], folder)).err).toContain('it is not a recipe');
  });
});

describe('skysift convert', () => {
  it('changes the format and keeps every value', async () => {
    const result = (await runCli(['convert', 'survey.csv', 'survey.fits', '--json'], folder)).json();
    expect(result).toMatchObject({ rows: 120, columns: 4, out: 'survey.fits' });
    await runCli(['convert', 'survey.fits', 'back.arrow', '--columns', 'mjd,mag'], folder);
    const read = async (file: string): Promise<unknown> =>
      (await runCli(['head', file, '-n', '200', '--columns', 'mjd,mag', '--json'], folder)).json().rows;
    expect(await read('back.arrow')).toEqual(await read('survey.csv'));
    expect((await runCli(['info', 'back.arrow', '--json'], folder)).json().tables[0].columns).toHaveLength(2);
  });

  const data = sharedData();
  it.runIf(data)('makes one table of several light curves', async () => {
    const kepler = ['kplr011442793-2009350155506_llc.fits', 'kplr011442793-2010009091648_llc.fits'].map((f) => join(data!, 'kepler_tess', f));
    const rows = await Promise.all(kepler.map(async (f) => (await runCli(['info', f, '--json'], folder)).json().tables[0].rows as number));
    const result = (await runCli(['convert', ...kepler, 'kepler.fits', '--json'], folder)).json();
    expect(result.rows).toBe(rows[0]! + rows[1]!);
    const columns = (await runCli(['info', 'kepler.fits', '--json'], folder)).json().tables[0].columns as { name: string; role: string | null }[];
    expect(columns.some((c) => c.role === 'object')).toBe(true);
  });
});
