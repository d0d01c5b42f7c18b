import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResultsProgress } from '../../../src/core/protocol/engine-service';
import type { ResultsPage } from '../../../src/core/protocol/engine-service';
import type { AnswerTo } from '../../../src/core/query/query';
import type { Step } from '../../../src/core/recipe/recipe';
import { ObjectRanges } from '../../../src/workers/engine/steps/object-ranges';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine, type TestEngine } from './engine-helpers';

const STARS = 60;

/** Stars of 40 points, each with a period of its own. */
function curves(): string {
  const lines = ['objid,mjd,mag'];
  for (let k = 0; k < STARS; k++)
    for (let i = 0; i < 40; i++) lines.push(`s${k},${(i * 1.37 + 0.01 * i * i).toFixed(4)},${Math.sin((i * 1.37) / (1 + k / 20)).toFixed(6)}`);
  return lines.join('\n');
}

const search = (): Step => step('periods.lomb-scargle', { minimumFrequency: 0.05, maximumFrequency: 3, frequencies: 4000 }, { scope: 'object' });

async function opened(folder: string, name = 'workspace'): Promise<{ engine: TestEngine; id: string }> {
  await writeFile(join(folder, 'stars.csv'), curves());
  const engine = await testEngine(join(folder, name));
  const [table] = ok(await engine.service.open({ grants: [join(folder, 'stars.csv')] }, context()));
  return { engine, id: table!.id };
}

async function pageOf(engine: TestEngine, table: string, id: string): Promise<ResultsPage> {
  return ok(await engine.service.results({ table, step: id, offset: 0, limit: 1000 }, context()));
}

/** Applies the step and cancels it once so many objects are done. */
async function cancelled(engine: TestEngine, table: string, after: number): Promise<void> {
  const abort = new AbortController();
  const progress = ({ note = '' }: { note?: string }): void => {
    if (Number(/^\d+/.exec(note)?.[0]) >= after) abort.abort();
  };
  const outcome = await engine.service.apply({ table, step: search() }, context(abort.signal, progress));
  expect(outcome).toEqual({ cancelled: true });
}

const partials = (engine: TestEngine): Promise<string[]> => readdir(join(engine.folder, 'partial'));

describe('results before a step ends', () => {
  it('goes on where a cancelled run stopped, to the same results, and says so', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const whole = search();
      ok(await engine.service.apply({ table: id, step: whole }, context()));
      const expected = await pageOf(engine, id, whole.id);
      expect(expected.total).toBeGreaterThanOrEqual(STARS);
      expect(await partials(engine)).toEqual([]);
      ok(await engine.service.undo({ table: id }, context()));

      await cancelled(engine, id, 10);
      expect(await partials(engine)).toHaveLength(1);
      const again = search();
      const report = ok(await engine.service.apply({ table: id, step: again }, context()));
      expect(report.alerts.map((a) => a.message).join()).toMatch(/^\d\d of 60 objects were done already/);
      expect(await pageOf(engine, id, again.id)).toEqual(expected);
      expect(await partials(engine)).toEqual([]);
      await engine.close();
    }));

  it('survives a crash: what is torn is computed again', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      await cancelled(engine, id, 20);
      const [name] = await partials(engine);
      const path = join(engine.folder, 'partial', name!);
      await engine.close();
      const { length } = await readFile(path);
      await truncate(path, length - 7);

      const second = await testEngine(engine.folder);
      const again = search();
      const report = ok(await second.service.apply({ table: id, step: again }, context()));
      const resumed = Number(/^(\d+) of 60/.exec(report.alerts.map((a) => a.message).join())?.[1]);
      expect(resumed).toBeGreaterThan(0);
      const found = await pageOf(second, id, again.id);
      await second.close();

      const fresh = await opened(folder, 'other');
      const plain = search();
      ok(await fresh.engine.service.apply({ table: fresh.id, step: plain }, context()));
      expect(found).toEqual(await pageOf(fresh.engine, fresh.id, plain.id));
      await fresh.engine.close();
    }));

  it('begins anew when anything that decides is another thing', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      await cancelled(engine, id, 10);
      ok(await engine.service.apply({ table: id, step: step('outliers.range', { low: -0.5 }, { scope: 'table' }) }, context()));
      const flagged = ok(await engine.service.apply({ table: id, step: search() }, context()));
      expect(flagged.alerts.filter((a) => /done already/.test(a.message))).toEqual([]);
      const other = ok(await engine.service.apply({ table: id, step: { ...search(), params: { ...search().params, terms: 2 } } }, context()));
      expect(other.alerts.filter((a) => /done already/.test(a.message))).toEqual([]);
      await engine.close();
    }));

  it('shows what is done while it runs, and takes it away when cancelled', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const heard: ResultsProgress[] = [];
      const asked: Promise<void>[] = [];
      const counts: number[] = [];
      const withPeriod = async (): Promise<number> => {
        const query = { kind: 'points', table: id, rows: { of: 'objects' }, x: { column: 'period' }, y: { column: 'power' }, limit: 1000 } as const;
        return (ok(await engine.service.query(query, context())) as AnswerTo<'points'>).total;
      };
      engine.service.onResults((p) => {
        heard.push(p);
        if (p.state === 'running') asked.push(withPeriod().then((n) => void counts.push(n)));
      });
      await cancelled(engine, id, 30);
      await Promise.all(asked);
      expect(counts.length).toBeGreaterThan(0);
      expect(counts.every((n, i) => n > 0 && n <= STARS && (i === 0 || n >= counts[i - 1]!))).toBe(true);
      expect(heard.at(-1)).toMatchObject({ state: 'ended', total: STARS });
      await expect(withPeriod()).rejects.toThrow('no column named period');
      await engine.close();
    }));

  it('hands out every object once, those that were done left out', () => {
    const ranges = new ObjectRanges(50, [
      { from: 30, to: 40 },
      { from: 4, to: 9 },
    ]);
    expect(ranges.resumed).toBe(15);
    const seen: number[] = [];
    for (let r = ranges.take(); r; r = ranges.take()) {
      for (let o = r.from; o < r.to; o++) seen.push(o);
      ranges.took(r.to - r.from, 20);
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i).filter((i) => !(i >= 4 && i < 9) && !(i >= 30 && i < 40)));
    const shared = new ObjectRanges(100, [], 2);
    shared.took(100, 1);
    const sizes: number[] = [];
    for (let r = shared.take(); r; r = shared.take()) sizes.push(r.to - r.from);
    expect([sizes[0], sizes.at(-1), sizes.reduce((a, b) => a + b)]).toEqual([25, 1, 100]);
    const slow = new ObjectRanges(1000, []);
    slow.took(4, 60_000);
    expect(slow.take()).toEqual({ from: 0, to: 1 });
  });
});
