import { resolve } from 'node:path';
import type { OperationDef, ResultValue, Scope } from '../../../core/operations/definition';
import type { FlaggedRows, TableInfo } from '../../../core/protocol/engine-service';
import { operations } from '../../../core/operations/registry';
import { AppError } from '../../../core/protocol/outcome';
import { checkParams } from '../../../core/operations/check-params';
import type { Step, StepReport } from '../../../core/recipe/recipe';
import { one, print, remark, type Command, type CommandContext } from '../command';
import { distinct, EngineSession, flagCounts, formatOf } from '../engine-session';
import { dropEmpty, partialsBeside, RUN_FLAG_NAMES, RUN_FLAGS, rolesOf } from '../run-flags';
import { coerce, flagsOf } from '../schema-flags';
import { printCell, printCount, textTable } from '../text-table';
import { UsageError } from '../usage-error';
import { operationOf } from './ops';

const DEFAULT_RESULTS = 1000;
const SHOWN_AS_TEXT = 20;

/** `skysift run ID IN -o OUT [--PARAM value…] …`: one operation. */
export const run: Command = {
  name: 'run',
  usage: 'ID IN… -o OUT [--PARAM value…] [--role time=TIME…] [--scope object] [--where EXPR] [--with FILE2] [--flagged keep|drop|mask] [--json]',
  summary: 'One operation on a file; OUT gets the data, the flags and the recipe, or the table of results where the operation makes one.',
  notes: 'Parameters are the flags of the operation: skysift ops ID lists them. OUT may be left out when only the report is wanted.',
  flags: (argv) => {
    // The operation may come after flags whose values look like anything.
    const id = argv.find((word) => operations.has(word)) ?? argv.find((word) => !word.startsWith('-'));
    const op = id === undefined ? undefined : operationOf(id);
    return [...(op ? flagsOf(op.params, RUN_FLAG_NAMES).map((f) => f.flag) : []), ...RUN_FLAGS];
  },
  async run(context) {
    const [id, ...inputs] = context.flags.positionals;
    if (id === undefined) throw new UsageError('run needs ID', 'skysift ops lists the operations');
    if (inputs.length === 0) throw new UsageError('run needs IN', 'give the file to work on');
    const op = operationOf(id);
    const second = one(context.flags, 'with');
    if (second !== undefined && !op.companion) throw new UsageError(`${op.id} takes no second file`, 'leave --with out');
    if (second === undefined && op.companion && !op.companion.optional)
      throw new UsageError(`${op.id} needs --with FILE2: ${op.companion.title.toLowerCase()}`, op.companion.description);
    const out = one(context.flags, 'out');
    if (out !== undefined) formatOf(out);
    const step = stepOf(context, op);
    const shown = Number(one(context.flags, 'results') ?? DEFAULT_RESULTS);
    if (!Number.isInteger(shown) || shown < 0) throw new UsageError(`invalid --results: ${shown} (must be a whole number, 0 or more)`);
    const roles = rolesOf(context.flags);
    const objectsOut = one(context.flags, 'objects-out');
    if (objectsOut !== undefined) formatOf(objectsOut);
    const partials = partialsOf(context, out ?? objectsOut);
    const started = performance.now();
    const work = async (session: EngineSession): Promise<void> => {
      const opened = await session.open(inputs, { table: one(context.flags, 'table'), roles, image: op.ofImages });
      const beside = second === undefined ? undefined : await session.openBeside(second);
      const report = session.take(
        await session.service.apply({ table: opened.id, step: { ...step, with: beside } }, session.context(op.id)),
        `${op.id}`,
      );
      const table = await session.current(opened.id);
      const hasResults = op.writes === 'table' || report.resultRows > 0;
      const results = report.resultRows > 0 ? await resultRows(session, table, report, Math.max(shown, SHOWN_AS_TEXT)) : [];
      if (out !== undefined) await write(context, session, op, table.id, report.step.id, out);
      if (objectsOut !== undefined) await session.export(table.id, objectsOut, 'keep', undefined, 'objects');
      const alerts = distinct([...session.alerts, ...report.alerts]);
      const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
      remark(context, alerts);
      const document = {
        rows: table.meta.rows,
        flagged: table.flagged,
        flags: flagCounts(table),
        columns: report.columnsAdded,
        alerts,
        seconds,
        out: out ?? null,
        objectsOut,
        // A missing value is a key with null, so that every row has every key.
        results: hasResults ? results.slice(0, shown).map(nullsFor) : undefined,
        resultRows: hasResults ? report.resultRows : undefined,
      };
      const outs = [out, objectsOut].filter((path) => path !== undefined);
      await print(context, document, () => asText(op, table, report, results, outs, seconds));
    };
    await EngineSession.use(context, work, false, partials);
    await dropEmpty(partials);
  },
};

