import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chunk, ColumnMeta } from '../../../src/core/model/column';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';
import { openSource } from '../../../src/workers/readers/registry';
import { writerFor } from '../../../src/workers/writers/registry';
import { verifyWritten } from '../../../src/workers/writers/verify';
import type { ExportSource } from '../../../src/workers/writers/writer';
import { chunkOf, exportSource, randomSource } from './tables';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'skysift-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();
const context = { signal, progress: () => undefined };

async function write(format: string, source: ExportSource, name = `t.${format}`): Promise<string> {
  const path = join(folder, name);
  await writerFor(format).write(source, path, { ...context, sidecar: (suffix) => path + suffix });
  return path;
}

describe.each(['arrow', 'csv'])('%s', (format) => {
  it('reads back every cell of random tables, with what the columns and the table say', async () => {
    await fc.assert(
      fc.asyncProperty(randomSource, async (source) => {
        const path = await write(format, source);
        const { cells } = await verifyWritten(path, source, context);
        expect(cells).toBe(source.rows * source.columns.length);
        const opened = await openSource(path, { signal });
        const [table] = opened.tables;
        await opened.close();
        for (const [i, c] of source.columns.entries())
          expect(table!.columns[i]).toMatchObject({ name: c.name, type: c.type, unit: 'mag', ucd: 'phot.mag', description: 'a "column"' });
        expect(table!.columns[0]!.role).toBe('time');
        expect(table).toMatchObject({
          rows: source.rows,
          provenance: source.recipe,
          timeOrigin: 2454833,
          timeSystem: 'BJD',
          header: source.meta.header,
        });
      }),
      { numRuns: 150 },
    );
  });

  it('names column and row of the first difference', async () => {
    const columns: ColumnMeta[] = [
      { name: 'a', type: 'float64' },
      { name: 'b', type: 'utf8' },
    ];
    const table = (a: Chunk, b: Chunk): ExportSource => exportSource(columns, [{ rows: 3, chunks: new Map([['a', a], ['b', b]]) }], 8); // prettier-ignore
    const a = chunkOf('float64', [[1], [NaN], [-0]]);
    const b = chunkOf('utf8', ['x', undefined, '']);
    const path = await write(format, table(a, b));
    await expect(verifyWritten(path, table(a, b), context)).resolves.toEqual({ cells: 6 });
    await expect(verifyWritten(path, table(chunkOf('float64', [[1], [NaN], [0]]), b), context)).rejects.toMatchObject({
      fields: { column: 'a', row: 2 },
    });
    await expect(verifyWritten(path, table(a, chunkOf('utf8', ['x', undefined, undefined])), context)).rejects.toMatchObject({
      fields: { column: 'b', row: 2 },
    });
    await expect(verifyWritten(path, table(a, chunkOf('utf8', ['y', undefined, ''])), context)).rejects.toThrow(AppError);
    const short = exportSource(columns, [{ rows: 1, chunks: new Map([['a', chunkOf('float64', [[1]])], ['b', chunkOf('utf8', ['x'])]]) }], 8); // prettier-ignore
    await expect(verifyWritten(path, short, context)).rejects.toThrow('more than 1 rows');
  });

  it('stops when cancelled', async () => {
    const columns: ColumnMeta[] = [{ name: 'a', type: 'float64' }];
    const source = exportSource(columns, [{ rows: 1, chunks: new Map([['a', chunkOf('float64', [[1]])]]) }], 8);
    const path = await write(format, source);
    const controller = new AbortController();
    controller.abort();
    await expect(verifyWritten(path, source, { ...context, signal: controller.signal })).rejects.toBeInstanceOf(Cancelled);
    const writing = writerFor(format).write(source, path, { signal: controller.signal, progress: () => undefined, sidecar: (s) => path + s });
    await expect(writing).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('writerFor', () => {
  it('knows formats, extensions and file names, and says what there is', () => {
    expect(writerFor('csv').format).toBe('csv');
    expect(writerFor('.arrow').format).toBe('arrow');
    expect(writerFor('/tmp/x/OUT.Feather').format).toBe('arrow');
    expect(() => writerFor('out.xlsx')).toThrow(/no format is known for out.xlsx/);
  });
});
