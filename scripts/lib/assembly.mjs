import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './paths.mjs';

const SOURCES = join(root, 'src/assembly');
const KEPT = join(root, '.tsbuild/assembly');
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--importMemory'];

/** A module of src/core/numerics/wasm: `<name>-wasm.ts` holds the bytes of src/assembly/<name>.ts. */
const MODULE = /\/src\/core\/numerics\/wasm\/([\w-]+)-wasm\.ts$/;

async function compile(name, text) {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes;
  const { error, stderr } = await asc.main([`${name}.ts`, '--outFile', `${name}.wasm`, ...OPTIONS], {
    readFile: (file) => (file === `${name}.ts` ? text : null),
    writeFile: (_, contents) => void (bytes = contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`src/assembly/${name}.ts: ${stderr.toString()}`, { cause: error });
  return bytes;
}

/** The WebAssembly of src/assembly/<name>.ts. The compiler takes seconds to start: what it made of a source is kept. */
async function assembled(name) {
  const text = readFileSync(join(SOURCES, `${name}.ts`), 'utf8');
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8'));
  const key = createHash('sha256')
    .update(JSON.stringify([text, version, OPTIONS]))
    .digest('hex')
    .slice(0, 16);
  const kept = join(KEPT, `${name}-${key}.wasm`);
  if (existsSync(kept)) return readFileSync(kept);
  const bytes = await compile(name, text);
  mkdirSync(KEPT, { recursive: true });
  const next = `${kept}.${process.pid}`;
  writeFileSync(next, bytes);
  renameSync(next, kept);
  return bytes;
}

const constantOf = (name) => `${name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())}Wasm`;

/** Vite plugin: compiles AssemblyScript and puts the bytes in the place of the module that stands for them. */
export function assembly() {
  return {
    name: 'skysift-assembly',
    enforce: 'pre',
    async load(id) {
      const name = MODULE.exec(id.replaceAll('\\', '/'))?.[1];
      if (name === undefined) return undefined;
      this.addWatchFile?.(join(SOURCES, `${name}.ts`));
      const bytes = await assembled(basename(name));
      return { code: `export const ${constantOf(name)} = Uint8Array.of(${[...bytes].join(',')});\n`, map: null };
    },
  };
}
