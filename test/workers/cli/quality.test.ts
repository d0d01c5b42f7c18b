import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withFolder } from '../../with-folder';
import { runCli } from './run-cli';

/** 60 epochs of two stars: a sentinel, an error of 0, a repeated row, a repeated time with another value, a right ascension of 360. */
function csv(): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const mag = i === 10 ? '99.99' : i === 33 ? '' : (17 + 0.1 * Math.sin(i)).toFixed(4);
    return `${1 + (i % 2)},${i === 20 ? 360 : 150 + (i % 2)},2.5,${58000 + i},${mag},${i === 12 ? 0 : (0.01 + 0.001 * (i % 3)).toFixed(3)}`;
  });
  return ['objid,ra,dec,mjd,mag,magerr', ...rows, rows[4], rows[5]!.replace(/1[67]\.\d+/, '17.5')].join('\n');
}

describe('skysift quality', () => {
  test('prints the contract as JSON', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'stars.csv'), csv());
      const result = await runCli(['quality', 'stars.csv', '--json'], folder);
      expect(result.code, result.err).toBe(0);
      const report = result.json();
      expect(report.rows).toBe(62);
      expect(report.ledger).toEqual({ loaded: 62, kept: 62, flagged: 0, reasons: [] });
      expect(report.duplicates).toEqual({ exact: 1, key: 2, keyColumns: ['objid', 'mjd'] });
      const mag = report.columns.find((c: { name: string }) => c.name === 'mag');
      expect(mag).toMatchObject({ missing: 1, sentinels: [{ value: 99.99, count: 1 }] });
      expect(report.redundancy).toEqual([]);
      for (const f of report.findings) expect(Object.keys(f)).toEqual(expect.arrayContaining(['severity', 'code', 'message', 'rows']));
      const rows = Object.fromEntries(
        report.findings.map((f: { code: string; column?: string; rows: number }) => [`${f.code} ${f.column ?? ''}`.trim(), f.rows]),
      );
      expect(rows).toMatchObject({
        'sentinels mag': 1,
        'invalid-values magerr': 1,
        'invalid-values ra': 1,
        'exact-duplicates': 1,
        'key-duplicates': 2,
        'missing mag': 1,
        'positions-scatter': 31,
      });
      expect(report.findings.map((f: { severity: string }) => f.severity)).toEqual(
        [...report.findings.map((f: { severity: string }) => f.severity)].sort((a, b) => 'ewi'.indexOf(a[0]) - 'ewi'.indexOf(b[0])),
      );
    });
  });

  test('holds every row against the rules; what is missing breaks none', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'stars.csv'), csv());
      const result = await runCli(['quality', 'stars.csv', '--rule', 'mag < 18', '--rule', 'mjd > 58000', '--json'], folder);
      const broken = result.json().findings.filter((f: { code: string }) => f.code === 'rule-broken');
      expect(broken.map((f: { rows: number }) => f.rows)).toEqual([1, 1]);
      const bad = await runCli(['quality', 'stars.csv', '--rule', 'magg < 18'], folder);
      expect([bad.code, bad.err]).toEqual([1, expect.stringContaining('no column named magg')]);
      expect((await runCli(['quality', 'stars.csv', '--radius', '0'], folder)).err).toContain('invalid radius: 0 (must be > 0');
    });
  });

  test('prints for people, and writes a page without scripts in which names are only text', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'a.csv'), csv().replace('objid', 'objid,<b>x</b>').replaceAll('\n1,', '\n1,9,').replaceAll('\n2,', '\n2,8,'));
      const result = await runCli(['quality', 'a.csv', '--html', 'page.html'], folder);
      expect(result.code, result.err).toBe(0);
      expect(result.out).toContain('62 rows = 62 kept + 0 flagged');
      expect(result.out).toContain('mag holds 99.99 in 1 row');
      const html = readFileSync(join(folder, 'page.html'), 'utf8');
      expect(html).toContain('&lt;b&gt;x&lt;/b&gt;');
      expect(html).not.toMatch(/<script|<b>x|src=|href=/);
      expect(html).toMatch(/<svg class="bars"/);
      expect(html).toMatch(/<svg class="matrix"/);
      expect(html).toMatch(/Made by Skysift on \d{4}-.* from a\.csv/);
      expect((await runCli(['quality', 'a.csv', '--html', 'page.txt'], folder)).code).toBe(2);
    });
  });
});
