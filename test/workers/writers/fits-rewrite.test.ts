import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import reader from '../../../src/workers/readers/formats/fits';
import type { RecordBatch, SourceTable } from '../../../src/workers/readers/reader';
import writer from '../../../src/workers/writers/formats/fits';
import { verifyWritten } from '../../../src/workers/writers/verify';
import type { ExportSource } from '../../../src/workers/writers/writer';
import { sharedData } from '../../shared-data';

const folder = mkdtempSync(join(tmpdir(), 'skysift-rewrite-'));
afterAll(() => rmSync(folder, { recursive: true }));
const signal = new AbortController().signal;
const data = sharedData();

function files(): string[] {
  if (data === undefined) return [];
  return ['fits_tables', 'kepler_tess', 'catalogues', 'topcat_demo'].flatMap((group) =>
    readdirSync(join(data, group))
      .filter((n) => /\.fits?(\.gz|\.fz)?$/.test(n) && statSync(join(data, group, n)).size < 500_000)
      .map((n) => join(group, n)),
  );
}

async function exportable(table: SourceTable): Promise<ExportSource> {
  const chunkRows = 4096;
  const batches: RecordBatch[] = [];
  for await (const b of table.read({ chunkRows, signal })) batches.push(b);
  const { name, columns, header, fileFlags, timeOrigin, timeSystem } = table;
  return {
    meta: { name, rows: table.rows!, columns, header, fileFlags, timeOrigin, timeSystem },
    columns,
    rows: table.rows!,
    chunkRows,
    recipe: '{"skysift":1}',
    history: ['read and written again'],
    batches: () => batches,
  };
}

describe.skipIf(data === undefined)('real FITS tables written again', () => {
  it.each(files())('%s', async (file) => {
    const path = join(folder, 'again.fits');
    const original = await reader.open(join(data!, file), { signal });
    try {
      for (const table of original.tables.filter((t) => !t.image).slice(0, 8)) {
        const source = await exportable(table);
        await writer.write(source, path, { signal, progress: () => undefined, sidecar: (s) => path + s });
        expect((await verifyWritten(path, source, { signal, progress: () => undefined })).cells).toBe(table.rows! * table.columns.length);
        const again = await reader.open(path, { signal });
        const [back] = again.tables;
        const said = (t: SourceTable): unknown =>
          t.columns.map(({ name, type, unit, ucd, description, role, shape, display }) => ({
            name,
            type,
            unit,
            ucd,
            description,
            role,
            shape,
            display,
          }));
        expect(said(back!)).toEqual(said(table));
        expect([back!.objectId, back!.timeOrigin, back!.timeSystem, back!.fileFlags.length]).toEqual([
          table.objectId,
          table.timeOrigin,
          table.timeSystem,
          table.fileFlags.length,
        ]);
        expect(back!.provenance).toBe('{"skysift":1}');
        await again.close();
      }
    } finally {
      await original.close();
    }
  });
});
