import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SettingsFile } from '../../src/main/settings';
import { namedWorkspace, newWorkspace, removeUnused } from '../../src/main/workspaces';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'skysift-main-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const TODAY = new Date('2026-11-23T12:00:00Z');

describe('a new workspace', () => {
  test('is named after the first file and the day, and never an old one', () => {
    const names = [1, 2, 3].map(() => newWorkspace(folder, '/data/kplr011442793.fits', TODAY).path);
    expect(names).toEqual(['', ' 2', ' 3'].map((n) => join(folder, `kplr011442793 2026-11-23${n}.skysift`)));
    expect(newWorkspace(folder, undefined, TODAY).path).toBe(join(folder, 'untitled 2026-11-23.skysift'));
  });

  test('is removed when nothing was done in it, and kept when something was', () => {
    const [unused, used] = [newWorkspace(folder, 'a.fits', TODAY), newWorkspace(folder, 'b.fits', TODAY)];
    writeFileSync(join(unused.path, 'journal.jsonl'), '');
    writeFileSync(join(used.path, 'journal.jsonl'), '{}\n');
    expect([unused, used].map(removeUnused)).toEqual([true, false]);
    expect([existsSync(unused.path), existsSync(used.path)]).toEqual([false, true]);
  });
});

describe('a named workspace', () => {
  test('is made where there is none, and opened where there is one', () => {
    const path = join(folder, 'deep', 'mine');
    expect(namedWorkspace(path)).toEqual({ path, isNew: true });
    writeFileSync(join(path, 'journal.jsonl'), '{}\n');
    expect(namedWorkspace(path)).toEqual({ path, isNew: false });
  });

  test('is neither a file nor somebody’s folder', () => {
    writeFileSync(join(folder, 'table.fits'), '');
    expect(() => namedWorkspace(join(folder, 'table.fits'))).toThrow(/is a file, and a workspace is a folder/);
    expect(() => namedWorkspace(folder)).toThrow(/is not empty and is no workspace/);
    expect(readdirSync(folder)).toEqual(['table.fits']);
  });
});

describe('the settings', () => {
  const path = (): string => join(folder, 'settings.json');

  test('are defaults first, and what was set after that', () => {
    const settings = new SettingsFile(path());
    expect([settings.settings, settings.recent, settings.problem]).toEqual([{ theme: 'system' }, [], undefined]);
    settings.set({ theme: 'dark' });
    settings.setWindow({ width: 900, height: 600, maximized: false });
    const again = new SettingsFile(path());
    expect([again.settings, again.window]).toEqual([{ theme: 'dark' }, { width: 900, height: 600, maximized: false }]);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  test('list workspaces once each, the latest first, thirty at most', () => {
    const settings = new SettingsFile(path());
    for (let k = 0; k < 40; k++) settings.touch(`/w${k % 35}`, new Date(TODAY.getTime() + k));
    expect(settings.recent).toHaveLength(30);
    expect(settings.recent.slice(0, 6).map((r) => r.path)).toEqual(['/w4', '/w3', '/w2', '/w1', '/w0', '/w34']);
    settings.forget('/w4');
    expect(new SettingsFile(path()).recent[0]!.path).toBe('/w3');
  });

  test.each(['{"theme": "pi', '{"theme": "pink", "recent": []}', '[]'])('that are damaged are said and kept: %s', (text) => {
    writeFileSync(path(), text);
    const settings = new SettingsFile(path());
    expect(settings.settings).toEqual({ theme: 'system' });
    expect(settings.problem).toMatch(/damaged.*kept as/);
    expect(readFileSync(`${path()}.bad`, 'utf8')).toBe(text);
  });

  test('that cannot be written leave the old ones as they were', () => {
    const settings = new SettingsFile(path());
    settings.set({ theme: 'light' });
    rmSync(path());
    mkdirSync(path());
    expect(() => settings.set({ theme: 'dark' })).toThrow();
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });
});
