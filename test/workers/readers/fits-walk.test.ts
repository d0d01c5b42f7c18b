import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cell, parseType } from '../../../src/core/model/column';
import { AppError } from '../../../src/core/protocol/outcome';
import fits from '../../../src/workers/readers/formats/fits';
import type { OpenedSource, SourceTable } from '../../../src/workers/readers/reader';
import { sharedData } from '../../shared-data';
import { readTable } from './read-table';

/** What astropy found in a file. */
interface TruthColumn {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly unit: string | null;
  readonly tform: string;
  readonly tnull?: number | string;
  readonly n_nan?: number;
  readonly n_inf?: number;
  readonly n_finite?: number;
  readonly n_empty?: number;
  readonly n_distinct?: number;
  readonly n_true?: number;
  readonly n_tnull_after_scaling?: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly mean_re?: number;
  readonly mean_im?: number;
  readonly vla_lengths_sum?: number;
  readonly vla_len_max?: number;
  readonly first3: readonly unknown[];
  readonly last3: readonly unknown[];
}
interface TruthHdu {
  readonly index: number;
  readonly type: string;
  readonly name: string;
  readonly n_rows?: number;
  readonly n_cols?: number;
  readonly shape?: readonly number[];
  readonly columns?: readonly TruthColumn[];
}
interface Truth {
  readonly file: string;
  readonly expect: 'ok' | 'odd' | 'broken';
  readonly hdus?: readonly TruthHdu[];
  readonly uncompressed_by_funpack?: { readonly hdus: readonly TruthHdu[] };
}

const signal = new AbortController().signal;
const GROUPS = ['fits_tables', 'fits_broken', 'fits_images', 'kepler_tess', 'catalogues', 'topcat_demo', 'votable'];
const data = sharedData();

function files(): { group: string; name: string; truth: Truth }[] {
  if (data === undefined) return [];
  return GROUPS.flatMap((group) =>
    readdirSync(join(data, group))
      .filter((name) => /\.fits?(\.gz|\.fz|\.Z)?$/.test(name) && existsSync(join(data, 'truth', group, `${name}.json`)))
      .map((name) => ({ group, name, truth: JSON.parse(readFileSync(join(data, 'truth', group, `${name}.json`), 'utf8')) as Truth })),
  );
}

const all = files();

describe.skipIf(data === undefined)('every FITS file of the collection', () => {
  it('is there', () => expect(all.length).toBeGreaterThan(60));

  it.each(all.map((f) => [`${f.group}/${f.name}`, f] as const))('%s', async (_title, { group, name, truth }) => {
    let source: OpenedSource | undefined;
    try {
      source = await fits.open(join(data!, group, name), { signal });
      expect(truth.expect, `${name} was read`).not.toBe('broken');
      const hdus = truth.uncompressed_by_funpack?.hdus ?? truth.hdus ?? [];
      expectImages(source, hdus);
      const tables = hdus.filter((h) => h.columns !== undefined);
      const read = source.tables.filter((t) => !t.image);
      expect(read.map((t) => t.rows)).toEqual(tables.map((h) => h.n_rows));
      for (const [i, hdu] of tables.entries()) await expectTable(read[i]!, hdu, name);
    } catch (error) {
      if (truth.expect === 'ok' || !(error instanceof AppError)) throw error;
      expect(error.fields.code).toMatch(/unreadable|unsupported/);
      expect(error.fields.message).toMatch(/HDU \d+|byte \d+|keyword SIMPLE/);
      expect(error.fields.hint).toBeTruthy();
    } finally {
      await source?.close();
    }
  });
});

/** Every image is a table of its own, or told of. What the images hold is compared in images-truth.test.ts. */
function expectImages(source: OpenedSource, hdus: readonly TruthHdu[]): void {
  for (const hdu of hdus.filter((h) => h.shape !== undefined && /Image|Primary/.test(h.type))) {
    const [height, width] = hdu.shape!.slice(-2);
    if (
      [...source.tables, ...source.images!].some(
        (t) => t.image?.width === (width ?? height) && t.image?.height === (width === undefined ? 1 : height),
      )
    )
      continue;
    const axes = [...hdu.shape!].reverse().join(' x ');
    expect(source.alerts.map((a) => a.message).join('\n')).toMatch(
      new RegExp(
        `HDU ${hdu.index} is a (compressed )?${axes} image, not a table|the image in HDU ${hdu.index} is compressed with (RICE_1|HCOMPRESS_1)`,
      ),
    );
  }
}

