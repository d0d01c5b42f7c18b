import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../../src/core/recipe/recipe';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine, type TestEngine } from './engine-helpers';

/** Two stars of 40 points, each with one point far off, and one value missing. */
async function twoStars(folder: string): Promise<string> {
  const path = join(folder, 'stars.csv');
  const lines = ['id,mjd,mag,magerr'];
  for (const star of ['a', 'b'])
    for (let i = 0; i < 40; i++) {
      const mag = 15 + 0.01 * Math.sin(i * 1.7) + (i === 20 ? 1 : 0) + (star === 'b' ? 2 : 0);
      lines.push(`${star},${55000 + i * 0.7},${i === 5 ? '' : mag.toFixed(6)},0.01`);
    }
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function opened(folder: string): Promise<{ engine: TestEngine; id: string; file: string }> {
  const file = await twoStars(folder);
  const engine = await testEngine(join(folder, 'workspace'));
  const [table] = ok(await engine.service.open({ grants: [file] }, context()));
  return { engine, id: table!.id, file };
}

describe('the recipe', () => {
  it('clips each object by its own statistics, where the table as a whole would not', async () => {
    await withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const whole = ok(await engine.service.dryRun({ table: id, step: step('outliers.sigma-clip', { sigma: 4 }) }, context()));
      expect(whole.rowsFlagged).toBe(0);
      const each = ok(await engine.service.apply({ table: id, step: step('outliers.sigma-clip', { sigma: 4 }, { scope: 'object' }) }, context()));
      expect(each.rowsFlagged).toBe(2);
      const rows = ok(
        await engine.service.query({ kind: 'rows', table: id, rows: { flagged: 'only' }, columns: ['id', 'mag'], offset: 0, limit: 10 }, context()),
      );
      expect(rows.kind === 'rows' && rows.values[0]).toEqual(['a', 'b']);
      await engine.close();
    });
  });

  it('replays what follows an edited step, and one undo takes the edit back', async () => {
    await withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const clip = step('outliers.sigma-clip', { sigma: 4 }, { scope: 'object' });
      ok(await engine.service.apply({ table: id, step: clip }, context()));
      ok(await engine.service.apply({ table: id, step: step('transform.normalize', { method: 'min-max' }, { scope: 'object' }) }, context()));
      const [before] = await engine.service.tables({}, context());
      const steps = before!.steps.map((s) => s.step);
      const reports = ok(await engine.service.setSteps({ table: id, steps: [{ ...steps[0]!, enabled: false }, steps[1]!] }, context()));
      expect(reports.map((r) => r.state)).toEqual(['disabled', 'applied']);
      const [edited] = await engine.service.tables({}, context());
      expect(edited!.flagged).toBe(0);
      const back = ok(await engine.service.undo({ table: id }, context()));
      expect(back.steps).toEqual(before!.steps);
      expect(back.flagged).toBe(2);
      await engine.close();
    });
  });

  it('that cannot run changes nothing and says which step and why', async () => {
    await withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      const bad = [step('outliers.sigma-clip', {}, { scope: 'object' }), step('outliers.range', { low: 1 }, { bind: { value: 'gmag' } })];
      const outcome = await engine.service.setSteps({ table: id, steps: bad }, context());
      expect('failed' in outcome && outcome.failed.message).toBe('the table has no column gmag');
      expect((await engine.service.tables({}, context()))[0]!.steps).toEqual([]);
      const recipe: Recipe = { skysift: 1, steps: bad };
      const alerts = await engine.service.checkRecipe({ table: id, recipe }, context());
      expect(alerts.map((a) => a.message)).toEqual(['outliers.range: the table has no column gmag']);
      await engine.close();
    });
  });

  it('travels in the export and is found when that is opened; its flags are flags again', async () => {
    await withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      ok(await engine.service.apply({ table: id, step: step('outliers.sigma-clip', { sigma: 4 }, { scope: 'object' }) }, context()));
      ok(await engine.service.setLabel({ table: id, object: 'b', label: 3 }, context()));
      for (const format of ['fits', 'arrow', 'csv'] as const) {
        const path = join(folder, `out.${format}`);
        const report = ok(await engine.service.export({ table: id, grant: path, format, flagged: 'keep' }, context()));
        expect(report).toMatchObject({ rows: 80, flagged: 2 });
        const [again] = ok(await engine.service.open({ grants: [path] }, context()));
        const recipe = JSON.parse(again!.meta.provenance!) as Recipe;
        expect(recipe.steps.map((s) => s.op)).toEqual(['outliers.sigma-clip']);
        expect(again!.flagged, format).toBe(2);
        expect(again!.flags.find((f) => f.name === 'sigma_clip')?.count).toBe(2);
        expect(again!.meta.columns.map((c) => c.name)).toEqual(['id', 'mjd', 'mag', 'magerr', 'label']);
      }
      await engine.close();
    });
  });

  it('drops or masks flagged rows on the way out only', async () => {
    await withFolder(async (folder) => {
      const { engine, id } = await opened(folder);
      ok(await engine.service.apply({ table: id, step: step('outliers.sigma-clip', { sigma: 4 }, { scope: 'object' }) }, context()));
      const dropped = join(folder, 'dropped.csv');
      expect(ok(await engine.service.export({ table: id, grant: dropped, format: 'csv', flagged: 'drop' }, context())).rows).toBe(78);
      const text = await readFile(dropped, 'utf8');
      expect(text.trim().split('\n')).toHaveLength(79);
      expect(text).not.toMatch(/,1[68]\.0/);
      const masked = join(folder, 'masked.csv');
      ok(await engine.service.export({ table: id, grant: masked, format: 'csv', flagged: 'mask' }, context()));
      const lines = (await readFile(masked, 'utf8')).trim().split('\n');
      expect(lines).toHaveLength(81);
      expect(lines[21]).toMatch(/^a,55014(\.0)?,(nan)?,(nan)?,true/i);
      expect((await engine.service.tables({}, context()))[0]!.meta.rows).toBe(80);
      await engine.close();
    });
  });

  it('a folder of light-curve files is one table with an object column', async () => {
    await withFolder(async (folder) => {
      const curves = join(folder, 'curves');
      await mkdir(curves);
      for (const star of ['x', 'y', 'z'])
        await writeFile(join(curves, `${star}.csv`), ['mjd,mag', ...Array.from({ length: 5 }, (_, i) => `${55000 + i},${15 + i / 10}`)].join('\n'));
      const engine = await testEngine(join(folder, 'workspace'));
      const [table, ...others] = ok(await engine.service.open({ grants: [curves] }, context()));
      expect(others).toEqual([]);
      expect(table).toMatchObject({ objects: 3, loaded: 15 });
      expect(table!.meta.columns.map((c) => c.name)).toEqual(expect.arrayContaining(['object', 'mjd', 'mag']));
      await engine.close();
    });
  });

  it('cancelled while a file is read leaves no table and nothing in the store', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'long.csv');
      await writeFile(path, `x,y\n${'1.5,2.5\n'.repeat(600_000)}`);
      const engine = await testEngine(join(folder, 'workspace'));
      const abort = new AbortController();
      let cancelledAt = 0;
      const outcome = await engine.service.open(
        { grants: [path] },
        context(abort.signal, () => {
          if (abort.signal.aborted) return;
          cancelledAt = performance.now();
          abort.abort();
        }),
      );
      const took = performance.now() - cancelledAt;
      expect(outcome).toEqual({ cancelled: true });
      expect(took).toBeLessThan(2000);
      expect(await engine.service.tables({}, context())).toEqual([]);
      await expect.poll(() => readdir(join(folder, 'workspace/store'))).toEqual([]);
      await engine.close();
    });
  });
});