/** Where a stopped search is kept, when the user wants to go on with it. Throws UsageError when there is no output it could lie beside. */
function partialsOf(context: CommandContext, out: string | undefined): string | undefined {
  if (one(context.flags, 'resume') !== 'true') return undefined;
  if (out === undefined) throw new UsageError('--resume needs -o OUT', 'what is done is kept beside it');
  return resolve(context.io.cwd, partialsBeside(out));
}

/** The step the words of the command line describe. Throws UsageError for parameters the operation refuses. */
function stepOf(context: CommandContext, op: OperationDef): Step {
  const given: Record<string, unknown> = {};
  for (const { param, flag } of flagsOf(op.params, RUN_FLAG_NAMES)) {
    const words = context.flags.values.get(flag.name);
    if (words) given[param] = coerce(flag.name, words, op.params.properties[param]!);
  }
  try {
    checkParams(op, given);
  } catch (error) {
    const { message, hint } = AppError.from(error).fields;
    throw new UsageError(message, hint ?? `see skysift ops ${op.id}`);
  }
  const scope = (one(context.flags, 'scope') ?? op.scope[0] ?? 'table') as Scope;
  if (!op.scope.includes(scope)) throw new UsageError(`invalid --scope: ${scope} (${op.id} works on ${op.scope.join(', ')})`);
  const where = one(context.flags, 'where');
  return {
    id: 's1',
    op: op.id,
    version: op.version,
    params: given,
    bind: {},
    scope,
    where: where === undefined ? undefined : { kind: 'expression', expression: where },
    enabled: true,
  };
}

/** OUT: the results, when the operation makes some; else the data with its flags and new columns. Both carry the recipe. */
async function write(context: CommandContext, session: EngineSession, op: OperationDef, table: string, step: string, out: string): Promise<void> {
  const flagged = (one(context.flags, 'flagged') ?? 'keep') as FlaggedRows;
  await session.export(table, out, flagged, undefined, op.writes === 'table' ? { results: step } : undefined);
}

const nullsFor = (row: ResultRow): Readonly<Record<string, ResultValue | null>> =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? null]));

type ResultRow = Readonly<Record<string, ResultValue>>;

/** Rows of the step's result table, the object and band first under the names of their columns. */
async function resultRows(session: EngineSession, table: TableInfo, report: StepReport, limit: number): Promise<readonly ResultRow[]> {
  const page = session.take(
    await session.service.results({ table: table.id, step: report.step.id, offset: 0, limit }, session.context('results')),
    'reading the results',
  );
  const { bind } = report.step;
  return page.rows.map(({ object, band, ...values }) => ({
    ...(object === undefined ? {} : { [bind.object ?? table.roles.object ?? 'object']: object }),
    ...(band === undefined ? {} : { [bind.band ?? table.roles.band ?? 'band']: band }),
    ...values,
  }));
}

function asText(
  op: OperationDef,
  table: TableInfo,
  report: StepReport,
  results: readonly ResultRow[],
  outs: readonly string[],
  seconds: number,
): string {
  const lines = [`${op.title}: ${printCount(table.meta.rows)} rows, ${printCount(table.flagged)} flagged, ${seconds} s`];
  for (const [name, count] of Object.entries(flagCounts(table))) lines.push(`  flag ${name}: ${printCount(count)} rows`);
  if (report.columnsAdded.length > 0) lines.push(`  added ${report.columnsAdded.join(', ')}`);
  if (results.length > 0) {
    const names = Object.keys(results[0]!);
    const shown = results.slice(0, SHOWN_AS_TEXT).map((r) => names.map((n) => printCell(r[n], 'float64')));
    lines.push(
      textTable(
        [names, ...shown],
        names.map((_, i) => i > 0),
        '  ',
        '  ',
      ),
    );
    if (report.resultRows > shown.length) lines.push(`  … ${printCount(report.resultRows)} in all; --json prints them`);
  }
  for (const path of outs) lines.push(`wrote ${path}`);
  return lines.join('\n');
}
