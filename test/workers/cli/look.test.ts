import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCatalogue } from '../../../src/workers/bench/inputs';
import { sharedData } from '../../shared-data';
import { runCli } from './run-cli';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skysift-cli-test-'));
  await writeCatalogue(join(folder, 'survey.fits'), 5000);
  writeFileSync(
    join(folder, 'small.csv'),
    'id,mjd,mag,note\n9007199254740993,1.5,18.25,ok\n9007199254740995,2.5,nan,\n9007199254740997,3.5,19.75,"a,b"\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('skysift info', () => {
  it('gives format, rows, columns with types, units and roles', async () => {
    const result = await runCli(['info', 'survey.fits', '--json'], folder);
    expect(result.err).toBe('');
    expect(result.code).toBe(0);
    const [table] = result.json().tables;
    expect(result.json().file).toBe('survey.fits');
    expect(table.rows).toBe(5000);
    expect(table.columns.map((c: { name: string; type: string; unit: string | null }) => [c.name, c.type, c.unit])).toEqual([
      ['objid', 'int64', null],
      ['ra', 'float64', 'deg'],
      ['dec', 'float64', 'deg'],
      ['mjd', 'float64', 'd'],
      ['mag', 'float32', 'mag'],
      ['magerr', 'float32', 'mag'],
      ['band', 'utf8', null],
      ['flags', 'int16', null],
    ]);
    expect(table.columns[1].role).toBe('ra');
    expect(table.columns[0]).not.toHaveProperty('nulls');
  });

  it('adds statistics that a loop over the rows agrees with', async () => {
    const { out, code } = await runCli(['info', 'survey.fits', '--stats', '--json'], folder);
    expect(code).toBe(0);
    const columns = (JSON.parse(out) as { tables: { columns: Record<string, number>[] }[] }).tables[0]!.columns;
    const head = (await runCli(['head', 'survey.fits', '-n', '5000', '--columns', 'mag,ra', '--json'], folder)).json();
    const mags = (head.rows as { mag: number | null }[]).map((r) => r.mag).filter((m) => m !== null);
    const mag = columns[4]!;
    expect(mag['nulls']).toBe(5000 - mags.length);
    expect(mag['nulls']).toBeGreaterThan(20);
    expect(mag['min']).toBe(Math.min(...mags));
    expect(mag['max']).toBe(Math.max(...mags));
    expect(mag['mean']).toBeCloseTo(mags.reduce((a, b) => a + b, 0) / mags.length, 12);
    // Digits beyond 2^53 survive.
    expect(out).toMatch(/"min": 1237650000000000\d{3},/);
    const text = await runCli(['info', 'survey.fits', '--stats'], folder);
    expect(text.out).toContain('5 000 rows, 8 columns');
    expect(text.out).toMatch(/mag +float32 +mag/);
  });

  it('says what failed, why and what to do, on standard error', async () => {
    const none = await runCli(['info', 'no.fits', '--json'], folder);
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toBe('skysift: opening no.fits: there is no such file (check the path)\n');
    writeFileSync(join(folder, 'empty.fits'), '');
    const empty = await runCli(['info', 'empty.fits'], folder);
    expect(empty.code).toBe(1);
    expect(empty.err).toMatch(/^skysift: opening empty\.fits: .+ \(.+\)\n$/);
  });
});

describe('skysift head', () => {
  it('prints rows, every digit of an identifier, and nothing for what is missing', async () => {
    const json = await runCli(['head', 'small.csv', '--json'], folder);
    expect(json.out).toContain('"id": 9007199254740993');
    expect(json.json().rows[1]).toMatchObject({ mjd: 2.5, mag: null });
    expect(json.json().rows[2].note).toBe('a,b');
    const text = await runCli(['head', 'small.csv', '-n', '2', '--columns', 'mag,id'], folder);
    expect(text.out.split('\n').slice(0, 2)).toEqual(['  mag                id', '18.25  9007199254740993']);
    expect(text.out.trimEnd().split('\n')).toHaveLength(3);
  });

  it('refuses columns, tables and options that are not there, and says what is near', async () => {
    expect(await runCli(['head', 'small.csv', '--columns', 'magg'], folder)).toMatchObject({ code: 1, out: '' });
    expect((await runCli(['head', 'small.csv', '--columns', 'magg'], folder)).err).toContain('did you mean mag?');
    expect((await runCli(['head', 'small.csv', '--table', 'x'], folder)).code).toBe(1);
    const option = await runCli(['head', 'small.csv', '--colums', 'mag'], folder);
    expect(option.code).toBe(2);
    expect(option.err).toBe('skysift: head: unknown option: --colums (did you mean --columns?)\n');
    expect((await runCli(['head'], folder)).code).toBe(2);
    expect((await runCli(['haed'], folder)).err).toContain('did you mean head?');
    expect((await runCli(['head', 'small.csv', '-n', '2.5'], folder)).code).toBe(2);
  });

  it('is quiet when its reader goes away', async () => {
    expect(await runCli(['head', 'survey.fits', '-n', '100'], folder, { pipeBreaksAfter: 100 })).toMatchObject({ code: 0, err: '' });
  });

  it('ends with 130 and one sentence when interrupted', async () => {
    const abort = new AbortController();
    abort.abort();
    const result = await runCli(['info', 'survey.fits', '--stats'], folder, { signal: abort.signal });
    expect(result).toMatchObject({ code: 130, out: '' });
    expect(result.err).toContain('interrupted');
  });
});

describe('help and progress', () => {
  it('has a help for everything', async () => {
    const all = await runCli([], folder);
    for (const name of ['info', 'head', 'convert', 'ops', 'run', 'apply', 'bench', 'quality']) {
      expect(all.out).toContain(`skysift ${name} `);
      const own = await runCli([name, '--help'], folder);
      expect(own.code).toBe(0);
      expect(own.out.startsWith(`skysift ${name} `)).toBe(true);
    }
    expect(all.out).not.toMatch(/slurm/);
  });

  it('draws a bar on a terminal only, and JSON lines when asked', async () => {
    const bar = await runCli(['info', 'survey.fits', '--stats'], folder, { isTerminal: true });
    expect(bar.err).toContain('100 %');
    const lines = await runCli(['info', 'survey.fits', '--stats', '--json', '--progress', 'json'], folder);
    const progress = lines.err
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as { fraction: number });
    expect(progress.at(-1)!.fraction).toBe(1);
    expect(() => lines.json()).not.toThrow();
  });
});

const data = sharedData();
describe.runIf(data)('on real files', () => {
  it('reads a Kepler light curve: rows, units, roles', async () => {
    const result = await runCli(['info', join(data!, 'kepler_tess/kplr011442793-2009350155506_llc.fits'), '--stats', '--json'], folder);
    const table = result.json().tables.find((t: { name: string }) => t.name === 'LIGHTCURVE');
    const by = (name: string): Record<string, unknown> => table.columns.find((c: { name: string }) => c.name === name);
    expect(table.rows).toBeGreaterThan(1000);
    expect(by('TIME')).toMatchObject({ type: 'float64', unit: 'BJD - 2454833', role: 'time' });
    expect(by('SAP_QUALITY')).toMatchObject({ type: 'int32', role: 'quality', nulls: 0 });
    expect(by('PDCSAP_FLUX')!['nulls']).toBeGreaterThan(0);
  });
});
