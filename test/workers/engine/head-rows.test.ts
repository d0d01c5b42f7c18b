import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Outcome } from '../../../src/core/protocol/outcome';
import type { Answer, RowsAnswer } from '../../../src/core/query/query';
import { localHost } from '../../../src/workers/engine/local-host';
import { be, table, writeFits } from '../readers/fits-bytes';
import { withFolder } from '../../with-folder';
import { context, ok, testEngine } from './engine-helpers';

/** More rows than one chunk holds, so that the file is read in passes. */
const ROWS = 2 ** 18 + 5;

it('shows the first rows of a large table before any of it is in the store', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'large.fits');
    const rows = Array.from({ length: ROWS }, (_, i) => be('i4', i, 7 * i, -i));
    writeFits(path, table({ forms: ['J', 'J', 'J'], rows }));
    const seen: string[] = [];
    const early: Promise<Outcome<Answer>>[] = [];
    const local = localHost();
    const engine = await testEngine(join(folder, 'workspace'), {
      host: {
        ...local,
        importFiles: (request, given) =>
          local.importFiles(request, {
            ...given,
            onEvent: (event) => {
              given.onEvent(event);
              seen.push(event.kind);
              if (event.kind !== 'head') return;
              const question = { table: 't1', rows: { flagged: 'show' } } as const;
              early.push(engine.service.query({ ...question, kind: 'rows', columns: ['c2', 'c3'], offset: 0, limit: 3 }, context()));
              early.push(
                engine.service.query(
                  { ...question, kind: 'count', selection: { kind: 'range', axis: { column: 'c1' }, low: 0, high: 9 } },
                  context(),
                ),
              );
            },
          }),
      },
    });
    const [opened] = ok(await engine.service.open({ grants: [path] }, context()));
    expect(seen.slice(0, 3)).toEqual(['described', 'head', 'chunk']);
    const first = ok(await early[0]!) as RowsAnswer;
    expect(first.values.map((column) => [...column])).toEqual([
      [0, 7, 14],
      [0, -1, -2],
    ]);
    // The head is there to be looked at: nothing else counts its rows.
    expect(ok(await early[1]!)).toMatchObject({ rows: 0 });
    expect(opened!.loaded).toBe(ROWS);
    const last = ok(
      await engine.service.query({ kind: 'rows', table: 't1', rows: { flagged: 'show' }, columns: ['c1'], offset: ROWS - 2, limit: 9 }, context()),
    ) as RowsAnswer;
    expect(last.total).toBe(ROWS);
    expect([...last.values[0]!]).toEqual([ROWS - 2, ROWS - 1]);
    await engine.close();
  });
});
