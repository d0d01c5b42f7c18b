import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Cell, ColumnMeta } from '../../../src/core/model/column';
import type { Alert, HeaderCard } from '../../../src/core/model/table';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';
import fits from '../../../src/workers/readers/formats/fits';
import { PRIMARY, type TableBytes, ascii, be, header, table, writeFits } from './fits-bytes';
import { readTable } from './read-table';

const folder = mkdtempSync(join(tmpdir(), 'skysift-fits-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'test.fits');
const signal = new AbortController().signal;

interface Read {
  readonly cells: Record<string, Cell[]>;
  readonly columns: readonly ColumnMeta[];
  readonly header: readonly HeaderCard[];
  readonly alerts: readonly Alert[];
}

async function readFile(file = path, chunkRows = 2): Promise<Read> {
  const source = await fits.open(file, { signal });
  try {
    const t = source.tables[0]!;
    const read = await readTable(t, chunkRows);
    return {
      cells: Object.fromEntries(t.columns.map((c) => [c.name, read.cells(c.name)])),
      columns: t.columns,
      header: t.header,
      alerts: [...source.alerts, ...t.alerts],
    };
  } finally {
    await source.close();
  }
}

async function read(bytes: TableBytes): Promise<Read> {
  writeFits(path, table(bytes));
  return readFile();
}

async function refusal(file: Buffer): Promise<AppError> {
  writeFileSync(path, file);
  const error: unknown = await readFile().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

const card = (key: string, value: string | number): string => `${key.padEnd(8)}= ${typeof value === 'string' ? `'${value}'` : value}`;

describe('binary table columns', () => {
  it('reads every number type', async () => {
    const row = (k: number): Buffer =>
      Buffer.concat([
        be('u1', 250 + k),
        be('i2', -3 - k),
        be('i4', -70000 * k),
        be('i8', -(2n ** 62n) - BigInt(k)),
        be('f4', 1.5 * k),
        be('f8', Math.PI * k),
        be('f4', 1, k),
        be('f8', k, 2),
      ]);
    const { cells, columns } = await read({ forms: ['1B', 'I', '1J', 'K', 'E', 'D', 'C', 'M'], rows: [0, 1, 2, 3, 4].map(row) });
    expect(columns.map((c) => c.type)).toEqual(['uint8', 'int16', 'int32', 'int64', 'float32', 'float64', 'complex64', 'complex128']);
    expect(cells['c1']).toEqual([250, 251, 252, 253, 254]);
    expect(cells['c2']).toEqual([-3, -4, -5, -6, -7]);
    expect(cells['c3']).toEqual([0, -70000, -140000, -210000, -280000].map((v) => v + 0));
    expect(cells['c4']![4]).toBe(-(2n ** 62n) - 4n);
    expect(cells['c5']).toEqual([0, 1.5, 3, 4.5, 6]);
    expect(cells['c6']![3]).toBe(Math.PI * 3);
    expect(cells['c7']![2]).toEqual([1, 2]);
    expect(cells['c8']![4]).toEqual([4, 2]);
  });

  it('reads logicals, with 0 as null, and bits from the most significant', async () => {
    const { cells, columns, alerts } = await read({
      forms: ['L', '3L', '11X'],
      rows: [
        Buffer.concat([ascii('T'), ascii('TFT'), be('u1', 0b10100000, 0b00100000)]),
        Buffer.concat([be('u1', 0), be('u1', 84, 0, 70), be('u1', 0, 0b01000000)]),
        Buffer.concat([ascii('F'), ascii('FFF'), be('u1', 255, 255)]),
      ],
    });
    expect(columns.map((c) => c.type)).toEqual(['bool', 'fixed_list<bool>[3]', 'fixed_list<bool>[11]']);
    expect(cells['c1']).toEqual([true, undefined, false]);
    expect(cells['c2']).toEqual([
      [true, false, true],
      [true, false, false],
      [false, false, false],
    ]);
    expect((cells['c3']![0] as boolean[]).map(Number)).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect((cells['c3']![1] as boolean[]).map(Number)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    expect(alerts.map((a) => a.column)).toEqual(['c2']);
  });

  it('ends texts at a NUL, drops blanks at their end only, and reads Latin-1 with a remark', async () => {
    const { cells, alerts } = await read({
      forms: ['6A', '3A'],
      rows: [ascii('  ab   x '), ascii('a\0junk   '), ascii('      abc'), ascii('\0\0\0\0\0\0\0\0\0'), ascii('caf\u00e9  y  ')],
    });
    expect(cells['c1']).toEqual(['  ab', 'a', '', '', 'café']);
    expect(cells['c2']).toEqual([' x', '', 'abc', '', 'y']);
    expect(alerts.map((a) => a.message)).toEqual(['column c1 has text that is neither ASCII nor UTF-8: it is read as Latin-1']);
  });

  it('keeps UTF-8 as it is, and has room after Latin-1 that grew', async () => {
    const utf8 = Buffer.from('µα', 'utf8');
    const grown = Array.from({ length: 300 }, () => ascii('\u00e9\u00e8\u00ea\u00eb'));
    const { cells } = await read({ forms: ['4A'], rows: [utf8, ...grown] });
    expect(cells['c1']).toEqual(['µα', ...grown.map(() => 'éèêë')]);
  });

  it('shapes cells by TDIM, slowest axis first, and arrays of texts by TDIM or rAw', async () => {
    const { cells, columns } = await read({
      forms: ['6I', '1E', '12A', '6A2'],
      rows: [Buffer.concat([be('i2', 1, 2, 3, 4, 5, 6), be('f4', 7), ascii('ab  cd   e  '), ascii('pqr st')])],
      cards: [card('TDIM1', '(3,2)'), card('TDIM2', '(1,1)'), card('TDIM3', '(4,3)')],
    });
    expect(columns.map((c) => [c.type, c.shape])).toEqual([
      ['fixed_list<int16>[6]', [2, 3]],
      ['fixed_list<float32>[1]', [1, 1]],
      ['fixed_list<utf8>[3]', undefined],
      ['fixed_list<utf8>[3]', undefined],
    ]);
    expect(cells['c1']).toEqual([[1, 2, 3, 4, 5, 6]]);
    expect(cells['c3']).toEqual([['ab', 'cd', ' e']]);
    expect(cells['c4']).toEqual([['pq', 'r', 'st']]);
  });

  it('says so when TDIM does not fit, and reads a plain array', async () => {
    const { columns, alerts } = await read({ forms: ['6I'], rows: [Buffer.alloc(12)], cards: [card('TDIM1', '(4,2)')] });
    expect([columns[0]!.type, columns[0]!.shape]).toEqual(['fixed_list<int16>[6]', undefined]);
    expect(alerts[0]).toMatchObject({ severity: 'warning', column: 'c1' });
  });

  it('reads a column of no width as empty lists', async () => {
    const { cells, columns } = await read({ forms: ['0D', 'I'], rows: [be('i2', 5), be('i2', 6)] });
    expect(columns[0]!.type).toBe('fixed_list<float64>[0]');
    expect(cells).toEqual({ c1: [[], []], c2: [5, 6] });
  });
});

describe('TNULL, TSCAL and TZERO', () => {
  it('reads the unsigned conventions as unsigned integers, TNULL in raw numbers', async () => {
    const row = (b: number, i: number, j: number, k: bigint): Buffer => Buffer.concat([be('u1', b), be('i2', i), be('i4', j), be('i8', k)]);
    const { cells, columns } = await read({
      forms: ['B', 'I', 'J', 'K'],
      rows: [row(0, -32768, -(2 ** 31), -(2n ** 63n)), row(255, 32767, 2 ** 31 - 1, 2n ** 63n - 1n), row(128, 0, 0, 0n)],
      cards: [
        card('TZERO1', -128),
        card('TZERO2', 32768),
        card('TZERO3', 2147483648),
        'TZERO4  = 9223372036854775808',
        card('TNULL1', 128),
        card('TNULL2', 0),
        card('TNULL3', 0),
        card('TNULL4', 0),
      ],
    });
    expect(columns.map((c) => c.type)).toEqual(['int8', 'uint16', 'uint32', 'uint64']);
    expect(cells['c1']).toEqual([-128, 127, undefined]);
    expect(cells['c2']).toEqual([0, 65535, undefined]);
    expect(cells['c3']).toEqual([0, 2 ** 32 - 1, undefined]);
    expect(cells['c4']).toEqual([0n, 2n ** 64n - 1n, undefined]);
  });

  it('scales everything else in float64, nulls first', async () => {
    const { cells, columns } = await read({
      forms: ['I', 'E', '2J', 'K', 'C'],
      rows: [
        Buffer.concat([be('i2', 10), be('f4', 0.5), be('i4', 1, -1), be('i8', 4n), be('f4', 1, 2)]),
        Buffer.concat([be('i2', -99), be('f4', 2), be('i4', -99, 2), be('i8', -99n), be('f4', 3, 4)]),
      ],
      cards: [
        card('TSCAL1', 0.25),
        card('TZERO1', 100),
        card('TNULL1', -99),
        card('TZERO2', 10),
        card('TSCAL3', 2),
        card('TNULL3', -99),
        card('TSCAL4', 3),
        card('TNULL4', -99),
        card('TSCAL5', 2),
        card('TZERO5', 1),
      ],
    });
    expect(columns.map((c) => c.type)).toEqual(['float64', 'float64', 'fixed_list<float64>[2]', 'float64', 'complex128']);
    expect(cells['c1']).toEqual([102.5, undefined]);
    expect(cells['c2']).toEqual([10.5, 12]);
    expect(cells['c3']).toEqual([
      [2, -2],
      [NaN, 4],
    ]);
    expect(cells['c4']).toEqual([12, undefined]);
    expect(cells['c5']).toEqual([
      [3, 4],
      [7, 8],
    ]);
  });

  it('finds 64-bit nulls exactly', async () => {
    const near = -(2n ** 63n) + 1n;
    const { cells } = await read({ forms: ['K'], rows: [be('i8', -(2n ** 63n)), be('i8', near)], cards: ['TNULL1  = -9223372036854775808'] });
    expect(cells['c1']).toEqual([undefined, near]);
  });
});

describe('variable-length arrays', () => {
  const heap = Buffer.concat([be('i2', 1, 2, 3), ascii('hello  '), be('f8', 1.5), be('u1', 0b11000000)]);

  it('reads P and Q, text, bits and scaled numbers, from a heap after a gap, in any order', async () => {
    const p = (n: number, at: number): Buffer => be('i4', n, at);
    const { cells, columns } = await read({
      forms: ['1PI(3)', '1QI', 'PA(7)', '1PD', '1PX', '1PI'],
      rows: [
        Buffer.concat([p(3, 0), be('i8', 2n, 2n), p(7, 6), p(1, 13), p(3, 21), p(2, 0)]),
        Buffer.concat([p(0, 0), be('i8', 0n, 0n), p(0, 0), p(0, 999), p(0, 0), p(1, 4)]),
        Buffer.concat([p(1, 4), be('i8', 3n, 0n), p(2, 6), p(1, 13), p(8, 21), p(0, 0)]),
      ],
      cards: [card('TSCAL6', 0.5)],
      heap,
      gap: 40,
    });
    expect(columns.map((c) => c.type)).toEqual(['list<int16>', 'list<int16>', 'utf8', 'list<float64>', 'list<bool>', 'list<float64>']);
    expect(cells['c1']).toEqual([[1, 2, 3], [], [3]]);
    expect(cells['c2']).toEqual([[2, 3], [], [1, 2, 3]]);
    expect(cells['c3']).toEqual(['hello', '', 'he']);
    expect(cells['c4']).toEqual([[1.5], [], [1.5]]);
    expect(cells['c5']).toEqual([[true, true, false], [], [true, true, false, false, false, false, false, false]]);
    expect(cells['c6']).toEqual([[0.5, 1], [1.5], []]);
  });

  it('refuses an array outside the heap, naming column and row', async () => {
    const bytes = Buffer.concat([PRIMARY, table({ forms: ['1PJ'], rows: [be('i4', 1, 0), be('i4', 5, 0)], heap: be('i4', 7) })]);
    const { fields } = await refusal(bytes);
    expect(fields).toMatchObject({ code: 'unreadable', column: 'c1', row: 1 });
    expect(fields.message).toContain('outside the heap of 4 bytes');
  });
});

describe('ASCII tables', () => {
  it('reads texts, integers and reals with Fortran exponents, nulls and blanks', async () => {
    const line = (name: string, i: string, e: string, k: string): Buffer => ascii(name.padEnd(6) + i.padStart(5) + e.padStart(12) + k.padStart(12));
    const { cells, columns, alerts } = await read({
      type: 'TABLE',
      forms: ['A6', 'I5', 'D12.3', 'I12'],
      rows: [
        line('Vega', '-42', '1.5D+02', '4294967296'),
        line('null', '*', '-.5E-1', '7'),
        line('', '7', '12345', ''),
        line('M 31', 'oops', '+2.5+3', '1'),
      ],
      cards: [
        card('TBCOL1', 1),
        card('TBCOL2', 7),
        card('TBCOL3', 12),
        card('TBCOL4', 24),
        card('TNULL1', 'null'),
        card('TNULL2', '*'),
        card('TUNIT3', 'mag'),
      ],
    });
    expect(columns.map((c) => [c.type, c.unit])).toEqual([
      ['utf8', undefined],
      ['int32', undefined],
      ['float64', 'mag'],
      ['int64', undefined],
    ]);
    expect(cells['c1']).toEqual(['Vega', undefined, '', 'M 31']);
    expect(cells['c2']).toEqual([-42, undefined, 7, undefined]);
    // Without a decimal point the format's three decimals are implied.
    expect(cells['c3']).toEqual([150, -0.05, 12.345, 2500]);
    expect(cells['c4']).toEqual([4294967296n, 7n, 0n, 1n]);
    expect(alerts.map((a) => a.column)).toEqual(['c2', 'c4']);
    expect(alerts[0]!.message).toContain('row 3: oops');
  });

  it('refuses a field outside the row', async () => {
    const { fields } = await refusal(
      Buffer.concat([PRIMARY, table({ type: 'TABLE', forms: ['F8.2'], rows: [ascii('12345')], cards: [card('TBCOL1', 1)] })]),
    );
    expect(fields.message).toContain('TFORM1 = F8.2');
  });
});

describe('headers', () => {
  it('joins CONTINUE, reads HIERARCH, quotes, D exponents and undefined values, and keeps the primary header', async () => {
    const long = ["LONG    = 'It''s the first part, and &'", "CONTINUE  'this the second&'", "CONTINUE  '.' / at last"];
    const cards = [...long, "HIERARCH ESO TEL NAME = 'VLT' / telescope", 'EXPO    = 1.5D3', 'NOTHING =', 'HISTORY  was made', card('OBJECT', 'own')];
    writeFileSync(
      path,
      Buffer.concat([
        header(['SIMPLE  =                    T', 'BITPIX  = 8', 'NAXIS   = 0', card('OBJECT', 'primary'), card('OBSERVER', 'Hubble')]),
        table({ forms: ['I'], rows: [be('i2', 1)], cards }),
      ]),
    );
    const { header: kept } = await readFile();
    const value = (key: string): HeaderCard | undefined => kept.find((c) => c.key === key);
    expect(value('LONG')).toEqual({ key: 'LONG', value: "It's the first part, and this the second.", comment: 'at last' });
    expect(value('ESO TEL NAME')).toEqual({ key: 'ESO TEL NAME', value: 'VLT', comment: 'telescope' });
    expect(value('EXPO')?.value).toBe(1500);
    expect(kept.filter((c) => c.key === 'OBJECT').map((c) => c.value)).toEqual(['own']);
    expect(value('OBSERVER')?.value).toBe('Hubble');
    expect(value('HISTORY')?.comment).toBe('  was made'.slice(1));
    expect(value('NOTHING')).toBeDefined();
  });

  it('keeps what a column says: unit, UCD, description, display, other cards; names the nameless and tells twins apart', async () => {
    const cards = [
      "TTYPE1  = 'mag     '           / PSF magnitude",
      "TTYPE2  = 'mag'",
      "TTYPE3  = ''",
      card('TUNIT1', 'mag'),
      card('TUCD1', 'phot.mag'),
      card('TDISP1', 'F8.3'),
      card('TCOMM2', 'a second one'),
      card('TLMAX1', 30),
    ];
    const { columns, alerts } = await read({ forms: ['E', 'E', 'E'], rows: [Buffer.alloc(12)], cards });
    expect(columns.map((c) => c.name)).toEqual(['mag', 'mag_2', 'col3']);
    expect(columns[0]).toMatchObject({ unit: 'mag', ucd: 'phot.mag', display: 'F8.3', description: 'PSF magnitude', extra: { TLMAX: 30 } });
    expect(columns[1]!.description).toBe('a second one');
    expect(alerts).toHaveLength(1);
  });

  it('names tables by EXTNAME, by number, and apart from their twins; images are told, not read', async () => {
    const image = Buffer.concat([
      header(["XTENSION= 'IMAGE   '", 'BITPIX  = 16', 'NAXIS   = 2', 'NAXIS1  = 40', 'NAXIS2  = 30', 'PCOUNT  = 0', 'GCOUNT  = 1']),
      Buffer.alloc(2880),
    ]);
    const one = (cards: string[]): Buffer => table({ forms: ['I'], rows: [be('i2', 1)], cards });
    writeFits(
      path,
      one([]),
      image,
      one([card('EXTNAME', 'A')]),
      one([card('EXTNAME', 'A'), card('EXTVER', 2)]),
      one([card('EXTNAME', 'A')]),
      Buffer.from('some junk'),
    );
    const source = await fits.open(path, { signal });
    expect(source.tables.map((t) => t.name)).toEqual(['HDU1', 'A', 'A_2', 'A_HDU5']);
    expect(source.alerts.map((a) => a.message)).toEqual([
      expect.stringMatching(/9 bytes after the last HDU/),
      'HDU 2 is a 40 x 30 image, not a table',
    ]);
    await source.close();
  });
});

describe('files as a whole', () => {
  const many = table({
    forms: ['J', '3A'],
    rows: Array.from({ length: 5000 }, (_, i) => Buffer.concat([be('i4', i), ascii(`s${i % 10}`.padEnd(3))])),
  });

  it('unpacks gzip, of several members too', async () => {
    const whole = Buffer.concat([PRIMARY, many]);
    writeFileSync(path, Buffer.concat([gzipSync(whole.subarray(0, 7000)), gzipSync(whole.subarray(7000))]));
    const { cells } = await readFile(path, 1000);
    expect(cells['c1']).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    const { fields } = await refusal(gzipSync(whole).subarray(0, 3000));
    expect(fields.message).toMatch(/gzip file is damaged or cut short/);
  });

  it('reads only the columns asked for', async () => {
    writeFits(path, many);
    const source = await fits.open(path, { signal });
    const read = await readTable(source.tables[0]!, 4096, ['c2']);
    expect(read.cells('c2').slice(0, 3)).toEqual(['s0', 's1', 's2']);
    await source.close();
  });

  it('takes a last block that is not filled up, and refuses a table cut short, saying how much is there', async () => {
    const whole = Buffer.concat([PRIMARY, many]);
    const data = whole.length - many.length + 2880;
    writeFileSync(path, whole.subarray(0, data + 5000 * 7));
    expect((await readFile(path, 1000)).cells['c1']).toHaveLength(5000);
    const { fields } = await refusal(whole.subarray(0, data + 100 * 7 + 3));
    expect(fields.message).toMatch(/ends at byte \d+ inside the table of HDU 1.*100 of its 5000 rows/);
    expect(fields.hint).toContain('fetch it again');
  });

  it('opens the whole tables of a damaged file with a warning', async () => {
    writeFileSync(path, Buffer.concat([PRIMARY, many, many.subarray(0, 4000)]));
    const source = await fits.open(path, { signal });
    expect(source.tables).toHaveLength(1);
    expect(source.alerts).toEqual([expect.objectContaining({ severity: 'warning', message: expect.stringMatching(/damaged.*HDU 2/) as string })]);
    await source.close();
  });

  it.each([
    ['no FITS at all', Buffer.from('P6 100 100 255 '.padEnd(4000))],
    ['an empty file', Buffer.alloc(0)],
    [
      'a negative size',
      Buffer.concat([PRIMARY, header(["XTENSION= 'BINTABLE'", 'BITPIX  = 8', 'NAXIS   = 2', 'NAXIS1  = -4', 'NAXIS2  = 5', 'TFIELDS = 0'])]),
    ],
    [
      'an impossible size',
      Buffer.concat([
        PRIMARY,
        header([
          "XTENSION= 'BINTABLE'",
          'BITPIX  = 8',
          'NAXIS   = 2',
          'NAXIS1  = 999999999999',
          'NAXIS2  = 999999999',
          'TFIELDS = 1',
          "TFORM1  = '1J'",
        ]),
      ]),
    ],
    ['an unknown format', Buffer.concat([PRIMARY, table({ forms: ['1Z'], rows: [be('i4', 1)] })])],
    ['columns wider than the row', Buffer.concat([PRIMARY, table({ forms: ['1J', '1J'], rows: [be('i4', 1)] })])],
    ['no END', Buffer.concat([PRIMARY, Buffer.from("XTENSION= 'BINTABLE'".padEnd(9000))])],
    ['rows without columns', Buffer.concat([PRIMARY, table({ forms: [], rows: [be('i4', 1)] })])],
  ])('refuses %s with one sentence', async (_what, bytes) => {
    const { fields } = await refusal(bytes);
    expect(fields.code).toBe('unreadable');
    expect(fields.message).not.toMatch(/undefined|NaN|\[object/);
    expect(fields.hint).toBeTruthy();
  });

  it('hears a cancel between blocks of rows', async () => {
    writeFits(path, many);
    const source = await fits.open(path, { signal });
    const controller = new AbortController();
    const batches = source.tables[0]!.read({ chunkRows: 100, signal: controller.signal })[Symbol.asyncIterator]();
    await batches.next();
    controller.abort();
    await expect(batches.next()).rejects.toBeInstanceOf(Cancelled);
    await source.close();
  });

  it('knows its files by their first bytes', () => {
    expect(fits.detect(PRIMARY, 'anything.dat')).toBe(100);
    expect(fits.detect(readFileSync(new URL(import.meta.url)), 'fits.test.ts')).toBe(0);
    expect(fits.detect(Uint8Array.of(0x1f, 0x9d, 0x90), 'old.fits.Z')).toBeGreaterThan(50);
  });
});
