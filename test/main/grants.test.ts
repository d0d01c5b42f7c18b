import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Grants } from '../../src/main/grants';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'grants-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('a grant', () => {
  test('stands for a path by a random id, and shows only the name', () => {
    const grants = new Grants();
    const path = join(folder, 'a table.fits');
    writeFileSync(path, '');
    const [one, two] = [grants.give(path), grants.give(path)];
    expect(one).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'a table.fits', isFolder: false });
    expect(two.id).not.toBe(one.id);
    expect(grants.resolve(one.id)).toEqual({ path, name: 'a table.fits', isFolder: false, access: 'read' });
    expect(grants.give(folder)).toMatchObject({ isFolder: true });
  });

  test('for what is not there is refused without telling the path', () => {
    const give = (): unknown => new Grants().give(join(folder, 'gone.fits'));
    expect(give).toThrow('gone.fits is not there any more');
    expect(give).not.toThrow(folder);
  });

  test('of one window is unknown in another', () => {
    const { id } = new Grants().giveNew(join(folder, 'x.csv'));
    expect(() => new Grants().resolve(id)).toThrow('this file was not chosen in this window');
  });

  test('for reading does not allow writing', () => {
    const grants = new Grants();
    expect(() => grants.resolve(grants.give(folder).id, 'write')).toThrow(/was chosen for reading only/);
    expect(grants.resolve(grants.giveNew(join(folder, 'out.fits')).id, 'write').access).toBe('write');
  });
});

describe('a dropped file', () => {
  test('becomes a grant once, by its token', () => {
    const grants = new Grants();
    const path = join(folder, 'dropped.csv');
    writeFileSync(path, '');
    grants.rememberDropped('token', path);
    const [grant] = grants.takeDropped(['token']);
    expect(grants.resolve(grant!.id).path).toBe(path);
    expect(() => grants.takeDropped(['token'])).toThrow('what was dropped is not a file on this machine');
  });
});