async function expectTable(table: SourceTable, hdu: TruthHdu, file: string): Promise<void> {
  expect(table.columns).toHaveLength(hdu.n_cols!);
  const read = await readTable(table, 1000);
  expect(read.rows).toBe(hdu.n_rows);
  for (const [i, truth] of hdu.columns!.entries()) {
    const meta = table.columns[i]!;
    const where = `${file} HDU ${hdu.index} column ${truth.name}`;
    if (truth.name !== meta.name) expect(meta.name, where).toMatch(new RegExp(`^${truth.name}_\\d+$`));
    // astropy could not read this one: only its name is known.
    if ((truth.dtype as string | undefined) === undefined) continue;
    expect(meta.unit ?? null, where).toBe(truth.unit);
    // A zero-width column: astropy gives it an opaque type and no values.
    if (/^0[A-Z]/.test(truth.tform)) continue;
    const cells = read.cells(meta.name);
    if (truth.vla_lengths_sum !== undefined) expectLists(cells, truth, where);
    else expectCells(cells, truth, { ascii: hdu.type === 'TableHDU', where, size: parseType(meta.type).size });
  }
}

interface Look {
  readonly ascii: boolean;
  readonly where: string;
  readonly size: number;
}

function expectCells(cells: readonly Cell[], truth: TruthColumn, look: Look): void {
  const { where } = look;
  const complex = /c8|c16/.test(truth.dtype);
  if (truth.n_tnull_after_scaling !== undefined && look.size === 1)
    expect(cells.filter((c) => c === undefined).length, where).toBe(truth.n_tnull_after_scaling);
  const plain = cells.map((c) => (c === undefined ? standIn(truth, look) : c));
  if (truth.dtype.startsWith('<U')) return expectTexts(plain, truth, where);
  const flat = complex ? [] : (plain.flat(4) as (number | bigint | boolean)[]);
  if (truth.n_true !== undefined) expect(flat.filter((v) => v === true).length, where).toBe(truth.n_true);
  const numbers = flat.filter((v) => v !== undefined).map(Number);
  if (truth.n_nan !== undefined && truth.tnull === undefined) expect(numbers.filter(Number.isNaN).length, where).toBe(truth.n_nan);
  if (truth.n_inf !== undefined) expect(numbers.filter((v) => Math.abs(v) === Infinity).length, where).toBe(truth.n_inf);
  const finite = numbers.filter(Number.isFinite);
  if (truth.min !== undefined && finite.length === numbers.length - (truth.n_nan ?? 0)) {
    expectClose(
      finite.reduce((a, b) => Math.min(a, b), Infinity),
      truth.min,
      where,
    );
    expectClose(
      finite.reduce((a, b) => Math.max(a, b), -Infinity),
      truth.max!,
      where,
    );
    expectClose(
      mean(finite),
      truth.mean!,
      `${where} mean`,
      finite.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
    );
  }
  // astropy's mean of a complex64 column is a sum in float32.
  const size = truth.dtype.includes('c8') ? 1e3 : 1;
  if (complex && look.size === 1) {
    expectClose(mean(plain.map((c) => (c as number[])[0]!)), truth.mean_re!, where, size);
    expectClose(mean(plain.map((c) => (c as number[])[1]!)), truth.mean_im!, where, size);
  }
  truth.first3.forEach((t, i) => expectCell(plain[i], t, `${where} row ${i}`));
  truth.last3.forEach((t, i) => expectCell(plain[plain.length - truth.last3.length + i], t, `${where} from the end ${i}`));
}

