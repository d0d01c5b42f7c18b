import type { OperationDef, ResultValue } from '../../../core/operations/definition';
import type { EngineService, FlaggedRows, TableInfo } from '../../../core/protocol/engine-service';
import { AppError } from '../../../core/protocol/outcome';
import type { Implementation } from '../../../core/protocol/rpc';
import { checkParams } from '../../../core/recipe/resolve';
import type { Step, StepReport } from '../../../core/recipe/recipe';
import type { Scope } from '../../../core/operations/definition';
import { one, print, remark, type Command, type CommandContext } from '../command';
import { distinct, EngineSession, flagCounts, formatOf } from '../engine-session';
import { RUN_FLAG_NAMES, RUN_FLAGS, rolesOf } from '../run-flags';
import { coerce, flagsOf } from '../schema-flags';
import { printCell, printCount, textTable } from '../text-table';
import { UsageError } from '../usage-error';
import { operationOf } from './ops';

const DEFAULT_RESULTS = 1000;

/** `skysift run ID IN -o OUT [--PARAM value…] …`: one operation. */
export const run: Command = {
  name: 'run',
  usage: 'ID IN… -o OUT [--PARAM value…] [--role time=TIME…] [--scope object] [--where EXPR] [--flagged keep|drop|mask] [--json]',
  summary: 'One operation on a file; OUT gets the data, the flags and the recipe.',
  notes: 'Parameters are the flags of the operation: skysift ops ID lists them. OUT may be left out when only the report is wanted.',
  flags: (argv) => {
    const id = argv.find((word) => !word.startsWith('-'));
    const op = id === undefined ? undefined : operationOf(id);
    return [...(op ? flagsOf(op.params, RUN_FLAG_NAMES).map((f) => f.flag) : []), ...RUN_FLAGS];
  },
  async run(context) {
    const [id, ...inputs] = context.flags.positionals;
    if (id === undefined) throw new UsageError('run needs ID', 'skysift ops lists the operations');
    if (inputs.length === 0) throw new UsageError('run needs IN', 'give the file to work on');
    const op = operationOf(id);
    if (one(context.flags, 'with') !== undefined) throw new UsageError(`${op.id} takes no second file`, 'leave --with out');
    const out = one(context.flags, 'out');
    if (out !== undefined) formatOf(out);
    const step = stepOf(context, op);
    const results = Number(one(context.flags, 'results') ?? DEFAULT_RESULTS);
    const roles = rolesOf(context.flags);
    const started = performance.now();
    await EngineSession.use(context, async (session) => {
      const opened = await session.open(inputs, { table: one(context.flags, 'table'), roles });
      const report = session.take(await session.service.apply({ table: opened.id, step }, session.context(op.id)), `${op.id}`);
      const table = await session.current(opened.id);
      const rows = report.resultRows > 0 ? await resultRows(session.service, table, report, results, context) : undefined;
      if (out !== undefined) await session.export(table.id, out, (one(context.flags, 'flagged') ?? 'keep') as FlaggedRows);
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
        results: op.writes === 'table' || rows ? (rows ?? []) : undefined,
        resultRows: op.writes === 'table' ? report.resultRows : undefined,
      };
      await print(context, document, () => asText(op, table, report, rows, out, seconds));
    });
  },
};

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

type ResultRow = Readonly<Record<string, ResultValue | null>>;

/** Rows of the step's result table: the object, then one key a column. */
async function resultRows(
  service: Implementation<EngineService>,
  table: TableInfo,
  report: StepReport,
  limit: number,
  context: CommandContext,
): Promise<readonly ResultRow[]> {
  const outcome = await service.query(
    { kind: 'objects', table: table.id, offset: 0, limit },
    { signal: context.io.signal, progress: context.progress.stage('results') },
  );
  if (!('ok' in outcome) || outcome.ok.kind !== 'objects') return [];
  const columns = table.results?.find((r) => r.step === report.step.id)?.columns;
  const idName = table.roles.object ?? 'object';
  return outcome.ok.objects
    .filter((o) => o.results)
    .map((o) => ({ [idName]: o.id, ...Object.fromEntries((columns ?? Object.keys(o.results!)).map((c) => [c, o.results![c] ?? null])) }));
}

function asText(
  op: OperationDef,
  table: TableInfo,
  report: StepReport,
  results: readonly ResultRow[] | undefined,
  out: string | undefined,
  seconds: number,
): string {
  const lines = [`${op.title}: ${printCount(table.meta.rows)} rows, ${printCount(table.flagged)} flagged, ${seconds} s`];
  for (const [name, count] of Object.entries(flagCounts(table))) lines.push(`  flag ${name}: ${printCount(count)} rows`);
  if (report.columnsAdded.length > 0) lines.push(`  added ${report.columnsAdded.join(', ')}`);
  if (results && results.length > 0) {
    const names = Object.keys(results[0]!);
    const shown = results.slice(0, 20).map((r) => names.map((n) => printCell(r[n] ?? undefined, 'float64')));
    lines.push(
      textTable(
        [names, ...shown],
        names.map((_, i) => i > 0),
        '  ',
        '  ',
      ),
    );
    if (results.length > 20) lines.push(`  … ${printCount(report.resultRows)} in all; --json prints them`);
  }
  if (out !== undefined) lines.push(`wrote ${out}`);
  return lines.join('\n');
}
