import { access, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Alert } from '../../../core/model/table';
import type { FlaggedRows } from '../../../core/protocol/engine-service';
import { AppError } from '../../../core/protocol/outcome';
import { operations } from '../../../core/operations/registry';
import type { Recipe, Step, StepCompanion } from '../../../core/recipe/recipe';
import { one, print, remark, type Command, type CommandContext } from '../command';
import { distinct, EngineSession, flagCounts, formatOf } from '../engine-session';
import type { FlagSpec } from '../flags';
import { expandInputs } from '../input';
import { dropEmpty, FLAGGED_FLAG, OBJECTS_OUT_FLAG, OUT_FLAG, partialsBeside, ROLE_FLAG, rolesOf, TABLE_FLAG, WITH_FLAG } from '../run-flags';
import { printCount } from '../text-table';
import { UsageError } from '../usage-error';

const FLAGS: readonly FlagSpec[] = [
  { ...OUT_FLAG, help: 'the file to write; or a folder, which gets one output an input, under the same name' },
  FLAGGED_FLAG,
  ROLE_FLAG,
  TABLE_FLAG,
  { ...WITH_FLAG, many: true, help: 'the second file of the steps that read two; several when they read different ones' },
  { name: 'shard', kind: 'string', metavar: 'I/N', help: 'of the inputs only every Nth, beginning with the Ith (1 to N); OUT is a folder' },
  {
    name: 'resume',
    kind: 'boolean',
    help: 'leave outputs that are there already as they are, and go on with the searches over objects that were stopped',
  },
  OBJECTS_OUT_FLAG,
];

interface Done {
  readonly in: string;
  readonly out: string;
  readonly rows: number;
  readonly flagged: number;
  readonly flags: Readonly<Record<string, number>>;
  readonly columns: readonly string[];
  readonly alerts: readonly Alert[];
}

/** `skysift apply RECIPE.json IN… -o OUT …`: a recipe as the window exports it. */
export const apply: Command = {
  name: 'apply',
  usage: 'RECIPE.json IN… -o OUT [--with FILE2] [--flagged keep|drop|mask] [--shard I/N] [--resume] [--json]',
  summary: 'A whole recipe on other data: the same steps by the same code.',
  notes: 'Several INs and an OUT that is a file make one table of them. An output is whole or not there.',
  flags: () => FLAGS,
  async run(context) {
    const [recipePath, ...inputs] = context.flags.positionals;
    if (recipePath === undefined) throw new UsageError('apply needs RECIPE.json', 'the window writes one: History, Save recipe');
    if (inputs.length === 0) throw new UsageError('apply needs IN', 'give the file or files to clean');
    const out = one(context.flags, 'out');
    if (out === undefined) throw new UsageError('apply needs -o OUT', 'say where to write');
    const recipe = await readRecipe(recipePath, context);
    const files = await expandInputs(inputs, context.io);
    const isFolder = out.endsWith('/') || (await folderExists(resolve(context.io.cwd, out)));
    const shard = shardOf(one(context.flags, 'shard'));
    if (!isFolder && shard) throw new UsageError('--shard needs a folder as OUT', `write -o ${out}/`);
    const objectsOut = one(context.flags, 'objects-out');
    if (objectsOut !== undefined) {
      if (isFolder) throw new UsageError('--objects-out needs one OUT that is a file', 'apply the recipe to one input');
      formatOf(objectsOut);
    }
    if (!isFolder) formatOf(out);
    const started = performance.now();
    const done = isFolder ? await applyEach(context, recipe, files, out, shard) : [await applyTo(context, recipe, files, out)];
    const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
    for (const d of done) remark(context, d.alerts);
    const flags: Record<string, number> = {};
    for (const d of done) for (const [name, count] of Object.entries(d.flags)) flags[name] = (flags[name] ?? 0) + count;
    const document = {
      rows: done.reduce((n, d) => n + d.rows, 0),
      flagged: done.reduce((n, d) => n + d.flagged, 0),
      flags,
      columns: [...new Set(done.flatMap((d) => d.columns))],
      alerts: distinct(done.flatMap((d) => d.alerts)),
      seconds,
      out,
      files: isFolder ? done.map(({ in: from, out: to, rows, flagged }) => ({ in: from, out: to, rows, flagged })) : undefined,
    };
    await print(context, document, () => {
      const lines = done.map((d) => `${d.out}: ${printCount(d.rows)} rows, ${printCount(d.flagged)} flagged`);
      return [...lines, `${done.length === 1 ? '1 output' : `${done.length} outputs`}, ${seconds} s`].join('\n');
    });
  },
};

