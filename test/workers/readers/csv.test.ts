import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/core/model/column';
import { openSource } from '../../../src/workers/readers/registry';
import type { SourceTable } from '../../../src/workers/readers/reader';
import { cells, readAll } from './truth';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'skysift-'))));
afterAll(() => rmSync(folder, { recursive: true }));

interface Read {
  readonly table: SourceTable;
  readonly types: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

async function read(content: string | Uint8Array, name = 't.csv', chunkRows = 3): Promise<Read> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const source = await openSource(path, { signal: new AbortController().signal });
  const table = source.tables[0]!;
  const columns = [...(await readAll(table, chunkRows)).values()].map(cells);
  await source.close();
  return {
    table,
    types: table.columns.map((c) => `${c.name}:${c.type}`),
    rows: Array.from({ length: table.rows! }, (_, i) => columns.map((c) => c[i])),
  };
}

describe('delimited text', () => {
  it('finds types over the whole file', async () => {
    const long = Array.from({ length: 400 }, (_, i) => `${i},${i},${i},True`).join('\n');
    const { types, rows } = await read(`a,b,c,d\n${long}\n1,1.5,x,False\n,,,\n`);
    expect(types).toEqual(['a:int64', 'b:float64', 'c:utf8', 'd:bool']);
    expect(rows.slice(399)).toEqual([[399n, 399, '399', true], [1n, 1.5, 'x', false], [undefined, undefined, undefined, undefined]]); // prettier-ignore
  });

  it('keeps every digit of integers, or says that it does not', async () => {
    const { types, rows, table } = await read('a,b,c\n9223372036854775807,18446744073709551615,123456789012345678901\n-5,1,2\n');
    expect(types).toEqual(['a:int64', 'b:uint64', 'c:float64']);
    expect(rows[0]).toEqual([9223372036854775807n, 18446744073709551615n, 123456789012345678901]);
    expect(table.alerts.map((a) => a.column)).toEqual(['c']);
  });

  it('reads quotes, doubled quotes and lines inside them, with any line end and a byte-order mark', async () => {
    const text = '\uFEFFname,n\n"a, ""b""",1\n"two\nlines",2\nü,3';
    const want = [['a, "b"', 1n], ['two\nlines', 2n], ['ü', 3n]]; // prettier-ignore
    expect((await read(text)).rows).toEqual(want);
    expect((await read(text.replaceAll('\n', '\r\n'))).rows).toEqual(want.map(([a, b]) => [String(a).replace('\n', '\r\n'), b]));
  });

  it.each([';', '\t', '|'])('knows the delimiter %j', async (d) => {
    expect((await read(`a,b\n1,x\n2,y z\n`.replaceAll(',', d), 't.txt')).rows).toEqual([[1n, 'x'], [2n, 'y z']]); // prettier-ignore
  });

  it('names the line of a row with too many cells, and remarks on short ones', async () => {
    await expect(read('a,b\n1,2\n3,4,5\n6,7\n')).rejects.toMatchObject({
      fields: { code: 'unreadable', message: 'line 3 has 3 cells where 2 are expected', row: 3 },
    });
    const { rows, table } = await read('a,b,c\n1,2,3\n4,5\n6,7,8\n');
    expect(rows[1]).toEqual([4n, 5n, undefined]);
    expect(table.alerts[0]).toMatchObject({ rows: 1, message: expect.stringContaining('line 3') });
    await expect(read('1 2 3\n4 5 6\n7 8 9\n1 2 3\n4 5\n', 't.dat')).rejects.toThrow('line 5 has 2 cells where 3 are expected');
  });

  it('reads Latin-1 and says so', async () => {
    const { rows, table } = await read(Buffer.from('name,n\nM\xfcller,1\nx,2\n', 'latin1'));
    expect(rows[0]).toEqual(['Müller', 1n]);
    expect(table.alerts[0]!.message).toContain('Latin-1');
  });

  it('keeps comments as header cards and the descriptions of an archive table', async () => {
    const { table, types } = await read('# This file\n# COLUMN kepid:      KepID\nkepid,n\n1,2\n');
    expect(types).toEqual(['kepid:int64', 'n:int64']);
    expect(table.header[0]).toEqual({ key: 'COMMENT', value: ' This file' });
    expect(table.columns[0]!.description).toBe('KepID');
  });

  it('takes # in a file without comments for what it is', async () => {
    expect((await read('a,b\n#1,2\n#2,3\n')).rows).toEqual([['#1', 2n], ['#2', 3n]]); // prettier-ignore
  });

  it('gives roles to a light curve without header only when they are certain', async () => {
    const roles = async (lines: string): Promise<unknown> => (await read(lines, 'lc.dat')).table.columns.map((c) => c.role);
    const curve = (t: (i: number) => string): string => Array.from({ length: 8 }, (_, i) => `${t(i)} 12.${i} 0.0${i}`).join('\n');
    expect(await roles(curve((i) => `${2450000 + i}.25`))).toEqual(['time', 'value', 'error']);
    expect(await roles(curve((i) => `${5260 + i}.5`))).toEqual(['time', 'value', 'error']);
    expect(await roles(curve((i) => `${2450000 - i}.25`))).toEqual([undefined, undefined, undefined]);
    expect(await roles(curve((i) => `${i}.25`))).toEqual([undefined, undefined, undefined]);
  });

  it('gives batches of the rows asked for and only the columns asked for', async () => {
    const path = join(folder, 'p.csv');
    writeFileSync(path, `a,b\n${Array.from({ length: 10 }, (_, i) => `${i},x${i}`).join('\n')}\n`);
    const source = await openSource(path, { signal: new AbortController().signal });
    const sizes: number[] = [];
    for await (const batch of source.tables[0]!.read({ chunkRows: 4, columns: ['b'], signal: new AbortController().signal })) {
      sizes.push(batch.rows);
      expect([...batch.chunks.keys()]).toEqual(['b']);
    }
    expect(sizes).toEqual([4, 4, 2]);
  });
});
