import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/core/model/column';
import { AppError } from '../../../src/core/protocol/outcome';
import { openSource } from '../../../src/workers/readers/registry';
import { cells, readAll, type Truth, type TruthColumn, truthFiles } from './truth';

/** astropy's spelling of units the files spell otherwise. */
const UNITS: Readonly<Record<string, string>> = {
  'mas.yr**-1': 'mas / yr',
  'um**-1': '1 / um',
  'km.s**-1': 'km / s',
  solMass: 'Msun',
  pixel: 'pix',
  'pixel**2': 'pix2',
  'm**(-6)': '1 / m6',
  'mag * arcsec**(-2)': 'mag / arcsec2',
  'km/s': 'km / s',
  '[K]': 'dex(K)',
  '[cm/s2]': 'dex(cm / s2)',
  '[---]': 'dex(---)',
  '[cm.s**-2]': 'dex(cm / s2)',
  '[-]': 'dex(---)',
};

const isMissing = (v: unknown): boolean => v === undefined || v === null || (typeof v === 'number' && Number.isNaN(v)) || v === 'nan' || v === '--';

function sameValue(got: Cell, want: unknown, column: TruthColumn): boolean {
  if (Array.isArray(got)) return String(got) === String(want);
  if (isMissing(want)) return isMissing(got) || got === '';
  if (typeof got === 'bigint') return String(got) === String(want);
  if (typeof got === 'number') return Math.abs(got - Number(want)) <= 1e-9 * Math.max(1, Math.abs(got));
  if (typeof got === 'boolean') return got === want || String(got) === String(want).toLowerCase();
  // astropy's fixed-width reader cuts a column at the width of its header.
  const width = Number(/^<U(\d+)$/.exec(column.dtype ?? '')?.[1] ?? Infinity);
  return String(got).trim() === String(want).trim() || (String(want).length >= width && String(got).startsWith(String(want)));
}

function stats(values: readonly Cell[]): { n: number; nulls: number; min: number; max: number; mean: number } {
  const numbers = values
    .filter((v) => !isMissing(v))
    .map(Number)
    .filter(Number.isFinite);
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  return { n: values.length, nulls: values.filter(isMissing).length, min: Math.min(...numbers), max: Math.max(...numbers), mean };
}

const close = (a: number, b: unknown): boolean => Math.abs(a - Number(b)) <= 1e-9 * Math.max(1, Math.abs(a));

async function differences(path: string, truth: Truth): Promise<string[]> {
  const source = await openSource(path, { signal: new AbortController().signal });
  try {
    const table = source.tables[0]!;
    const found: string[] = [];
    const read = await readAll(table);
    // astropy joins `target.ra` and `target.dec` into one object: such a file is compared by name.
    const isJoined = truth.columns!.some((c) => c.dtype === 'object');
    const columns = isJoined ? truth.columns!.map((c) => read.get(c.name!) ?? read.get(`${c.name!}.ra`)!) : [...read.values()];
    const note = (what: string, got: unknown, want: unknown): void => void found.push(`${what}: ${String(got)} (must be ${String(want)})`);
    if (table.rows !== truth.n_rows) note('rows', table.rows, truth.n_rows);
    const byPosition = truth.columns!.every((c) => c.name === null);
    if (!byPosition && columns.length !== truth.n_cols) note('columns', columns.length, truth.n_cols);
    truth.columns!.forEach((want, i) => {
      const column = columns[(want.position ?? i + 1) - 1];
      if (!column) return note('column', 'none', want.name ?? want.position);
      const label = column.meta.name;
      if (want.name !== null && label !== want.name && !(want.dtype === 'object' && label === `${want.name}.ra`)) note('name', label, want.name);
      if (want.dtype === 'object') return;
      const unit = column.meta.unit;
      if ((unit === undefined ? null : (UNITS[unit] ?? unit)) !== (want.unit ?? null)) note(`unit of ${label}`, unit, want.unit);
      const all = cells(column);
      const s = stats(all);
      const wantNulls = (want.n_null ?? 0) + (want.n_nan ?? 0);
      if (want.dtype !== 'str' && s.nulls !== wantNulls) note(`nulls of ${label}`, s.nulls, wantNulls);
      if (!['string', 'object'].includes(typeof all.find((v) => !isMissing(v))))
        for (const key of ['min', 'max', 'mean'] as const)
          if (want[key] !== null && want[key] !== undefined && !isMissing(want[key]) && !close(s[key], want[key]))
            note(`${key} of ${label}`, s[key], want[key]);
      want.first3?.forEach((v, k) => sameValue(all[k], v, want) || note(`row ${k} of ${label}`, all[k], v));
      want.last3?.forEach((v, k) => {
        const got = all[all.length - want.last3!.length + k];
        if (!sameValue(got, v, want)) note(`last rows of ${label}`, got, v);
      });
    });
    return found;
  } finally {
    await source.close();
  }
}

describe.each(['text_tables', 'csv_odd', 'asassn_asas_aavso', 'macho', 'ogle_cep', 's82_rrlyrae', 'ztf', 'catalogues', 'kepler_tess'])(
  '%s',
  (group) => {
    for (const { name, path, truth } of truthFiles(group)) {
      if (/\.fits?(\.gz)?$/.test(name)) continue;
      it(name, async () => {
        const attempt = await differences(path, truth.columns ? truth : { ...truth, columns: [] }).then(
          (found) => ({ found }),
          (error: unknown) => ({ error }),
        );
        if ('error' in attempt) {
          expect(attempt.error).toBeInstanceOf(AppError);
          const { message } = attempt.error as AppError;
          expect(message).not.toMatch(/\n/);
          // A file for which the truth has no table may only be refused.
          if (truth.expect === 'ok' && truth.columns) expect.fail(message);
          return;
        }
        if (!truth.columns) expect.fail('was read, though there is no table in it');
        expect(attempt.found).toEqual([]);
      });
    }
    it('is walked, or not there', () => expect(true).toBe(true));
  },
);
