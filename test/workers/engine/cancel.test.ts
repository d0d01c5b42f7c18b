import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ThreadPool } from '../../../src/workers/engine/threads/pool';
import { withFolder } from '../../with-folder';
import { buildThread, type ThreadBundle } from '../thread-bundle';
import { context, ok, step, testEngine } from './engine-helpers';

/** What a user should wait for at most after Cancel. */
const AT_ONCE = 200;

let bundle: ThreadBundle;
beforeAll(async () => void (bundle = await buildThread()));
afterAll(() => bundle.remove());

const names = (folder: string): Promise<string[]> => readdir(folder, { recursive: true }).then((all) => all.sort());

/** Aborts at the first progress past `from`; `waited` is the time from the abort to the outcome. */
function abortOnProgress(): { abort: AbortController; since(): number; progress(p: { fraction: number }): void } {
  const abort = new AbortController();
  let at = NaN;
  return {
    abort,
    since: () => performance.now() - at,
    progress: ({ fraction }) => {
      if (abort.signal.aborted || fraction < 0.05) return;
      at = performance.now();
      abort.abort();
    },
  };
}

describe('cancel, over real threads', () => {
  it('stops an export and a step at once, and leaves no trace of either', async () => {
    await withFolder(async (folder) => {
      const csv = join(folder, 'table.csv');
      await writeFile(csv, `mjd,mag\n${Array.from({ length: 400_000 }, (_, i) => `${i / 100},${(15 + Math.sin(i)).toFixed(4)}`).join('\n')}\n`);
      const engine = await testEngine(join(folder, 'workspace'), { executor: new ThreadPool({ threads: 2, url: bundle.url }) });
      const { service } = engine;
      const [table] = ok(await service.open({ grants: [csv] }, context()));
      const id = table!.id;
      const before = await names(folder);

      const writing = abortOnProgress();
      const exported = await service.export(
        { table: id, grant: join(folder, 'out.csv'), format: 'csv', flagged: 'keep' },
        context(writing.abort.signal, writing.progress),
      );
      expect(exported).toEqual({ cancelled: true });
      expect(writing.since()).toBeLessThan(AT_ONCE);
      await expect.poll(() => names(folder), { timeout: 5000 }).toEqual(before);

      const running = abortOnProgress();
      const applied = await service.apply(
        { table: id, step: step('trends.moving-median', { window: 5 }, { bind: { time: 'mjd', value: 'mag' } }) },
        context(running.abort.signal, running.progress),
      );
      expect(applied).toEqual({ cancelled: true });
      expect(running.since()).toBeLessThan(AT_ONCE);
      await expect.poll(() => names(folder), { timeout: 5000 }).toEqual(before);
      expect((await service.tables({}, context()))[0]!.steps).toEqual([]);

      // Nothing is broken by it: the same step runs to the end.
      const done = ok(await service.apply({ table: id, step: step('outliers.range', { high: 15.9 }, { bind: { value: 'mag' } }) }, context()));
      expect(done.rowsFlagged).toBeGreaterThan(0);
      await engine.close();
    });
  });
});
