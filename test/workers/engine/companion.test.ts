import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { Recipe, Step } from '../../../src/core/recipe/recipe';
import { withFolder } from '../../with-folder';
import { runCli } from '../cli/run-cli';
import { context, ok, testEngine, type TestEngine } from './engine-helpers';

const TIMES = Array.from({ length: 40 }, (_, i) => i);
const vector = (phase: number): number[] => TIMES.map((t) => Math.sin(t / 6 + phase));
const csv = (columns: Readonly<Record<string, readonly number[]>>): string =>
  `${[Object.keys(columns).join(','), ...TIMES.map((_, i) => Object.values(columns).map((v) => v[i]).join(','))].join('\n')}\n`; // prettier-ignore
const CURVE = csv({ time: TIMES, value: vector(0).map((v, i) => 100 + 3 * v + (i % 2 ? 0.01 : -0.01)), error: TIMES.map(() => 0.01) });
const VECTORS = csv({ TIME: TIMES, VECTOR_1: vector(0) });
const OTHER = csv({ TIME: TIMES, VECTOR_1: vector(1.5) });

const step = (change: Partial<Step> = {}): Step => ({
  id: 's1',
  op: 'trends.cbv',
  version: 1,
  params: { vectors: 1 },
  bind: { time: 'time', value: 'value', error: 'error' },
  scope: 'object-band',
  enabled: true,
  ...change,
});

async function opened(folder: string, beside: Readonly<Record<string, string>>): Promise<{ engine: TestEngine; table: TableInfo }> {
  await writeFile(join(folder, 'lc.csv'), CURVE);
  const engine = await testEngine(join(folder, 'workspace'));
  const [table] = ok(await engine.service.open({ grants: [join(folder, 'lc.csv')] }, context()));
  for (const [name, text] of Object.entries(beside)) {
    await writeFile(join(folder, name), text);
    ok(await engine.service.open({ grants: [join(folder, name)] }, context()));
  }
  return { engine, table: table! };
}

const failure = (outcome: object): string => JSON.stringify((outcome as { failed?: unknown }).failed);

describe('a step that reads a second file', () => {
  it('finds it by its name, records its content, and takes the fit out', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(folder, { 'vectors.csv': VECTORS });
      const report = ok(await engine.service.apply({ table: table.id, step: step({ with: { name: 'vectors.csv' } }) }, context()));
      expect(report.columnsAdded).toEqual(['value_trend', 'value_detrended']);
      expect(report.step.with?.name).toBe('vectors.csv');
      expect(report.step.with?.sha256).toMatch(/^[0-9a-f]{64}$/);
      const preview = ok(await engine.service.preview({ table: table.id, step: step({ id: 's2', with: { name: 'vectors.csv' } }) }, context()));
      const trend = preview.columns.find((c) => c.name === 'value_trend')!;
      const range = Math.max(...trend.values) - Math.min(...trend.values);
      expect(range).toBeCloseTo(6, 1);
      const recipe = await engine.service.recipe({ table: table.id }, context());
      expect(recipe.steps[0]!.with).toEqual(report.step.with);
      await engine.close();
    });
  });

  it('says in one sentence what is missing', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(folder, {});
      expect(failure(await engine.service.apply({ table: table.id, step: step() }, context()))).toContain(
        'Co-trending (CBV) needs a second file: basis vectors',
      );
      const wanted = step({ with: { name: 'gone.fits' } });
      expect(failure(await engine.service.apply({ table: table.id, step: wanted }, context()))).toContain('reads gone.fits, which is not open');
      const recipe: Recipe = { skysift: 1, steps: [wanted] };
      const alerts = await engine.service.checkRecipe({ table: table.id, recipe }, context());
      expect(alerts).toMatchObject([{ severity: 'warning', message: expect.stringContaining('gone.fits, which is not open') as string }]);
      const none = step({ op: 'outliers.sigma-clip', params: {}, bind: { value: 'value' }, with: { name: 'lc.csv' } });
      expect(failure(await engine.service.apply({ table: table.id, step: none }, context()))).toContain('takes no second file');
      await engine.close();
    });
  });

  it('takes the same name with other content, and warns; prefers the same content under another name', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(folder, { 'vectors.csv': OTHER });
      const wanted = { name: 'vectors.csv', sha256: '0'.repeat(64) };
      const report = ok(await engine.service.apply({ table: table.id, step: step({ with: wanted }) }, context()));
      expect(report.alerts).toContainEqual(
        expect.objectContaining({ severity: 'warning', message: expect.stringContaining('its content differs') as string }),
      );
      await writeFile(join(folder, 'renamed.csv'), VECTORS);
      const [renamed] = ok(await engine.service.open({ grants: [join(folder, 'renamed.csv')] }, context()));
      const same = { name: 'vectors.csv', sha256: renamed!.source.sha256 };
      const again = ok(await engine.service.setSteps({ table: table.id, steps: [step({ with: same })] }, context()));
      expect(again[0]!.step.with).toEqual({ name: 'renamed.csv', sha256: renamed!.source.sha256 });
      expect(again[0]!.alerts.some((a) => a.message.includes('differs'))).toBe(false);
      await engine.close();
    });
  });

  it('runs again from a recipe on the command line: --with takes its place, and without it one sentence says so', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(folder, { 'vectors.csv': VECTORS });
      ok(await engine.service.apply({ table: table.id, step: step({ with: { name: 'vectors.csv' } }) }, context()));
      await writeFile(join(folder, 'recipe.json'), JSON.stringify(await engine.service.recipe({ table: table.id }, context())));
      await engine.close();
      const without = await runCli(['apply', 'recipe.json', 'lc.csv', '-o', 'out.csv'], folder);
      expect(without.code).toBe(1);
      expect(without.err).toMatch(/reads vectors\.csv, which is not open \(open it beside this table \(--with FILE on the command line\)\)/);
      const same = await runCli(['apply', 'recipe.json', 'lc.csv', '--with', 'vectors.csv', '-o', 'out.csv', '--json'], folder);
      expect(same.code, same.err).toBe(0);
      await writeFile(join(folder, 'other.csv'), OTHER);
      const other = await runCli(['apply', 'recipe.json', 'lc.csv', '--with', 'other.csv', '-o', 'other-out.csv', '--json'], folder);
      expect(other.code, other.err).toBe(0);
      expect(await readFile(join(folder, 'other-out.csv'), 'utf8')).not.toBe(await readFile(join(folder, 'out.csv'), 'utf8'));
      const run = await runCli(['run', 'trends.cbv', 'lc.csv', '--vectors', '1'], folder);
      expect(run.code).toBe(2);
      expect(run.err).toMatch(/trends\.cbv needs --with FILE2/);
      const wrong = await runCli(['run', 'outliers.sigma-clip', 'lc.csv', '--with', 'vectors.csv'], folder);
      expect(wrong.code).toBe(2);
      expect(wrong.err).toMatch(/outliers\.sigma-clip takes no second file/);
      const listed = await runCli(
        ['run', 'trends.cbv', 'lc.csv', '--with', 'vectors.csv', '--vectors', '1,2', '--role', 'time=time', 'value=value'],
        folder,
      );
      expect(listed.err).toMatch(/invalid vectors: 2/);
    });
  });
});
