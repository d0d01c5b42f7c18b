import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cell, type ColumnMeta, type ColumnType, type ScalarType, parseType } from '../../../src/core/model/column';
import type { Alert } from '../../../src/core/model/table';
import reader from '../../../src/workers/readers/formats/fits';
import type { SourceTable } from '../../../src/workers/readers/reader';
import writer from '../../../src/workers/writers/formats/fits';
import type { ExportSource } from '../../../src/workers/writers/writer';
import { readTable } from '../readers/read-table';
import { exportOf } from './export-source';

const folder = mkdtempSync(join(tmpdir(), 'skysift-fits-'));
afterAll(() => rmSync(folder, { recursive: true }));
const signal = new AbortController().signal;
const path = join(folder, 'out.fits');

async function write(source: ExportSource): Promise<readonly Alert[]> {
  return (await writer.write(source, path, { signal, progress: () => undefined, sidecar: (s) => path + s })).alerts;
}

async function withTables<T>(use: (tables: readonly SourceTable[], alerts: readonly Alert[]) => Promise<T>): Promise<T> {
  const source = await reader.open(path, { signal });
  try {
    return await use(source.tables, source.alerts);
  } finally {
    await source.close();
  }
}

const INTEGERS: Partial<Record<ScalarType, [bigint, bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-32768n, 32767n],
  uint16: [0n, 65535n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

function elements(type: ScalarType): fc.Arbitrary<Cell> {
  const range = INTEGERS[type];
  if (range) return fc.bigInt({ min: range[0], max: range[1] }).map((v) => (type.endsWith('64') ? v : Number(v)));
  if (type === 'bool') return fc.boolean();
  // FITS has no blanks at the end of a text, and no NUL in it.
  if (type === 'utf8') return fc.string({ unit: fc.constantFrom(...'aZ09 .+\u00b5\u03b1'), maxLength: 12 }).map((s) => s.trimEnd());
  const number = type.endsWith('64') && type !== 'complex64' ? fc.double() : fc.float();
  return type.startsWith('complex') ? fc.tuple(number, number) : number;
}

const SCALARS = ['bool', ...Object.keys(INTEGERS), 'float32', 'float64', 'complex64', 'complex128', 'utf8'] as ScalarType[];

const anyColumn: fc.Arbitrary<{ type: ColumnType; cells: (rows: number) => fc.Arbitrary<Cell[]> }> = fc
  .tuple(fc.constantFrom(...SCALARS), fc.constantFrom('scalar', 'fixed', 'list'), fc.integer({ min: 2, max: 5 }))
  .map(([element, kind, n]) => {
    const one = elements(element);
    const type: ColumnType = kind === 'fixed' ? `fixed_list<${element}>[${n}]` : kind === 'list' && element !== 'utf8' ? `list<${element}>` : element;
    const parsed = parseType(type).kind;
    const cell: fc.Arbitrary<Cell> =
      parsed === 'fixed' ? fc.array(one, { minLength: n, maxLength: n }) : parsed === 'list' ? fc.array(one, { maxLength: 6 }) : one;
    // Nulls of integers and logicals come back as nulls; of floats as NaN: those are tested apart.
    const nullable = parsed === 'scalar' && (element === 'bool' || element in INTEGERS);
    const any = nullable ? fc.option(cell, { nil: undefined, freq: 4 }) : cell;
    return { type, cells: (rows: number) => fc.array(any, { minLength: rows, maxLength: rows }) };
  });

const anyTable = fc
  .tuple(fc.integer({ min: 0, max: 11 }), fc.array(anyColumn, { minLength: 1, maxLength: 6 }))
  .chain(([rows, columns]) => fc.tuple(...columns.map((c) => c.cells(rows).map((cells) => ({ type: c.type, cells })))));

describe('FITS written and read again', () => {
  it('gives back every type, cell by cell', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, fc.integer({ min: 1, max: 5 }), async (columns, chunkRows) => {
        const source = exportOf(
          columns.map(({ type, cells }, i) => [{ name: `c${i}`, type }, cells] as const),
          { chunkRows },
        );
        await write(source);
        await withTables(async ([table]) => {
          const read = await readTable(table!, 4);
          expect(read.rows).toBe(source.rows);
          for (const [i, { type, cells }] of columns.entries()) {
            const back = table!.columns[i]!;
            // A short integer whose every value is taken comes back wider.
            if (!cells.includes(undefined)) expect(back.type).toBe(type);
            expect(read.cells(back.name).map(plain)).toEqual(cells.map(plain));
          }
        });
      }),
      { numRuns: 300, seed: 20261 },
    );
  });

  it('keeps names, units, UCDs, descriptions, display formats, shapes and other column cards', async () => {
    const meta: ColumnMeta = {
      name: 'flux',
      type: 'fixed_list<float32>[6]',
      unit: 'e-/s',
      ucd: 'phot.flux;em.opt',
      description: 'flux in the aperture, as the pipeline gives it: a description that goes well beyond one card of a header',
      display: 'E14.7',
      shape: [2, 3],
      extra: { TLMIN: -1.5, TNULL: 3 },
    };
    await write(exportOf([[meta, [[1, 2, 3, 4, 5, 6]]]]));
    await withTables(async ([table]) => {
      expect(table!.columns[0]).toMatchObject({ ...meta, extra: { TLMIN: -1.5 } });
      expect(table!.name).toBe('stars');
    });
  });

  it('keeps header cards, adds history, and hands the recipe back instead of a table', async () => {
    const header = [
      { key: 'TELESCOP', value: 'Kepler', comment: 'telescope' },
      { key: 'BJDREFI', value: 2454833 },
      { key: 'BJDREFF', value: 0.25 },
      { key: 'OBJECT', value: "O'Neill " + 'x'.repeat(150) },
      { key: 'ESO TEL AIRM', value: 1.25, comment: 'airmass' },
      { key: 'EMPTY', comment: 'no value' },
      { key: 'NAXIS2', value: 7 },
      { key: 'TFORM1', value: '9I' },
      { key: 'COMMENT', comment: ' kept as it is' },
    ];
    const recipe = JSON.stringify({ skysift: 1, steps: [{ id: 's1', op: 'flags.mark', note: 'α Cen — “quoted”', long: 'y'.repeat(5000) }] });
    await write(
      exportOf([[{ name: 'TIME', type: 'float64' }, [1.5, 2.5]]], { meta: { header }, recipe, history: ['flags.mark: 2 rows', 'z'.repeat(200)] }),
    );
    await withTables(async (tables) => {
      expect(tables.map((t) => t.name)).toEqual(['stars']);
      const [table] = tables;
      expect(JSON.parse(table!.provenance!)).toEqual(JSON.parse(recipe));
      expect(table!.timeOrigin).toBe(2454833.25);
      const card = (key: string): unknown => table!.header.find((c) => c.key === key)?.value;
      expect(card('OBJECT')).toBe("O'Neill " + 'x'.repeat(150));
      expect(card('ESO TEL AIRM')).toBe(1.25);
      expect(table!.header.some((c) => c.key === 'EMPTY' && c.value === undefined)).toBe(true);
      expect(table!.rows).toBe(2);
      const history = table!.header.filter((c) => c.key === 'HISTORY').map((c) => c.comment);
      expect(history.join('')).toBe(` flags.mark: 2 rows ${'z'.repeat(200)}`);
    });
    // Written once more, nothing is lost or doubled.
    const first = await withTables(async ([t]) => t!.header.filter((c) => c.key === 'COMMENT').length);
    expect(first).toBe(1);
  });

  it('spells names and units in ASCII, and gives the names back as they were', async () => {
    const alerts = await write(exportOf([[{ name: 'µ_α cos δ', type: 'float64', unit: 'µas' }, [1]]]));
    expect(alerts.map((a) => a.column)).toEqual(['µ_α cos δ']);
    await withTables(async ([table]) => {
      expect(table!.columns[0]).toMatchObject({ name: 'µ_α cos δ', unit: 'uas' });
      expect(table!.header.find((c) => c.key === 'TTYPE1')?.value).toBe('?_? cos ?');
    });
  });

  it('states the time zero of a table whose header does not', async () => {
    const column = [{ name: 'time', type: 'float64' }, [1]] as const;
    for (const [timeOrigin, timeSystem] of [
      [2457000, 'BTJD'],
      [2454833.5, 'BJD'],
      [2400000.5, 'MJD'],
      [0, 'JD'],
    ] as const) {
      await write(exportOf([column], { meta: { timeOrigin, timeSystem } }));
      await withTables(async ([table]) => expect([table!.timeOrigin, table!.timeSystem]).toEqual([timeOrigin, timeSystem]));
    }
  });

  it('writes a missing float as NaN, and says what it cannot hold', async () => {
    const alerts = await write(
      exportOf([
        [{ name: 'x', type: 'float32' }, [1, undefined, 3]],
        [{ name: 'name', type: 'utf8' }, ['a', undefined, 'c']],
        [{ name: 'list', type: 'list<int16>' }, [[1], undefined, []]],
        [{ name: 'bits', type: 'fixed_list<bool>[2]' }, [[true, false], undefined, [true, true]]],
      ]),
    );
    expect(alerts.map((a) => [a.column, a.rows])).toEqual([
      ['name', 1],
      ['list', 1],
      ['bits', 1],
    ]);
    await withTables(async ([table]) => {
      const read = await readTable(table!);
      expect(read.cells('x')).toEqual([1, NaN, 3]);
      expect(read.cells('name')).toEqual(['a', '', 'c']);
      expect(read.cells('list')).toEqual([[1], [], []]);
      expect(read.cells('bits')).toEqual([
        [true, false],
        [false, false],
        [true, true],
      ]);
    });
  });

  it('chooses a null that the data do not use, and the next wider type when they use all', async () => {
    const all = Array.from({ length: 256 }, (_, i) => i);
    const alerts = await write(
      exportOf(
        [
          [{ name: 'low', type: 'int16' }, [-32768, undefined, ...all.slice(2)]],
          [{ name: 'both', type: 'int32', extra: { TNULL: -1 } }, [-1, undefined, -(2 ** 31), ...all.slice(3)]],
          [{ name: 'full', type: 'uint8' }, [undefined, ...all.slice(1)].map((v, i) => (i === 1 ? 0 : v))],
          [{ name: 'taken', type: 'uint8' }, [undefined, 0, 255, ...all.slice(3)]],
          [{ name: 'wide', type: 'uint64' }, [undefined, 2n ** 64n - 1n, ...all.slice(2).map(BigInt)]],
        ],
        { chunkRows: 100 },
      ),
    );
    expect(alerts.filter((a) => a.severity === 'warning')).toEqual([]);
    await withTables(async ([table]) => {
      const read = await readTable(table!);
      const column = (name: string): ColumnMeta => table!.columns.find((c) => c.name === name)!;
      expect(column('low').extra).toMatchObject({ TNULL: 32767 });
      expect(column('taken').type).toBe('int16');
      expect(read.cells('taken').slice(0, 3)).toEqual([undefined, 0, 255]);
      for (const name of ['low', 'both', 'full', 'wide']) expect(read.cells(name).filter((c) => c === undefined)).toHaveLength(1);
      expect(read.cells('wide')[1]).toBe(2n ** 64n - 1n);
    });
  });

  it('puts a few very long texts on the heap', async () => {
    const texts = Array.from({ length: 2000 }, (_, i) => (i === 1000 ? 'z'.repeat(50_000) : `s${i}`));
    await write(exportOf([[{ name: 'note', type: 'utf8' }, texts]], { chunkRows: 512 }));
    await withTables(async ([table]) => {
      expect(table!.header.find((c) => c.key === 'TFORM1')?.value).toBe('1PA(50000)');
      expect((await readTable(table!)).cells('note')).toEqual(texts);
    });
  });

  it('refuses more columns than FITS has room for, and hears a cancel', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => [{ name: `c${i}`, type: 'float32' } as ColumnMeta, [1]] as const);
    await expect(write(exportOf(many))).rejects.toMatchObject({ fields: { code: 'unsupported' } });
    const aborted = AbortSignal.abort();
    const source = exportOf([[{ name: 'n', type: 'int32' }, [1, 2, 3, 4]]]);
    await expect(writer.write(source, path, { signal: aborted, progress: () => undefined, sidecar: (s) => s })).rejects.toThrow('cancelled');
  });

  it('passes fitsverify', async ({ skip }) => {
    const verifier = ['fitsverify'].find((v) => installed(v));
    if (!verifier) return skip('fitsverify is not installed');
    const columns = SCALARS.flatMap((type, i): (readonly [ColumnMeta, Cell[]])[] => {
      const one = fc.sample(
        elements(type).filter((v) => typeof v !== 'string' || /^[\x20-\x7e]*$/.test(v)),
        { numRuns: 4, seed: 7 },
      );
      const fixed: Cell[] = one.map((v) => [v, v]);
      const lists: Cell[] = one.map((v, k) => new Array<Cell>(k).fill(v));
      return [
        [{ name: `s${i}`, type, unit: 'mag' }, one],
        [{ name: `f${i}`, type: `fixed_list<${type}>[2]` }, fixed],
        ...(type === 'utf8' ? [] : ([[{ name: `l${i}`, type: `list<${type}>` }, lists]] as const)),
      ];
    });
    await write(exportOf([...columns, [{ name: 'n', type: 'int64' }, [1n, undefined, 3n, 4n]]], { recipe: '{"a":1}', history: ['one', 'two'] }));
    const report = execFileSync(verifier, [path], { encoding: 'utf8' });
    expect(report).toMatch(/0 warnings and 0 errors|0 warning\(s\) and 0 error\(s\)/);
  });
});

function installed(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`]);
    return true;
  } catch {
    return false;
  }
}

/** -0 and 0 differ in bytes only; big and small integers are compared as numbers of one kind. */
function plain(cell: Cell): unknown {
  if (Array.isArray(cell)) return cell.map(plain);
  if (typeof cell === 'bigint') return String(cell);
  return typeof cell === 'number' ? (Object.is(cell, -0) ? 0 : Number.isInteger(cell) ? String(cell) : cell) : cell;
}
