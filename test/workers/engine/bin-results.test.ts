import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import bin from '../../../src/core/operations/noise/bin';
import type { OperationDef } from '../../../src/core/operations/definition';
import { drive } from '../../../src/core/operations/runner';
import type { AnswerTo } from '../../../src/core/query/query';
import type { Step } from '../../../src/core/recipe/recipe';
import { type StepWork, runUnits } from '../../../src/workers/engine/steps/run-units';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine, type TestEngine } from './engine-helpers';

const BIND = { time: 'mjd', value: 'mag', error: 'magerr', object: 'id' };
const draft = (op: string, params: Record<string, unknown>): Step => step(op, params, { bind: BIND, scope: 'object' });

async function opened<T>(work: (engine: TestEngine, table: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const lines = ['id,mjd,mag,magerr'];
    for (const id of ['a', 'b'])
      for (let k = 0; k < 30; k++) lines.push(`${id},${50000 + 0.25 * k},${id === 'a' ? 15 + 0.1 * Math.floor(k / 4) : 16 + 0.02 * k},0.1`);
    await writeFile(join(folder, 'two.csv'), `${lines.join('\n')}\n`);
    const engine = await testEngine(join(folder, 'workspace'));
    const [table] = ok(await engine.service.open({ grants: [join(folder, 'two.csv')] }, context()));
    for (const [role, column] of Object.entries(BIND))
      ok(await engine.service.setRole({ table: table!.id, role: role as keyof typeof BIND, column }, context()));
    try {
      return await work(engine, table!.id);
    } finally {
      await engine.close();
    }
  });
}

describe('a step that writes columns and results', () => {
  it('previews the bins of the object, keeps a row for each, and undoes both', () =>
    opened(async (engine, table) => {
      const bins = draft('noise.bin', { width: 1 });
      const preview = ok(await engine.service.preview({ table, step: bins, object: 'a' }, context()));
      expect(preview.columns.map((c) => c.name)).toEqual(['mag_binned', 'mag_binned_error', 'mag_bin']);
      expect(preview.results).toHaveLength(8);
      expect([...preview.series[0]!.y.values].map((v) => v.toFixed(3))).toEqual(preview.results.map((r) => Number(r['value']).toFixed(3)));
      expect(preview.results[3]!['value']).toBeCloseTo(15.3, 9);

      const report = ok(await engine.service.apply({ table, step: bins }, context()));
      expect(report).toMatchObject({ columnsAdded: ['mag_binned', 'mag_binned_error', 'mag_bin'], resultRows: 16 });
      const page = ok(await engine.service.results({ table, step: bins.id, offset: 8, limit: 2 }, context()));
      expect(page.rows.map((r) => [r['object'], r['bin'], r['n']])).toEqual([
        ['b', 0, 4],
        ['b', 1, 4],
      ]);
      ok(await engine.service.undo({ table }, context()));
      const gone = await engine.service.results({ table, step: bins.id, offset: 0, limit: 1 }, context());
      expect('failed' in gone && gone.failed.message).toContain('made no results');
    }));

  it('shows numbers of an object in the list of objects, not those of its bins', () =>
    opened(async (engine, table) => {
      ok(await engine.service.apply({ table, step: draft('noise.bin', { width: 1 }) }, context()));
      const list = async (): Promise<AnswerTo<'objects'>> =>
        ok(
          await engine.service.query({ kind: 'objects', table, sort: 'id', descending: false, offset: 0, limit: 10 }, context()),
        ) as AnswerTo<'objects'>;
      expect((await list()).resultColumns).toEqual([]);
      ok(await engine.service.apply({ table, step: draft('noise.regression', { degree: 1 }) }, context()));
      const { resultColumns, objects } = await list();
      expect(resultColumns).toContain('a1');
      expect(objects[1]!.results!['a1']).toBeCloseTo(0.08, 9);
    }));

  it('fails in words when its results would not fit into memory', () => {
    const rows = new Array<Record<string, number>>(400_000).fill({ bin: 0 });
    // The kernel stands in for one over millions of rows; the parameters are those of bins.
    const op = {
      ...bin,
      *kernel() {
        yield { fraction: 1 };
        return { results: rows };
      },
    } as unknown as OperationDef;
    const work = { op, params: {}, bind: {}, scope: 'object', view: {}, meta: {}, output: { flags: {}, columns: {} } } as unknown as StepWork;
    const units = (count: number): { rows: Uint32Array; object: string }[] =>
      Array.from({ length: count }, (_, i) => ({ rows: new Uint32Array(1), object: `${i}` }));
    expect(drive(runUnits(units(2), 2, work)).results.rows).toBe(800_000);
    expect(() => drive(runUnits(units(3), 3, work))).toThrow(/noise.bin makes more than 1,000,000 rows of results/);
  });
});
