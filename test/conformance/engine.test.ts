import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/core/model/column';
import type { OperationDef } from '../../src/core/operations/definition';
import { operations } from '../../src/core/operations/registry';
import type { Step } from '../../src/core/recipe/recipe';
import type { TableInfo } from '../../src/core/protocol/engine-service';
import { main } from '../../src/workers/cli/main';
import { InlineExecutor } from '../../src/workers/engine/threads/inline-executor';
import { withFolder } from '../with-folder';
import { context, ok, testEngine, type TestEngine } from '../workers/engine/engine-helpers';

/** For an operation whose example needs what a table of numbers cannot have (a flag to clear): a plain light curve, some of it flagged before. */
const PLAIN: Partial<Record<Role, readonly number[]>> = { time: [1, 2, 3, 4, 5, 6], value: [10, 11, 10, 30, 10, 11] };

/** The first example of an operation as a CSV whose columns are named by their roles. */
function exampleCsv(op: OperationDef): string {
  const columns = Object.entries(op.examples[0]?.columns ?? PLAIN) as [Role, readonly number[]][];
  const rows = columns[0]?.[1].length ?? 0;
  const lines = [columns.map(([role]) => role).join(',')];
  for (let i = 0; i < rows; i++) lines.push(columns.map(([, values]) => (Number.isNaN(values[i]) ? '' : String(values[i]))).join(','));
  return `${lines.join('\n')}\n`;
}

/** The first example of an operation of images as a FITS file: 64-bit floats, big-endian, NaN where missing. */
function exampleFits(op: OperationDef): Buffer {
  const { image, columns } = op.examples[0]!;
  const { width, height } = image!;
  const values = columns.value!;
  const card = (key: string, value: string | number): string => `${key.padEnd(8)}= ${String(value).padStart(20)}`.padEnd(80);
  const cards = [card('SIMPLE', 'T'), card('BITPIX', -64), card('NAXIS', 2), card('NAXIS1', width), card('NAXIS2', height), 'END'.padEnd(80)];
  const data = Buffer.alloc(Math.ceil((8 * values.length) / 2880) * 2880);
  values.forEach((v, i) => data.writeDoubleBE(v, 8 * i));
  return Buffer.concat([Buffer.from(cards.join('').padEnd(2880), 'latin1'), data]);
}

/** The second file of operations whose example reads two. */
const BESIDE = 'beside.csv';

const readsTwo = (op: OperationDef): boolean => op.companion !== undefined && op.examples[0]?.companion !== undefined;

function besideCsv(op: OperationDef): string {
  const columns = Object.entries(op.examples[0]!.companion![0]!.columns);
  const lines = columns[0]![1].map((_, i) => columns.map(([, values]) => values[i]).join(','));
  return `${[columns.map(([name]) => name).join(','), ...lines].join('\n')}\n`;
}

function exampleStep(op: OperationDef, table: TableInfo): Step {
  const names = new Set(table.meta.columns.map((c) => c.name));
  const bind = Object.fromEntries(op.inputs.filter((i) => names.has(i.role)).map((i) => [i.role, i.role]));
  const beside = readsTwo(op) ? { with: { name: BESIDE } } : {};
  return {
    id: 'conformance',
    op: op.id,
    version: op.version,
    params: { ...op.examples[0]?.params },
    bind,
    scope: op.scope[0]!,
    enabled: true,
    ...beside,
  };
}

async function opened(op: OperationDef, folder: string): Promise<{ engine: TestEngine; table: TableInfo; file: string }> {
  const file = join(folder, op.ofImages ? 'example.fits' : 'example.csv');
  await writeFile(file, op.ofImages ? exampleFits(op) : exampleCsv(op));
  const engine = await testEngine(join(folder, 'workspace'));
  const [table] = ok(await engine.service.open({ grants: [file] }, context()));
  if (readsTwo(op)) {
    await writeFile(join(folder, BESIDE), besideCsv(op));
    ok(await engine.service.open({ grants: [join(folder, BESIDE)] }, context()));
  }
  if (op.examples.length > 0) return { engine, table: table!, file };
  const before: Step = { id: 'before', op: 'flags.mark', version: 1, params: {}, bind: {}, scope: 'table', enabled: true };
  ok(await engine.service.apply({ table: table!.id, step: { ...before, where: { kind: 'range', axis: { column: 'value' }, low: 20 } } }, context()));
  return { engine, table: (await engine.service.tables({}, context()))[0]!, file };
}

