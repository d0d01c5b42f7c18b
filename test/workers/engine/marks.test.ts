import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/workers/cli/main';
import { InlineExecutor } from '../../../src/workers/engine/threads/inline-executor';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine } from './engine-helpers';

const CSV = `time,value\n${[10, 11, '', 10, 11, '', 10, 60].map((v, i) => `${i},${v}`).join('\n')}\n`;

async function opened(folder: string) {
  await writeFile(join(folder, 'curve.csv'), CSV);
  const engine = await testEngine(join(folder, 'workspace'));
  const [table] = ok(await engine.service.open({ grants: [join(folder, 'curve.csv')] }, context()));
  const info = async () => (await engine.service.tables({}, context()))[0]!;
  return { engine, table: table!.id, info };
}

const fill = (method: string) => step('missing.fill', { method }, { bind: { time: 'time', value: 'value' } });
const clip = () => step('outliers.sigma-clip', { sigma: 2 }, { bind: { value: 'value_filled' } });

describe('a mark', () => {
  it('is a flag that leaves its rows in use, and is undone with its step', async () => {
    await withFolder(async (folder) => {
      const { engine, table, info } = await opened(folder);
      const report = ok(await engine.service.apply({ table, step: fill('linear') }, context()));
      expect(report).toMatchObject({ rowsFlagged: 0, columnsAdded: ['value_filled'] });
      expect(await info()).toMatchObject({ flagged: 0, flags: [{ name: 'imputed', informs: true, count: 2 }] });
      const row = ok(await engine.service.query({ kind: 'row', table, row: 2 }, context()));
      expect(row).toMatchObject({ flags: ['imputed'] });
      ok(
        await engine.service.apply({ table, step: step('transform.normalize', { keepScale: true }, { bind: { value: 'value_filled' } }) }, context()),
      );
      const after = ok(await engine.service.query({ kind: 'row', table, row: 0 }, context()));
      // The mean of all eight rows, the two imputed ones among them.
      expect(after).toMatchObject({ values: { value_filled_offset: 133 / 8 } });
      ok(await engine.service.undo({ table }, context()));
      ok(await engine.service.undo({ table }, context()));
      expect((await info()).flags).toEqual([]);
      await engine.close();
    });
  });

  it('is previewed and tried without counting as flagged', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(folder);
      const preview = ok(await engine.service.preview({ table, step: fill('spline') }, context()));
      expect(preview.flags).toBeUndefined();
      expect(preview.columns.map((c) => c.name)).toEqual(['value_filled']);
      const tried = ok(await engine.service.dryRun({ table, step: fill('spline') }, context()));
      expect(tried).toMatchObject({ rowsFlagged: 0, columns: ['value_filled'] });
      await engine.close();
    });
  });

  it('goes out as a column, is neither dropped nor masked, and comes back as it was', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(folder);
      ok(await engine.service.apply({ table, step: fill('median') }, context()));
      ok(await engine.service.apply({ table, step: clip() }, context()));
      for (const format of ['csv', 'fits'] as const) {
        const out = join(folder, `clean.${format}`);
        const exported = ok(await engine.service.export({ table, grant: out, format, flagged: 'drop' }, context()));
        expect(exported).toMatchObject({ rows: 7, flagged: 1 });
        const again = ok(await engine.service.open({ grants: [out] }, context()));
        expect(again[0]).toMatchObject({ flagged: 0 });
        const flags = again[0]!.flags.map((f) => ({ name: f.name, informs: f.informs ?? false, count: f.count }));
        expect(flags).toEqual([
          { name: 'imputed', informs: true, count: 2 },
          { name: 'sigma_clip', informs: false, count: 0 },
        ]);
      }
      await engine.close();
    });
  });

  it('keeps its kind: neither a flag under its name nor the other way round', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(folder);
      ok(await engine.service.apply({ table, step: fill('mean') }, context()));
      const mark = step('flags.mark', { flag: 'imputed' }, { where: { kind: 'range', axis: { column: 'value' }, low: 20 } });
      expect(await engine.service.apply({ table, step: mark }, context())).toMatchObject({
        failed: { message: expect.stringContaining('only informs') as string },
      });
      await engine.close();
    });
  });
});

it('is counted by name, not as flagged, on the command line', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'curve.csv'), CSV);
    const out: string[] = [];
    const io = {
      cwd: folder,
      signal: new AbortController().signal,
      out: (text: string) => Promise.resolve(void out.push(text)),
      err: () => undefined,
      isTerminal: false,
      executor: () => new InlineExecutor(),
    };
    const line = [
      'run',
      'missing.fill',
      'curve.csv',
      '-o',
      'filled.csv',
      '--method',
      'constant',
      '--value',
      '7',
      '--role',
      'time=time',
      '--role',
      'value=value',
      '--json',
    ];
    expect(await main(line, io)).toBe(0);
    expect(JSON.parse(out.join(''))).toMatchObject({ rows: 8, flagged: 0, flags: { imputed: 2 }, columns: ['value_filled'] });
    const written = (await readFile(join(folder, 'filled.csv'), 'utf8')).split('\n');
    const header = written.find((l) => l.includes('flag_imputed'))!.split(',');
    const row = written[written.findIndex((l) => l.includes('flag_imputed')) + 3]!.split(',');
    expect(row[header.indexOf('value_filled')]).toBe('7');
    expect(row[header.indexOf('flag_imputed')]).toMatch(/^(1|true)$/i);
  });
});
