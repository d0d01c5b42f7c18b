import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** The table of ARCHITECTURE.md: which rooms, which of Node and Electron, and which packages each room may import. */
interface Room {
  readonly rooms: readonly string[];
  readonly node: boolean;
  /** Files that may import Electron. */
  readonly electron: readonly RegExp[];
  readonly packages: readonly RegExp[];
}
const ROOMS: Readonly<Record<string, Room>> = {
  core: { rooms: ['core'], node: false, electron: [], packages: [/^@sinclair\/typebox(\/value)?$/, /^jsep$/] },
  workers: {
    rooms: ['core', 'workers'],
    node: true,
    electron: [/^workers\/entry\.(engine|reader)\.ts$/],
    packages: [/^@sinclair\/typebox(\/value)?$/, /^apache-arrow$/, /^fzstd$/, /^lz4js$/, /^yaml$/],
  },
  main: { rooms: ['core', 'main'], node: true, electron: [/^main\//], packages: [/^@sinclair\/typebox(\/value)?$/] },
  renderer: {
    rooms: ['core', 'renderer'],
    node: false,
    electron: [],
    packages: [
      /^vue$/,
      /^pinia$/,
      /^dockview-vue(\/|$)/,
      /^@tanstack\/vue-virtual$/,
      /^d3-(format|scale|scale-chromatic)$/,
      /^@sinclair\/typebox(\/value)?$/,
      /^gpu\.js$/,
      /^echarts\/(charts|components|core|renderers)$/,
      /^svgcanvas$/,
    ],
  },
};

/** Inside core: from what lies lower to what lies higher. `protocol/outcome` is below everything, the services' interfaces above. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  model: [],
  select: ['model'],
  numerics: ['model'],
  query: ['model', 'select', 'numerics'],
  quality: ['model', 'select', 'numerics', 'query'],
  operations: ['model', 'select', 'numerics'],
  help: ['model', 'operations'],
  recipe: ['model', 'select', 'numerics', 'operations'],
  sample: ['model', 'numerics'],
  lab: ['numerics', 'sample'],
  protocol: ['model', 'query', 'quality', 'operations', 'recipe', 'lab'],
};
const BELOW_ALL = ['core/protocol/outcome.ts'];

interface Import {
  readonly from: string;
  /** A path relative to src, or a package's name. */
  readonly to: string;
  readonly isPackage: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.(ts|vue)$/.test(e.name))
    .map((e) => join(e.parentPath, e.name));
}

/** The script of a Vue component, or the whole of a TypeScript file. */
function scriptOf(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (!path.endsWith('.vue')) return text;
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((m) => m[1]).join('\n');
}

function find(path: string): string | undefined {
  return [path, `${path}.ts`, `${path}.vue`, join(path, 'index.ts')].find((p) => existsSync(p) && /\.\w+$/.test(p));
}

function importsOf(path: string): Import[] {
  const from = relative(SRC, path).split(sep).join(posix.sep);
  // As the compiler reads it: static, dynamic, type-only and re-exports, and none in strings or comments.
  return ts.preProcessFile(scriptOf(path), true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith('.')) return { from, to: fileName, isPackage: true };
    const target = find(resolve(dirname(path), fileName.replace(/\?.*$/, '')));
    const to = target === undefined ? `missing: ${fileName}` : relative(SRC, target).split(sep).join(posix.sep);
    return { from, to, isPackage: false };
  });
}

const part = (path: string, k: number): string => path.split('/')[k] ?? '';
const shown = (imports: readonly Import[]): string[] => imports.map(({ from, to }) => `${from} → ${to}`);

let all: Import[] = [];
beforeAll(() => {
  all = sourceFiles(SRC).flatMap(importsOf);
});

describe('the rooms', () => {
  test('hold all files, and every import is found', () => {
    expect(all.length).toBeGreaterThan(300);
    expect([...new Set(all.map(({ from }) => part(from, 0)))].sort()).toEqual(Object.keys(ROOMS).sort());
    expect(shown(all.filter(({ to }) => to.startsWith('missing: ')))).toEqual([]);
  });

  test.each(Object.entries(ROOMS))('%s imports only what the table allows', (name, room) => {
    const mine = all.filter(({ from }) => part(from, 0) === name);
    const forbidden = mine.filter(({ from, to, isPackage }) => {
      if (!isPackage) return !to.startsWith('missing: ') && !room.rooms.includes(part(to, 0)) && !to.endsWith('.css') && !to.endsWith('.svg');
      if (to.startsWith('node:')) return !room.node;
      if (to === 'electron') return !room.electron.some((f) => f.test(from));
      return !room.packages.some((p) => p.test(to));
    });
    expect(shown(forbidden)).toEqual([]);
  });
});

test('every package is a dependency, and every dependency is used', () => {
  const { dependencies } = JSON.parse(readFileSync(join(SRC, '../package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const name = (to: string): string =>
    to
      .split('/')
      .slice(0, to.startsWith('@') ? 2 : 1)
      .join('/');
  const used = all.filter(({ to, isPackage }) => isPackage && !to.startsWith('node:') && to !== 'electron').map(({ to }) => name(to));
  expect([...new Set(used)].sort()).toEqual(Object.keys(dependencies).sort());
});

describe('inside core', () => {
  test('imports go down only', () => {
    const forbidden = all.filter(({ from, to, isPackage }) => {
      if (isPackage || part(from, 0) !== 'core' || part(to, 0) !== 'core' || BELOW_ALL.includes(to)) return false;
      const [above, below] = [part(from, 1), part(to, 1)];
      return above !== below && !CORE[above]?.includes(below);
    });
    expect(shown(forbidden)).toEqual([]);
  });

  test('no operation imports another', () => {
    const isOperation = (path: string): boolean => /^core\/operations\/[^/]+\/[^/]+\.ts$/.test(path);
    expect(shown(all.filter(({ to, isPackage }) => !isPackage && isOperation(to)))).toEqual([]);
  });
});

describe('inside the renderer', () => {
  test('no view imports another', () => {
    const view = (path: string): string | undefined => /^renderer\/views\/([^/]+)\/./.exec(path)?.[1];
    const forbidden = all.filter(({ from, to, isPackage }) => {
      const [a, b] = [view(from), isPackage ? undefined : view(to)];
      return a !== undefined && b !== undefined && a !== b;
    });
    expect(shown(forbidden)).toEqual([]);
  });

  test('components import no panels, views or application', () => {
    const forbidden = all.filter(({ from, to }) => from.startsWith('renderer/components/') && /^renderer\/(panels|views|app)\//.test(to));
    expect(shown(forbidden)).toEqual([]);
  });
});
