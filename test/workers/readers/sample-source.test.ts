import { describe, expect, it } from 'vitest';
import { Cancelled } from '../../../src/core/protocol/outcome';
import { openSample } from '../../../src/workers/readers/sample-source';

describe('the sample survey as a source', () => {
  it('has three tables whose batches hold the rows they state', async () => {
    const source = openSample();
    expect(source.tables.map((t) => t.name)).toEqual(['sample_survey', 'sample_truth', 'sample_planted']);
    expect(source.tables[0]!.fileFlags.map((f) => f.name)).toContain('cosmic_ray');
    for (const table of source.tables) {
      let rows = 0;
      for await (const batch of table.read({ chunkRows: 65_536, signal: new AbortController().signal })) {
        rows += batch.rows;
        for (const { name } of table.columns) expect(batch.chunks.get(name)!.length).toBe(batch.rows);
      }
      expect(rows).toBe(table.rows);
    }
    await source.close();
  });

  it('stops when cancelled', async () => {
    const abort = new AbortController();
    const rows = openSample().tables[0]!.read({ chunkRows: 1000, signal: abort.signal })[Symbol.asyncIterator]();
    await rows.next();
    abort.abort();
    await expect(rows.next()).rejects.toBeInstanceOf(Cancelled);
  });
});