/** Every file below a folder but the journal, with its bytes. */
async function filesUnder(folder: string): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name !== 'journal.jsonl') out[path] = (await readFile(path)).toString('base64');
  }
  return out;
}

/** All there is to know of a table but how often it changed. */
const essence = ({ version: _v, undoable: _u, redoable: _r, ...rest }: TableInfo): Omit<TableInfo, 'version' | 'undoable' | 'redoable'> => rest;

async function exported(engine: TestEngine, table: string, path: string): Promise<string> {
  ok(await engine.service.export({ table, grant: path, format: 'csv', flagged: 'keep' }, context()));
  return readFile(path, 'utf8');
}

describe.each([...operations.values()].map((op) => [op.id, op] as const))('%s in the engine', (_, op) => {
  it('undone leaves everything as it was, redone as it became', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(op, folder);
      const id = table.id;
      const before = await exported(engine, id, join(folder, 'before.csv'));
      const report = ok(await engine.service.apply({ table: id, step: exampleStep(op, table) }, context()));
      const applied = (await engine.service.tables({}, context()))[0]!;
      const after = await exported(engine, id, join(folder, 'after.csv'));
      expect(report.rowsFlagged + report.columnsAdded.length + report.resultRows, 'the example does something').toBeGreaterThanOrEqual(0);
      const undone = ok(await engine.service.undo({ table: id }, context()));
      expect(essence(undone)).toEqual(essence(table));
      expect(await exported(engine, id, join(folder, 'undone.csv'))).toBe(before);
      const redone = ok(await engine.service.redo({ table: id }, context()));
      expect(essence(redone)).toEqual(essence(applied));
      expect(await exported(engine, id, join(folder, 'redone.csv'))).toBe(after);
      await engine.close();
    });
  });

  it('cancelled is an outcome and leaves the store untouched', async () => {
    await withFolder(async (folder) => {
      const { engine, table } = await opened(op, folder);
      const before = await filesUnder(join(folder, 'workspace'));
      const abort = new AbortController();
      abort.abort();
      const outcome = await engine.service.apply({ table: table.id, step: exampleStep(op, table) }, context(abort.signal));
      expect(outcome).toEqual({ cancelled: true });
      expect(await filesUnder(join(folder, 'workspace'))).toEqual(before);
      expect(essence((await engine.service.tables({}, context()))[0]!)).toEqual(essence(table));
      await engine.close();
    });
  });

  it('does the same from a recipe on the command line', async () => {
    await withFolder(async (folder) => {
      const { engine, table, file } = await opened(op, folder);
      ok(await engine.service.apply({ table: table.id, step: exampleStep(op, table) }, context()));
      const window = await exported(engine, table.id, join(folder, 'window.csv'));
      const recipe = join(folder, 'recipe.json');
      await writeFile(recipe, JSON.stringify(await engine.service.recipe({ table: table.id }, context())));
      await engine.close();
      const errors: string[] = [];
      const beside = readsTwo(op) ? ['--with', join(folder, BESIDE)] : [];
      const code = await main(['apply', recipe, file, ...beside, '-o', join(folder, 'line.csv'), '--jobs', '1'], {
        cwd: folder,
        signal: new AbortController().signal,
        out: () => Promise.resolve(),
        err: (text) => void errors.push(text),
        isTerminal: false,
        executor: () => new InlineExecutor(),
      });
      // Remarks are for the reader of the terminal; failures would be lines without their word.
      expect(errors.filter((line) => !/^skysift: (info|warning): /.test(line))).toEqual([]);
      expect(code).toBe(0);
      if (op.writes !== 'table') expect(await readFile(join(folder, 'line.csv'), 'utf8')).toBe(window);
    });
  });
});
