import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerTo, Query } from '../../../src/core/query/query';
import type { Predicate } from '../../../src/core/select/predicate';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine, type TestEngine } from './engine-helpers';

/** Six stars of 12 points: star k has values about 10 k with scatter that grows with k; odd ones are measured in two bands. */
function curves(): string {
  const lines = ['objid,mjd,mag,filter'];
  for (let k = 0; k < 6; k++)
    for (let i = 0; i < 12; i++) lines.push(`star${k},${100 + i},${10 * k + (k + 1) * Math.sin(i)},${k % 2 === 1 && i % 2 === 1 ? 'r' : 'g'}`);
  return lines.join('\n');
}

async function opened(folder: string): Promise<{ engine: TestEngine; id: string }> {
  await writeFile(join(folder, 'stars.csv'), curves());
  const engine = await testEngine(join(folder, 'workspace'));
  const [table] = ok(await engine.service.open({ grants: [join(folder, 'stars.csv')] }, context()));
  expect(table!.roles).toMatchObject({ object: 'objid', time: 'mjd', value: 'mag', band: 'filter' });
  return { engine, id: table!.id };
}

/** A straight line through every light curve: its result columns are a0 and a1. */
const line = (scope: 'object' | 'object-band'): ReturnType<typeof step> => step('noise.regression', { degree: 1 }, { scope });
const inFeatures = (of: Predicate): Predicate => ({ kind: 'objects-where', of });

