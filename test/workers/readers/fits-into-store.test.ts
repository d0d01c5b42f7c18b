import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cell, type ColumnType, readCell } from '../../../src/core/model/column';
import { takeRows } from '../../../src/core/model/take-rows';
import { ColumnFileWriter, readChunk } from '../../../src/workers/engine/store/column-file';
import { chunkOf } from '../writers/export-source';

const folder = mkdtempSync(join(tmpdir(), 'skysift-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CELLS: readonly (readonly [ColumnType, readonly Cell[]])[] = [
  ['fixed_list<utf8>[3]', [['a', '', 'ccc'], ['é', 'x', 'y'], undefined, ['', '', '']]],
  ['fixed_list<float64>[0]', [[], [], []]],
  ['fixed_list<bool>[11]', [[true, false, true, true, false, false, false, true, true, false, true], new Array<Cell>(11).fill(false)]],
  [
    'fixed_list<complex64>[2]',
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
  ],
  ['list<bool>', [[true], [], [false, true, true]]],
  [
    'list<complex128>',
    [
      [[1, 2]],
      [],
      [
        [3, 4],
        [5, 6],
      ],
    ],
  ],
  ['list<int64>', [[2n ** 60n], undefined, [-1n, 0n]]],
  ['utf8', ['a', undefined, 'long enough', '']],
  ['uint64', [2n ** 64n - 1n, 0n, undefined]],
];

describe('what FITS columns become, on its way through the store', () => {
  it.each(CELLS)('%s', async (type, cells) => {
    const meta = { name: 'c', type };
    const path = join(folder, `${CELLS.findIndex(([t]) => t === type)}.arrow`);
    const writer = new ColumnFileWriter(path, meta);
    const refs = [await writer.append(chunkOf(meta, cells)), await writer.append(chunkOf(meta, cells.slice(1)))];
    await writer.finish();
    const handle = await open(path);
    try {
      for (const [i, ref] of refs.entries()) {
        const chunk = await readChunk(handle, meta, ref);
        const column = { meta, length: chunk.length, chunkRows: chunk.length, chunks: [chunk] };
        expect(Array.from({ length: chunk.length }, (_, row) => readCell(column, row))).toEqual(cells.slice(i));
        const taken = takeRows(meta, chunk, Uint32Array.of(chunk.length - 1));
        expect(readCell({ meta, length: 1, chunkRows: 1, chunks: [taken] }, 0)).toEqual(cells[cells.length - 1]);
      }
    } finally {
      await handle.close();
    }
  });
});
