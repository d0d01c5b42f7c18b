import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, type Chunk, type Column, type ColumnType, arrayFor, parseType, readCell, strideOf } from '../../../src/core/model/column';
import { ColumnFileWriter, readChunk } from '../../../src/workers/engine/store/column-file';
import { withFolder } from '../../with-folder';

const TYPES: ColumnType[] = [
  'bool',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
  'complex64',
  'complex128',
  'utf8',
  'fixed_list<float32>[3]',
  'fixed_list<bool>[5]',
  'list<float64>',
  'list<complex64>',
  'list<int16>',
];

/** A chunk of `n` rows drawn from `random`, some of them null. */
function chunkOf(type: ColumnType, n: number, random: () => number): Chunk {
  const { kind, element } = parseType(type);
  const validity = new Uint8Array((n + 7) >> 3);
  for (let i = 0; i < n; i++) if (random() < 0.8) validity[i >> 3]! |= 1 << (i & 7);
  const hasOffsets = kind === 'list' || element === 'utf8';
  const per = element.startsWith('complex') ? 2 : 1;
  const offsets = hasOffsets ? new Int32Array(n + 1) : undefined;
  if (offsets) for (let i = 0; i < n; i++) offsets[i + 1] = offsets[i]! + Math.floor(random() * 4);
  const data = arrayFor(element, offsets ? offsets[n]! * per : n * strideOf(type));
  for (let i = 0; i < data.length; i++) {
    const v = element === 'bool' ? Math.round(random()) : element === 'utf8' ? 97 + Math.floor(random() * 26) : Math.floor(random() * 100);
    data[i] = data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(v) * 2n ** 50n + 1n : v;
  }
  return { length: n, stride: offsets ? per : strideOf(type), data, offsets, validity };
}

function cells(type: ColumnType, chunks: readonly Chunk[], chunkRows: number): Cell[] {
  const length = chunks.reduce((s, c) => s + c.length, 0);
  const column: Column = { meta: { name: 'x', type }, length, chunkRows, chunks };
  return Array.from({ length }, (_, row) => readCell(column, row));
}

describe('a stored column', () => {
  it.each(TYPES)('%s comes back cell by cell, and other Arrow programs can read its file', async (type) => {
    await withFolder(async (folder) => {
      let serial = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 40, maxLength: 200 }),
          fc.integer({ min: 1, max: 30 }),
          async (draws, last) => {
            let at = 0;
            const random = (): number => draws[at++ % draws.length]!;
            const chunks = [chunkOf(type, 64, random), chunkOf(type, 64, random), chunkOf(type, last, random)];
            const path = join(folder, `${serial++}.arrow`);
            const meta = { name: 'x', type, unit: 'mag' };
            const writer = new ColumnFileWriter(path, meta);
            for (const chunk of chunks) await writer.append(chunk);
            const ref = await writer.finish();
            const handle = await open(path);
            const back = [];
            for (const r of ref.chunks) back.push(await readChunk(handle, meta, r));
            await handle.close();
            expect(cells(type, back, 64)).toEqual(cells(type, chunks, 64));
            expect(back.every((c) => c.data.buffer instanceof SharedArrayBuffer)).toBe(true);
            const table = tableFromIPC(await readFile(path));
            expect(table.numRows).toBe(128 + last);
            expect(table.schema.fields[0]!.metadata.get('unit')).toBe('mag');
            if (type === 'float64') expect(table.getChild('x')!.nullCount).toBe(cells(type, chunks, 64).filter((c) => c === undefined).length);
          },
        ),
        { numRuns: 8 },
      );
    });
  });

  it('of no rows is a valid file', async () => {
    await withFolder(async (folder) => {
      const writer = new ColumnFileWriter(join(folder, 'x.arrow'), { name: 'x', type: 'float64' });
      await writer.append({ length: 0, stride: 1, data: new Float64Array(0) });
      await writer.finish();
      expect(tableFromIPC(await readFile(join(folder, 'x.arrow'))).numRows).toBe(0);
    });
  });
});