describe('the object table', () => {
  const asking =
    (engine: TestEngine) =>
    async <Q extends Query>(query: Q): Promise<AnswerTo<Q['kind']>> =>
      ok(await engine.service.query(query, context())) as AnswerTo<Q['kind']>;

  it('has what the rows say, labels, and what steps found, one column a band', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const ask = asking(engine);
      const names = async (): Promise<string[]> => (await ask({ kind: 'object-columns', table: id })).columns.map((c) => c.name);
      expect(await names()).toEqual(['id', 'rows', 'flagged', 'median', 'scatter', 'label']);
      ok(await engine.service.apply({ table: id, step: line('object-band') }, context()));
      expect(await names()).toEqual(expect.arrayContaining(['a1 g', 'a1 r']));
      const page = await ask({ kind: 'objects', table: id, sort: 'a1 r', offset: 0, limit: 9 });
      // Stars without points in r have no number there and come last.
      expect(page.objects.slice(3).map((o) => o.id)).toEqual(['star0', 'star2', 'star4']);
      expect(page.objects[4]!.results).toMatchObject({ 'a1 r': undefined });
      await engine.close();
    }));

  it('answers what any table can be asked, with one row an object', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const ask = asking(engine);
      await engine.service.setLabel({ table: id, object: 'star4', label: 7 }, context());
      const axes = { x: { column: 'median' }, y: { expression: 'scatter * 2' }, third: { column: 'label' } } as const;
      const points = await ask({ kind: 'points', table: id, rows: { of: 'objects' }, ...axes, limit: 100 });
      expect([...points.rows]).toEqual([0, 1, 2, 3, 4, 5]);
      expect([...points.third!]).toEqual([NaN, NaN, NaN, NaN, 7, NaN]);
      const list = await ask({ kind: 'objects', table: id, offset: 0, limit: 9 });
      expect([...points.x]).toEqual(list.objects.map((o) => o.median));
      expect([...points.y]).toEqual(list.objects.map((o) => 2 * o.scatter!));
      const density = await ask({ kind: 'density', table: id, rows: { of: 'objects' }, x: axes.x, y: axes.y, width: 4, height: 4 });
      expect(density.total).toBe(6);
      const row = await ask({ kind: 'row', table: id, row: 4, of: 'objects' });
      expect(row.values).toMatchObject({ id: 'star4', rows: 12, label: 7 });
      await engine.close();
    }));

  it('marks the objects of a selection: whole ones, and those of which a row is selected', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const ask = asking(engine);
      const marked = async (selection: Predicate): Promise<number[]> => {
        const rows = { of: 'objects' } as const;
        const answer = await ask({ kind: 'points', table: id, rows, x: { column: 'median' }, y: { column: 'scatter' }, limit: 9, selection });
        return [...answer.marks].flatMap((m, i) => (m & 2 ? [i] : []));
      };
      const wide: Predicate = { kind: 'range', axis: { column: 'scatter' }, low: 3.5 };
      expect(await marked(inFeatures(wide))).toEqual([3, 4, 5]);
      expect(await marked({ kind: 'and', of: [inFeatures(wide), { kind: 'not', of: { kind: 'objects', ids: ['star4'] } }] })).toEqual([3, 5]);
      const high: Predicate = { kind: 'range', axis: { column: 'mag' }, low: 45 };
      expect(await marked(high)).toEqual([5]);
      expect(await marked({ kind: 'or', of: [high, inFeatures({ kind: 'compare', column: 'id', op: '==', value: 'star0' })] })).toEqual([0, 5]);
      await engine.close();
    }));

  it('takes the rows of objects by their numbers, in a count and in a step, and replays it', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const ask = asking(engine);
      ok(await engine.service.apply({ table: id, step: line('object') }, context()));
      const square = [[35, 2.5], [55, 2.5], [55, 9], [35, 9]] as const; // prettier-ignore
      const where = inFeatures({ kind: 'polygon', x: { column: 'a0' }, y: { column: 'scatter' }, points: square });
      const page = await ask({ kind: 'objects', table: id, where: where.kind === 'objects-where' ? where.of : where, offset: 0, limit: 9 });
      expect(page.objects.map((o) => o.id)).toEqual(['star4', 'star5']);
      expect(await ask({ kind: 'count', table: id, rows: {}, selection: where })).toMatchObject({ rows: 24 });
      const narrowed = { kind: 'and', of: [where, { kind: 'range', axis: { column: 'mjd' }, high: 102 }] } as const;
      const report = ok(await engine.service.apply({ table: id, step: step('flags.mark', { flag: 'pick' }, { where: narrowed }) }, context()));
      expect(report.rowsFlagged).toBe(6);
      const { steps } = await engine.service.recipe({ table: id }, context());
      const again = ok(await engine.service.setSteps({ table: id, steps: steps.map((s) => ({ ...s, id: `${s.id}x` })) }, context()));
      expect(again.map((r) => r.rowsFlagged)).toEqual([0, 6]);
      // Before the step that finds a0 there is no such column to ask about.
      const wrong = await engine.service.setSteps({ table: id, steps: [...steps].reverse() }, context());
      expect(wrong).toMatchObject({ failed: { message: expect.stringContaining('no column named a0') as string } });
      await engine.close();
    }));

  it('filters by part of an identifier or by a condition over columns', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const list = async (filter: string): Promise<string[]> =>
        (await asking(engine)({ kind: 'objects', table: id, filter, offset: 0, limit: 9 })).objects.map((o) => o.id);
      expect(await list('AR3')).toEqual(['star3']);
      expect(await list('median > 15 and scatter < 3.9')).toEqual(['star2']);
      expect(await list('id == "star1" or rows != 12')).toEqual(['star1']);
      await expect(list('perod < 1')).rejects.toThrow('no column named perod');
      await engine.close();
    }));

  it('exports only the rows of chosen objects, and the object table', () =>
    withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      ok(await engine.service.apply({ table: id, step: line('object-band') }, context()));
      ok(await engine.service.apply({ table: id, step: step('outliers.range', { high: 52 }) }, context()));
      await engine.service.setLabel({ table: id, object: 'star5', label: 2 }, context());
      const only = inFeatures({ kind: 'expression', expression: 'scatter > 3.5 and col("a1 r") == col("a1 r")' });
      const read = async (name: string): Promise<string[]> => (await readFile(join(folder, name), 'utf8')).trim().split('\n');
      const write = (name: string, more: Partial<Parameters<typeof engine.service.export>[0]>): ReturnType<typeof engine.service.export> =>
        engine.service.export({ table: id, grant: join(folder, name), format: 'csv', flagged: 'keep', ...more }, context());

      const rows = ok(await write('rows.csv', { only }));
      const [, ...written] = await read('rows.csv');
      expect(rows).toMatchObject({ rows: 24, checkedCells: 24 * rows.columns });
      expect(new Set(written.map((l) => l.split(',')[0]))).toEqual(new Set(['star3', 'star5']));
      expect(rows.flagged).toBeGreaterThan(0);
      const dropped = ok(await write('dropped.csv', { only, flagged: 'drop' }));
      expect(dropped.rows).toBe(24 - rows.flagged);

      const objects = ok(await write('objects.csv', { what: 'objects', only }));
      expect(objects.rows).toBe(2);
      const [head, ...lines] = await read('objects.csv');
      expect(head!.split(',')).toEqual(expect.arrayContaining(['objid', 'rows', 'flagged', 'scatter', 'label', 'a1_g', 'a1_r']));
      expect(lines.map((l) => l.split(',')[0])).toEqual(['star3', 'star5']);
      for (const format of ['fits', 'arrow'] as const) expect(ok(await write(`objects.${format}`, { what: 'objects', format })).rows).toBe(6);
      expect((await readFile(join(folder, 'objects.fits'))).toString('latin1')).toContain('HISTORY');
      await engine.close();
    }));
});
