import { join } from 'node:path';
import { AppError, Cancelled, toOutcome, type Outcome } from '../../core/protocol/outcome';
import type { EngineService, TableInfo } from '../../core/protocol/engine-service';
import type { CallContext, Implementation } from '../../core/protocol/rpc';
import { resultRecords } from '../../core/model/result-table';
import type { Alert } from '../../core/model/table';
import { operations } from '../../core/operations/registry';
import { checkStep, resolveStep, targetAfter } from '../../core/recipe/resolve';
import type { Recipe } from '../../core/recipe/recipe';
import { labPlace } from '../lab/lab-place';
import { runLab } from '../lab/run-lab';
import type { EngineCore } from './engine';
import { recipeOf } from './export/export-spec';
import { runQuality } from './quality/run-quality';
import { exportFile } from './service-export';
import { densityMap } from './service-density-map';
import { answer } from './service-query';
import { effects } from './service-effects';
import { imagePreview } from './service-image-preview';
import { dryRun, preview, signalMeter } from './service-preview';
import { chainFor } from './steps/replay';
import { type StepDeps, stepTarget } from './steps/prepare-step';
import { runStep } from './steps/run-step';
import type { OpenTable } from './table/open-table';

const MAX_LABEL = 9;

/** Steps run on whole tables only, and one after the other on each. */
class Turns {
  private readonly tails = new Map<string, Promise<unknown>>();
  take<T>(table: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.tails.get(table) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.tails.set(
      table,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

function ready(table: OpenTable): OpenTable {
  if (table.stage !== 'ready')
    throw new AppError({
      code: 'stale',
      message: `${table.meta.name} is still being read`,
      hint: 'steps can be applied when all of it is in the store',
    });
  return table;
}

/** The engine as the window and the command line call it. */
export function engineService(core: EngineCore): Implementation<EngineService> {
  const turns = new Turns();
  const get = (id: string): OpenTable => core.workspace.get(id);
  const deps = (): StepDeps => ({
    executor: core.executor,
    cache: core.cache,
    workspace: core.workspace.folder,
    tables: core.workspace.tables,
    objectIndex: core.objectIndex,
    partials: core.options.partials ?? join(core.workspace.folder, 'partial'),
    onResults: (progress) => core.onResults.emit(progress),
  });

  const opening = (
    during: string,
    request: Parameters<EngineCore['workspace']['open']>[0],
    context: CallContext,
  ): Promise<Outcome<readonly TableInfo[]>> => {
    const alerts: Alert[] = [];
    return toOutcome(
      async () => {
        const opened = await core.workspace.open(request, context);
        alerts.push(...opened.alerts);
        for (const table of opened.tables) {
          await core.indexObjects(table);
          core.changed(
            table,
            table.meta.columns.map((c) => c.name),
          );
        }
        return opened.tables.map((t) => t.info());
      },
      during,
      alerts,
    );
  };

  const move = (id: string, how: 'undo' | 'redo'): Promise<Outcome<TableInfo>> =>
    turns.take(id, () =>
      toOutcome(async () => {
        const table = ready(get(id));
        const before = table.state;
        await core.workspace.move(table, how);
        return core.changed(table, changedColumns(before, table));
      }, how),
    );

  return {
    openWorkspace: async ({ grant }) => core.openWorkspace(core.options.folder ?? (await core.options.host.resolveGrant(grant)).path),
    open: (request, context) => opening('opening', request, context),
    openSample: (_, context) => opening('making the sample survey', { grants: [], sample: true }, context),
    close: async ({ table }) => core.workspace.closeTable(table),
    tables: () => Promise.resolve(core.infos()),
    query: (query, context) => toOutcome(() => answer(core, query, context), `asking for ${query.kind}`),
    preview: (a, context) => toOutcome(() => preview(core, deps(), a, context), `previewing ${a.step.op}`),
    densityMap: (a, context) => toOutcome(() => densityMap(core, a, context), 'making a density map'),
    imagePreview: (a, context) => toOutcome(() => imagePreview(core, deps(), a, context), `previewing ${a.step.op}`),
    signalMeter: (a, context) => toOutcome(() => signalMeter(core, deps(), a, context), `measuring what ${a.step.op} leaves of a signal`),
    effects: (a, context) => toOutcome(() => effects(core, deps(), a, context), `looking at what ${a.step.op} does to the objects`),
    dryRun: (a, context) => toOutcome(() => dryRun(get(a.table), a.step, deps(), context), `trying ${a.step.op}`),

    apply: ({ table: id, step }, context) =>
      turns.take(id, () =>
        toOutcome(async () => {
          const table = ready(get(id));
          const { entries, states } = table.history.current;
          const before = entries.map((e) => e.report.step);
          const { entry, state } = await runStep(step, table, table.state, deps(), context, before);
          if (context.signal.aborted) throw new Cancelled();
          await core.workspace.commit(table, { entries: [...entries, entry], states: [...states, state] }, [entry]);
          core.changed(table, entry.report.columnsAdded);
          return entry.report;
        }, `applying ${step.op}`),
      ),
    setSteps: ({ table: id, steps }, context) =>
      turns.take(id, () =>
        toOutcome(async () => {
          const table = ready(get(id));
          const before = table.state;
          const { chain, fresh } = await chainFor(steps, table, deps(), context);
          if (context.signal.aborted) throw new Cancelled();
          await core.workspace.commit(table, chain, fresh);
          core.changed(table, changedColumns(before, table));
          return table.history.reports;
        }, 'replaying the recipe'),
      ),
    undo: ({ table }) => move(table, 'undo'),
    redo: ({ table }) => move(table, 'redo'),
    recipe: ({ table }) => Promise.resolve(recipeOf(get(table))),
    checkRecipe: ({ table, recipe }) => Promise.resolve(checkRecipe(get(table), recipe, core.workspace.tables)),

    setRole: ({ table: id, role, column }) =>
      toOutcome(async () => {
        const table = get(id);
        if (column !== undefined && !table.state.columns.has(column))
          throw new AppError({ code: 'not-found', message: `no column named ${column} in ${table.meta.name}`, column });
        table.roles.set(role, column);
        await core.workspace.record({ t: 'role', table: id, role, column });
        if (role === 'object' || role === 'band' || role === 'time' || role === 'value') await core.indexObjects(table);
        return core.changed(table, []);
      }, `giving a column the role ${role}`),
    setLabel: ({ table: id, object, label }) =>
      toOutcome(async () => {
        const table = get(id);
        if (!Number.isInteger(label) || label < 0 || label > MAX_LABEL)
          throw new AppError({ code: 'invalid-argument', message: `invalid label: ${label} (must be 0…${MAX_LABEL}; 0 takes it away)` });
        if (label === 0) table.labels.delete(object);
        else table.labels.set(object, label);
        await core.workspace.record({ t: 'label', table: id, object, label });
        return core.changed(table, []);
      }, 'labelling'),

    export: (a, context) => toOutcome(() => exportFile(core, ready(get(a.table)), a, context), 'exporting'),
    results: ({ table: id, step, offset, limit }) =>
      toOutcome(() => {
        const found = get(id).state.results.find((r) => r.step === step);
        if (!found) throw new AppError({ code: 'not-found', message: `the step ${step} made no results` });
        const columns = found.table.columns.map((c) => c.meta.name);
        return { total: found.table.rows, columns, rows: resultRecords(found.table, offset, offset + limit) };
      }, 'reading results'),
    quality: ({ table, ...request }, context) => toOutcome(() => runQuality(core, ready(get(table)), request, context), 'making the quality report'),
    lab: (request, context) => toOutcome(() => runLab(request, labPlace(context)), 'measuring this machine'),
    stats: () => Promise.resolve({ memoryBytes: core.cache.bytes, memoryBudget: core.cache.budget, threads: core.executor.size }),

    onTables: core.onTables.subscribe,
    onTableChanged: core.onTableChanged.subscribe,
    onResults: core.onResults.subscribe,
    onAlert: core.onAlert.subscribe,
  };
}

function changedColumns(before: OpenTable['state'], table: OpenTable): readonly string[] {
  const names = new Set([...before.columns.keys(), ...table.state.columns.keys()]);
  return [...names].filter((n) => before.columns.get(n) !== table.state.columns.get(n));
}

/** Walks the recipe as it would run, each step seeing what those before it make. */
function checkRecipe(table: OpenTable, recipe: Recipe, all: ReadonlyMap<string, OpenTable>): readonly Alert[] {
  let target = stepTarget(table, table.history.current.states[0]!, all);
  target = { ...target, roles: { ...target.roles, ...recipe.roles } };
  const alerts: Alert[] = [];
  for (const step of recipe.steps) {
    if (!step.enabled) continue;
    const problems = checkStep(step, target, operations);
    alerts.push(...problems);
    if (!problems.some((p) => p.severity === 'warning')) target = targetAfter(resolveStep(step, target, operations), target);
  }
  return alerts;
}
