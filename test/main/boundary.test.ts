import { readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEvent, isMethod } from '../../src/main/channel';
import { argumentsOfApp, parseCommandLine } from '../../src/main/command-line';
import { ARGUMENTS, checkArgument } from '../../src/main/main-schemas';
import { MENUS } from '../../src/main/menu-entries';
import { pathWithin } from '../../src/main/path-within';

describe('names the page may say', () => {
  test('are those of the service, not those of every object', () => {
    expect(isMethod('startup')).toBe(true);
    for (const name of ['constructor', 'toString', '__proto__', 'onEngineState', 'readFile', '']) expect(isMethod(name), name).toBe(false);
    expect(isEvent('onCommand')).toBe(true);
    for (const name of ['startup', 'constructor', '__proto__']) expect(isEvent(name), name).toBe(false);
  });

  test('all have a schema', () => {
    expect(Object.keys(ARGUMENTS).filter((name) => !isMethod(name))).toEqual([]);
  });
});

describe('arguments', () => {
  test('that are right pass', () => {
    checkArgument('startup', {});
    checkArgument('chooseFiles', { folder: true });
    checkArgument('chooseSaveTarget', { suggestedName: 'a.fits', extensions: ['fits'] });
    checkArgument('setSettings', { theme: 'dark' });
  });

  test.each([
    ['startup', undefined],
    ['startup', { more: 1 }],
    ['chooseFiles', { folder: 'yes' }],
    ['chooseSaveTarget', { suggestedName: 'a', extensions: ['../x'] }],
    ['readText', { grant: '' }],
    ['readText', { grant: 'x'.repeat(65) }],
    ['setSettings', { theme: 'pink' }],
    ['grantDropped', { tokens: [1] }],
  ] as const)('of %s that are wrong are refused by name: %j', (method, arg) => {
    expect(() => checkArgument(method, arg)).toThrow(new RegExp(`^invalid argument of ${method}`));
  });
});

describe('app:// serves its folder', () => {
  const folder = resolve('/srv/app');

  test('and what lies in it', () => {
    expect(pathWithin(folder, 'app://skysift/index.html')).toBe(join(folder, 'index.html'));
    expect(pathWithin(folder, 'app://skysift/assets/a%20b.js?v=1#x')).toBe(join(folder, 'assets', 'a b.js'));
  });

  test.each([
    'app://skysift/..%2fsecret.js',
    'app://skysift/a/..%2f..%2f..%2fetc/passwd',
    'app://skysift/%2e%2e%2f%2e%2e%2fx.js',
    'app://skysift/..%5cx.js',
    'app://skysift/%00.js',
    'app://skysift/%E0%A4%A',
    'app://other/index.html',
    'not a url',
  ])('and not %s', (url) => {
    expect(pathWithin(folder, url)).toBeUndefined();
  });

  test('and never anything outside, whatever the address', () => {
    const part = fc.oneof(fc.constantFrom('..', '%2e%2e', '%2f', '%5c', '/', '\\', 'a', '.', '%252e', '~'), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const path = pathWithin(folder, `app://skysift/${parts.join('')}`);
        expect(path === undefined || path.startsWith(folder + sep)).toBe(true);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

describe('the command line', () => {
  const cwd = resolve('/home/me');

  test('begins after the application’s folder', () => {
    expect(argumentsOfApp(['/bin/electron', '--no-sandbox', '--inspect=0', '.', '--workspace', 'w', 'a.fits'])).toEqual([
      '--workspace',
      'w',
      'a.fits',
    ]);
    expect(argumentsOfApp(['/bin/electron'])).toEqual([]);
  });

  test('names files relative to where the caller stands', () => {
    expect(parseCommandLine(['a.fits', '/data/b.csv'], cwd)).toEqual({ files: [join(cwd, 'a.fits'), resolve('/data/b.csv')], workspace: undefined });
    expect(parseCommandLine(['--workspace', 'w', 'a.fits'], cwd)).toEqual({ files: [join(cwd, 'a.fits')], workspace: join(cwd, 'w') });
    expect(parseCommandLine(['--workspace=w'], cwd)).toEqual({ files: [], workspace: join(cwd, 'w') });
  });

  test('leaves switches to Chromium, and takes everything after -- as files', () => {
    expect(parseCommandLine(['--disable-gpu', 'a', '--', '--odd name'], cwd).files).toEqual([join(cwd, 'a'), join(cwd, '--odd name')]);
  });
});

test('every command of a menu is one of the palette', () => {
  const palette = readFileSync(resolve(import.meta.dirname, '../../src/renderer/app/commands.ts'), 'utf8');
  const known = [...palette.matchAll(/\bid: '([\w.-]+)'/g)].map(([, id]) => id);
  const shown = Object.values(MENUS).flatMap((entries) => entries.flatMap((e) => (e === 'separator' ? [] : [e.id])));
  expect(shown.filter((id) => !known.includes(id))).toEqual([]);
  expect(new Set(shown).size).toBe(shown.length);
});