/** astropy shows the raw null value, or 0 in an ASCII table. After scaling it shows the scaled null: the truth's own extremes contain it. */
function standIn(truth: TruthColumn, look: Look): Cell {
  if (look.ascii) return truth.dtype.startsWith('<U') ? String(truth.tnull) : 0;
  if (truth.dtype === 'bool') return false;
  const raw = BigInt(truth.tnull as number);
  const tzero = /u?int16/.test(truth.dtype) ? 32768n : 0n;
  const scaling = truth as unknown as { tscal?: number; tzero?: number };
  if (truth.dtype === 'float64') return Number(raw) * (scaling.tscal ?? 1) + (scaling.tzero ?? 0);
  return raw + (truth.dtype.startsWith('u') ? tzero : 0n);
}

function expectTexts(cells: readonly Cell[], truth: TruthColumn, where: string): void {
  const texts = cells.flat(3) as string[];
  // One cell there is a NUL before blanks: empty by the standard (4.0, section 7.3.3.1), one NUL to astropy, which then counts blanks as distinct too.
  const odd = where === 'testprog.std.fits HDU 4 column Avalue' ? { n_empty: 20, n_distinct: 3 } : {};
  const { n_empty, n_distinct } = { ...truth, ...odd };
  if (n_empty !== undefined) expect(texts.filter((t) => t === '').length, where).toBe(n_empty);
  if (n_distinct !== undefined) expect(new Set(texts).size, where).toBe(n_distinct);
  truth.first3.forEach((t, i) => expectCell(cells[i], t, `${where} row ${i}`));
  truth.last3.forEach((t, i) => expectCell(cells[cells.length - truth.last3.length + i], t, `${where} from the end ${i}`));
}

function expectLists(cells: readonly Cell[], truth: TruthColumn, where: string): void {
  const lengths = cells.map((c) => (c as { length: number }).length);
  const bits = truth.tform.includes('X');
  const text = /[PQ]A/.test(truth.tform);
  // astropy gives bits as bytes, and a text with the blanks at its end.
  if (!bits && !text) {
    expect(
      lengths.reduce((a, b) => a + b, 0),
      where,
    ).toBe(truth.vla_lengths_sum);
    expect(
      lengths.reduce((a, b) => Math.max(a, b), 0),
      where,
    ).toBe(truth.vla_len_max);
  }
  if (bits) return;
  const check = (cell: Cell, t: unknown, at: string): void => {
    const list = t as unknown[];
    if (text) expect((cell as string).slice(0, 12), at).toBe(list.join('').trimEnd());
    else if (/[PQ]L/.test(truth.tform)) expect((cell as boolean[]).slice(0, 12), at).toEqual(list.map((v) => v === 84 || v === 1));
    else list.forEach((v, i) => expectCell((cell as Cell[])[i], v, at));
  };
  truth.first3.forEach((t, i) => check(cells[i], t, `${where} row ${i}`));
  truth.last3.forEach((t, i) => check(cells[cells.length - truth.last3.length + i], t, `${where} from the end ${i}`));
}

function expectCell(cell: Cell, truth: unknown, where: string): void {
  if (Array.isArray(truth)) {
    // The truth keeps the first elements of a long cell, flattened.
    const flat = (cell as Cell[]).flat(3);
    truth.flat(6).forEach((t, i) => expectCell(flat[i], t, where));
    return;
  }
  if (typeof truth === 'string' && typeof cell !== 'string') {
    const special = truth === 'nan' ? NaN : truth === 'inf' ? Infinity : truth === '-inf' ? -Infinity : undefined;
    expect(Number(cell), where).toBe(special);
  } else if (typeof truth === 'string') expect(cell, where).toBe(truth.trimEnd());
  else if (typeof truth === 'boolean') expect(cell, where).toBe(truth);
  else expectClose(Number(cell), truth as number, where);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function expectClose(value: number, truth: number, where: string, size = Math.abs(truth)): void {
  expect(Math.abs(value - truth), `${where}: ${value} against ${truth}`).toBeLessThanOrEqual(1e-9 * Math.max(size, Math.abs(truth)) + 1e-300);
}
