import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ChosenRoles } from '../../../src/workers/engine/table/chosen-roles';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine } from './engine-helpers';

const among = (roles: ChosenRoles, ...columns: string[]): object => Object.fromEntries(roles.among(new Set(columns)));

describe('roles given by hand', () => {
  it('hold while their column is there, the newest first', () => {
    const roles = new ChosenRoles();
    expect(among(roles, 'a')).toEqual({});
    roles.set('value', 'a');
    roles.set('value', 'made');
    expect(among(roles, 'a', 'made')).toEqual({ value: 'made' });
    expect(among(roles, 'a')).toEqual({ value: 'a' });
    expect(among(roles, 'b')).toEqual({});
    roles.set('value', undefined);
    expect(among(roles, 'a', 'made')).toEqual({ value: undefined });
  });

  it('are one a column: what it was before goes to the choice before', () => {
    const roles = new ChosenRoles();
    roles.set('error', 'e');
    roles.set('error', 'x');
    roles.set('value', 'x');
    expect(among(roles, 'e', 'x')).toEqual({ value: 'x', error: 'e' });
  });
});

describe('a value that a step made', () => {
  it('gives its role back when the step is undone, takes it when it is done again, and keeps it over a restart', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'flux.csv');
      const rows = Array.from({ length: 300 }, (_, i) => `${55000 + i / 48},${(1000 + Math.sin(i)).toFixed(4)},1`);
      await writeFile(path, `mjd,flux,flux_err\n${rows.join('\n')}\n`);
      const engine = await testEngine(join(folder, 'workspace'));
      const { service } = engine;
      const [opened] = ok(await service.open({ grants: [path] }, context()));
      const table = opened!.id;
      expect(opened!.roles).toEqual({ time: 'mjd', value: 'flux', error: 'flux_err' });
      ok(await service.apply({ table, step: step('trends.biweight', { window: 1.5, apply: 'divide' }) }, context()));
      ok(await service.setRole({ table, role: 'value', column: 'flux_detrended' }, context()));
      ok(await service.setRole({ table, role: 'error', column: 'flux_err_detrended' }, context()));
      const made = { time: 'mjd', value: 'flux_detrended', error: 'flux_err_detrended' };
      expect(ok(await service.undo({ table }, context())).roles).toEqual(opened!.roles);
      expect(ok(await service.redo({ table }, context())).roles).toEqual(made);
      await engine.close();
      const again = await testEngine(join(folder, 'workspace'));
      const [table2] = await again.service.tables({}, context());
      expect(table2!.roles).toEqual(made);
      await again.close();
    });
  });
});
