import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assembly } from './assembly.mjs';
import { root } from './paths.mjs';

/**
 * How each room is built: four plain Vite builds. Targets are written out, because what runs the build is not what runs the result: Electron 33
 * (Node 20, Chrome 130) is the oldest that must. Node's side is bundled whole, so that a process starts by reading a few files, not hundreds.
 */
const NODE = 'node20';
const CHROME = 'chrome130';

const common = { root, configFile: false, logLevel: 'warn', publicDir: false, plugins: [assembly()] };

/** Nothing is minified: the files are local, traces stay readable, and GPU kernels are made from their own source text. */
function build(outDir, target, input, extra = {}) {
  return {
    outDir,
    emptyOutDir: true,
    target,
    minify: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: { input, checks: { pluginTimings: false }, ...extra },
  };
}

function nodeRoom(outDir, input, external, output) {
  return {
    ...common,
    build: {
      ...build(outDir, NODE, input, { external, output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', ...output } }),
      ssr: true,
    },
    ssr: { noExternal: true, target: 'node' },
  };
}

const WORKERS = ['entry.engine', 'entry.reader', 'entry.thread', 'entry.lab', 'entry.cli'];

/** Vite configurations by room name; each writes into `<out>/<room>`. */
export async function rooms(out) {
  const { default: vue } = await import('@vitejs/plugin-vue');
  const workers = WORKERS.map((name) => [name, join(root, 'src/workers', `${name}.ts`)]).filter(([, file]) => existsSync(file));
  return {
    main: nodeRoom(join(out, 'main'), { index: join(root, 'src/main/index.ts') }, ['electron'], { format: 'es' }),
    // A sandboxed preload script is CommonJS in one file.
    preload: nodeRoom(join(out, 'preload'), { index: join(root, 'src/main/preload.ts') }, ['electron'], {
      format: 'cjs',
      entryFileNames: '[name].cjs',
    }),
    workers: nodeRoom(join(out, 'workers'), Object.fromEntries(workers), [], { format: 'es' }),
    renderer: {
      ...common,
      root: join(root, 'src/renderer'),
      base: '/',
      plugins: [assembly(), vue()],
      // Nothing inlined: the page's policy takes fonts and workers from files only.
      build: {
        ...build(join(out, 'renderer'), CHROME, join(root, 'src/renderer/index.html')),
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
      },
      worker: { format: 'es', plugins: () => [assembly()] },
    },
  };
}