/** A recipe file. Throws AppError naming what is wrong with it. */
async function readRecipe(path: string, context: CommandContext): Promise<Recipe> {
  const during = `reading the recipe ${path}`;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(resolve(context.io.cwd, path), 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw AppError.from(error, during);
    throw new AppError(
      { code: 'unreadable', message: `it is not JSON: ${error.message}`, hint: 'give a recipe Skysift saved', during },
      { cause: error },
    );
  }
  const recipe = value as Partial<Recipe> | null;
  if (recipe?.skysift !== 1 || !Array.isArray(recipe.steps)) {
    throw new AppError({
      code: 'unreadable',
      message: 'it is not a recipe (must have "skysift": 1 and "steps")',
      hint: 'give a recipe Skysift saved',
      during,
    });
  }
  return recipe as Recipe;
}

async function folderExists(path: string): Promise<boolean> {
  return stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );
}

function shardOf(text: string | undefined): { index: number; count: number } | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (!match || index < 1 || count < 1 || index > count) throw new UsageError(`invalid --shard: ${text} (must be I/N with I from 1 to N)`);
  return { index, count };
}

/** One output an input; outputs of one name are refused before anything is written. */
async function applyEach(
  context: CommandContext,
  recipe: Recipe,
  files: readonly string[],
  out: string,
  shard: { index: number; count: number } | undefined,
): Promise<readonly Done[]> {
  const names = files.map((f) => outputName(f));
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (twice !== undefined) throw new UsageError(`two inputs would both be written to ${twice}`, 'give them in separate calls');
  await mkdir(resolve(context.io.cwd, out), { recursive: true });
  const done: Done[] = [];
  for (const [i, file] of files.entries()) {
    if (shard && i % shard.count !== shard.index - 1) continue;
    const target = join(out, names[i]!);
    if (one(context.flags, 'resume') === 'true' && (await exists(resolve(context.io.cwd, target)))) continue;
    done.push(await applyTo(context, recipe, [file], target));
  }
  return done;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Inputs in a format we write keep their name; others become FITS. */
function outputName(file: string): string {
  const name = basename(file).replace(/\.gz$/i, '');
  try {
    formatOf(name);
    return name;
  } catch {
    return `${name.replace(/\.[^.]+$/, '')}.fits`;
  }
}

/** The step with the file given for it: the only one, else the one it names. */
function besideOf(step: Step, given: readonly StepCompanion[]): Step {
  if (!operations.get(step.op)?.companion || given.length === 0) return step;
  const file = given.length === 1 ? given[0]! : (given.find((g) => g.sha256 === step.with?.sha256) ?? given.find((g) => g.name === step.with?.name));
  return file ? { ...step, with: { ...step.with, ...file } } : step;
}

async function applyTo(context: CommandContext, recipe: Recipe, files: readonly string[], out: string): Promise<Done> {
  const partials = one(context.flags, 'resume') === 'true' ? resolve(context.io.cwd, partialsBeside(out)) : undefined;
  const work = async (session: EngineSession): Promise<Done> => {
    const roles = { ...recipe.roles, ...rolesOf(context.flags) };
    const opened = await session.open(files, { table: one(context.flags, 'table'), preferred: recipe.source?.table, roles });
    const beside: StepCompanion[] = [];
    for (const file of context.flags.values.get('with') ?? []) beside.push(await session.openBeside(file));
    const steps = recipe.steps.map((step) => besideOf(step, beside));
    const problems = await session.service.checkRecipe({ table: opened.id, recipe: { ...recipe, steps } }, session.context('checking'));
    const missing = problems.filter((p) => p.severity === 'warning');
    if (missing.length > 0) {
      throw new AppError({
        code: 'invalid-argument',
        message: missing.map((p) => p.message).join('; '),
        hint: missing.find((p) => p.hint)?.hint ?? 'give columns their roles with --role',
        during: `checking the recipe against ${files.length === 1 ? basename(files[0]!) : `${files.length} files`}`,
      });
    }
    const reports = session.take(await session.service.setSteps({ table: opened.id, steps }, session.context('applying')), 'applying the recipe');
    const failed = reports.find((r) => r.state === 'failed');
    if (failed) throw new AppError({ code: 'invalid-argument', message: failed.error ?? 'the step failed', during: `step ${failed.step.op}` });
    const table = await session.current(opened.id);
    await session.export(table.id, out, (one(context.flags, 'flagged') ?? 'keep') as FlaggedRows);
    const objectsOut = one(context.flags, 'objects-out');
    if (objectsOut !== undefined) await session.export(table.id, objectsOut, 'keep', undefined, 'objects');
    return {
      in: files.length === 1 ? files[0]! : `${files.length} files`,
      out,
      rows: table.meta.rows,
      flagged: table.flagged,
      flags: flagCounts(table),
      columns: [...new Set(reports.flatMap((r) => [...r.columnsAdded]))],
      alerts: distinct([...session.alerts, ...reports.flatMap((r) => [...r.alerts])]),
    };
  };
  const done = await EngineSession.use(context, work, false, partials);
  await dropEmpty(partials);
  return done;
}
