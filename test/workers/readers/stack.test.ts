import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Cell, ColumnMeta } from '../../../src/core/model/column';
import fits from '../../../src/workers/readers/formats/fits';
import type { OpenedSource, SourceTable } from '../../../src/workers/readers/reader';
import { type StackPart, stackSources, widen } from '../../../src/workers/readers/stack';
import { sharedData } from '../../shared-data';
import { chunkOf } from '../writers/export-source';
import { readTable } from './read-table';

function part(fileName: string, columns: readonly (readonly [ColumnMeta, readonly Cell[]])[], more: Partial<SourceTable> = {}): StackPart {
  const rows = columns[0]?.[1].length ?? 0;
  const table: SourceTable = {
    name: 'LC',
    rows,
    columns: columns.map(([m]) => m),
    header: [],
    fileFlags: [],
    alerts: [],
    projects: true,
    ...more,
    async *read({ chunkRows, columns: only }) {
      for (let from = 0; from < rows; from += chunkRows) {
        const n = Math.min(chunkRows, rows - from);
        const wanted = columns.filter(([m]) => !only || only.includes(m.name));
        yield { rows: n, chunks: new Map(wanted.map(([m, cells]) => [m.name, chunkOf(m, cells.slice(from, from + n))])) };
      }
    },
  };
  const source: OpenedSource = { format: 'test', tables: [table], alerts: [], close: async () => undefined };
  return { source, table, fileName };
}

const float = (name: string, unit?: string): ColumnMeta => ({ name, type: 'float64', unit });

