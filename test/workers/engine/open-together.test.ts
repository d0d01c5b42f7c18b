import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withFolder } from '../../with-folder';
import { context, ok, testEngine } from './engine-helpers';

it('files with the same columns and a time become one table, others stay apart and keep their names', async () => {
  await withFolder(async (folder) => {
    const file = async (name: string, header: string): Promise<string> => {
      const path = join(folder, name);
      const row = (i: number): string =>
        header
          .split(',')
          .map((_, k) => 55000.5 + i * 0.25 + k)
          .join(',');
      await writeFile(path, `${header}\n${[0, 1, 2].map(row).join('\n')}\n`);
      return path;
    };
    const grants = [await file('a.csv', 'mjd,mag,magerr'), await file('b.csv', 'mjd,mag,magerr,airmass')];
    const vectors = await file('vectors.csv', 'mjd,vector_1,vector_2,vector_3,vector_4');
    const engine = await testEngine(join(folder, 'workspace'));
    const one = ok(await engine.service.open({ grants }, context()));
    expect(one.map((t) => t.meta.rows)).toEqual([6]);
    const two = ok(await engine.service.open({ grants: [grants[0]!, vectors] }, context()));
    expect(two.map((t) => [t.source.name, t.meta.rows])).toEqual([
      ['a.csv', 3],
      ['vectors.csv', 3],
    ]);
    expect(new Set(two.map((t) => t.source.sha256)).size).toBe(2);
    expect(await engine.service.tables({}, context())).toHaveLength(3);
    await engine.close();
  });
});