describe('a stack of light-curve files', () => {
  it('leads with the object and the file, and fills batches to the brim across files', async () => {
    const stack = stackSources([
      part('a.fits', [[float('t'), [1, 2, 3]]], { objectId: 'KIC 1' }),
      part('b.fits.gz', [[float('t'), [4, 5]]]),
      part('empty.csv', [[float('t'), []]]),
      part('c.d.csv', [[float('t'), [6, 7, 8, 9]]]),
    ]);
    expect(stack.rows).toBe(9);
    expect(stack.columns.map((c) => [c.name, c.role])).toEqual([
      ['object', 'object'],
      ['file', undefined],
      ['t', undefined],
    ]);
    const sizes: number[] = [];
    for await (const b of stack.read({ chunkRows: 4, signal: new AbortController().signal })) sizes.push(b.rows);
    expect(sizes).toEqual([4, 4, 1]);
    const read = await readTable(stack, 4);
    expect(read.cells('t')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(read.cells('object')).toEqual([...Array<string>(3).fill('KIC 1'), 'b', 'b', ...Array<string>(4).fill('c.d')]);
    expect(read.cells('file')[3]).toBe('b.fits.gz');
  });

  it('unites columns by name, with nulls where a file has none', async () => {
    const stack = stackSources([
      part('a', [
        [float('t'), [1, 2]],
        [{ name: 'q', type: 'int32' }, [7, undefined]],
        [{ name: 'who', type: 'utf8' }, ['x', undefined]],
      ]),
      part('b', [
        [float('t'), [3]],
        [{ name: 'v', type: 'list<int16>' }, [[1, 2]]],
        [{ name: 'w', type: 'fixed_list<utf8>[2]' }, [['p', 'qr']]],
      ]),
      part('c', [
        [
          { name: 'w', type: 'fixed_list<utf8>[2]' },
          [
            ['s', ''],
            ['', 'u'],
          ],
        ],
        [{ name: 'who', type: 'utf8' }, ['é', 'z']],
      ]),
    ]);
    const read = await readTable(stack, 2);
    expect(read.cells('t')).toEqual([1, 2, 3, undefined, undefined]);
    expect(read.cells('q')).toEqual([7, undefined, undefined, undefined, undefined]);
    expect(read.cells('who')).toEqual(['x', undefined, undefined, 'é', 'z']);
    expect(read.cells('v')).toEqual([undefined, undefined, [1, 2], undefined, undefined]);
    expect(read.cells('w')).toEqual([undefined, undefined, ['p', 'qr'], ['s', ''], ['', 'u']]);
    const only = await readTable(stack, 3, ['q', 'object']);
    expect(only.rows).toBe(5);
    expect(only.cells('q')).toEqual(read.cells('q'));
  });

  it('widens number types without losing a digit, and keeps apart what does not mix', async () => {
    const stack = stackSources([
      part('a', [
        [{ name: 'n', type: 'int16' }, [-5]],
        [{ name: 'big', type: 'int64' }, [2n ** 60n + 1n]],
        [{ name: 'm', type: 'uint32' }, [2 ** 32 - 1]],
        [{ name: 'id', type: 'int32' }, [3]],
      ]),
      part('b', [
        [{ name: 'n', type: 'float64' }, [0.5]],
        [{ name: 'big', type: 'int32' }, [-7]],
        [{ name: 'm', type: 'int16' }, [-1]],
        [{ name: 'id', type: 'utf8' }, ['three']],
      ]),
    ]);
    const type = (name: string): string | undefined => stack.columns.find((c) => c.name === name)?.type;
    expect(['n', 'big', 'm', 'id', 'id_utf8'].map(type)).toEqual(['float64', 'int64', 'int64', 'int32', 'utf8']);
    const read = await readTable(stack, 10);
    expect(read.cells('n')).toEqual([-5, 0.5]);
    expect(read.cells('big')).toEqual([2n ** 60n + 1n, -7n]);
    expect(read.cells('m')).toEqual([2n ** 32n - 1n, -1n]);
    expect(read.cells('id')).toEqual([3, undefined]);
    expect(read.cells('id_utf8')).toEqual([undefined, 'three']);
    expect(stack.alerts).toHaveLength(1);
    expect(widen('uint64', 'int8')).toBe('float64');
    expect(widen('uint8', 'float32')).toBe('float32');
    expect(widen('bool', 'int8')).toBeUndefined();
  });

  it('never mixes units: the other unit gets a column of its own, with an alert', async () => {
    const stack = stackSources([
      part('a', [[float('flux', 'e-/s'), [1]]]),
      part('b', [[float('flux', 'mJy'), [2]]]),
      part('c', [[float('flux', 'mJy'), [3]]]),
    ]);
    expect(stack.columns.map((c) => [c.name, c.unit])).toEqual([
      ['object', undefined],
      ['file', undefined],
      ['flux', 'e-/s'],
      ['flux_mJy', 'mJy'],
    ]);
    expect(stack.alerts).toMatchObject([{ severity: 'warning', column: 'flux_mJy' }]);
    const read = await readTable(stack, 10);
    expect(read.cells('flux')).toEqual([1, undefined, undefined]);
    expect(read.cells('flux_mJy')).toEqual([undefined, 2, 3]);
  });

  it('gives its own columns other names where the files have these', () => {
    const stack = stackSources([
      part('a', [[{ name: 'object', type: 'utf8', role: 'object' }, ['x']]]),
      part('b', [[{ name: 'file', type: 'utf8' }, ['y']]]),
    ]);
    expect(stack.columns.map((c) => [c.name, c.role])).toEqual([
      ['object_', 'object'],
      ['file_', undefined],
      ['object', undefined],
      ['file', undefined],
    ]);
  });

  it('says so when the files count time from different dates', () => {
    const stack = stackSources([
      part('a', [[float('t'), [1]]], { timeOrigin: 2454833, timeSystem: 'BKJD' }),
      part('b', [[float('t'), [1]]], { timeOrigin: 2457000, timeSystem: 'BTJD' }),
    ]);
    expect(stack.timeOrigin).toBeUndefined();
    expect(stack.alerts).toHaveLength(1);
  });

  const data = sharedData();
  it.skipIf(data === undefined)('holds real Kepler light curves with their flags and time system', async () => {
    const folder = join(data!, 'kepler_tess');
    const names = readdirSync(folder).filter((n) => /^kplr.*_[ls]lc\.fits$/.test(n));
    const parts = await Promise.all(
      names.map(async (fileName) => {
        const source = await fits.open(join(folder, fileName), { signal: new AbortController().signal });
        return { source, table: source.tables[0]!, fileName };
      }),
    );
    const stack = stackSources(parts);
    expect(stack).toMatchObject({ rows: 14280 + 4370 + 1021, timeOrigin: 2454833, timeSystem: 'BKJD' });
    expect(stack.fileFlags).toHaveLength(20);
    expect(stack.columns.filter((c) => c.role).map((c) => [c.role, c.name])).toEqual([
      ['object', 'object'],
      ['time', 'TIME'],
      ['value', 'PDCSAP_FLUX'],
      ['error', 'PDCSAP_FLUX_ERR'],
      ['quality', 'SAP_QUALITY'],
    ]);
    const read = await readTable(stack, 4096, ['object', 'SAP_QUALITY']);
    expect([...new Set(read.cells('object'))]).toEqual(['KIC 10666592', 'KIC 11442793']);
    await Promise.all(parts.map((p) => p.source.close()));
  });
});
