import { joinResults } from '../../../core/model/result-table';
import type { Alert } from '../../../core/model/table';
import { Cancelled, type Progress } from '../../../core/protocol/outcome';
import type { ObjectIndexData } from '../../../core/query/object-index';
import { type TableData, viewOf } from '../../../core/query/table-view';
import type { ResolvedStep } from '../../../core/recipe/resolve';
import type { Step, StepReport } from '../../../core/recipe/recipe';
import type { Predicate } from '../../../core/select/predicate';
import type { Entry } from '../journal';
import maskTask from '../tasks/mask';
import operationTask, { type OperationArgs } from '../tasks/operation';
import { asGroup, type Executor } from '../threads/executor';
import { LiveListener } from '../table/live-results';
import type { OpenTable } from '../table/open-table';
import { type TableState, applyEntry } from '../table/state';
import { sumAlerts, tellAlerts } from './alerts';
import { findsOnly, runByObject } from './object-run';
import { PartialResults, partialKey } from './partial-results';
import { prepareStep, type StepDeps } from './prepare-step';
import type { StepOutput, UnitsDone } from './run-units';
import { storeChanges } from './store-changes';
import { type Part, isByObject, partsOf } from './units';

export interface StepJob {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

const BLOCK = 1 << 19;

/** One byte a row: 1 where the predicate holds. */
export async function predicateBytes(where: Predicate, table: TableData, executor: Executor, signal: AbortSignal): Promise<Uint8Array> {
  const out = new Uint8Array(new SharedArrayBuffer(table.rows));
  const blocks = Array.from({ length: Math.ceil(table.rows / BLOCK) }, (_, i) => i * BLOCK);
  const pieces = blocks.map((from) => ({ table, where, from, to: Math.min(table.rows, from + BLOCK), out }));
  await executor.map(maskTask, pieces, { signal, priority: 'batch' });
  return out;
}

function allocate(resolved: ResolvedStep, rows: number): StepOutput {
  const { op, params, step } = resolved;
  const { flags = [], marks = [], columns = [] } = op.produces(params, (role) => step.bind[role]);
  const column = (): Float64Array => {
    const values = new Float64Array(new SharedArrayBuffer(8 * rows));
    // Operations on strips write every row: memory that is first touched by the threads costs this one nothing.
    return op.strips ? values : values.fill(NaN);
  };
  return {
    flags: Object.fromEntries([...flags, ...marks].map((name) => [name, new Uint8Array(new SharedArrayBuffer(rows))])),
    columns: Object.fromEntries(columns.map((name) => [name, column()])),
  };
}

export interface StepRun {
  readonly resolved: ResolvedStep;
  readonly done: UnitsDone;
  readonly output: StepOutput;
  readonly alerts: readonly Alert[];
  /** To be removed once the results lie elsewhere. */
  readonly partial?: PartialResults | undefined;
}

/** What a run keeps and tells of results before it ends; `before` are the steps that made the state it works on. */
export interface Keeping {
  readonly before: readonly Step[];
}

/** Computes a step over all its rows on the threads, changing nothing in the table. Throws AppError or Cancelled. */
export async function computeStep(
  step: Step,
  table: OpenTable,
  state: TableState,
  deps: StepDeps,
  job: StepJob,
  keeping?: Keeping,
): Promise<StepRun> {
  const { resolved, args } = await prepareStep(step, table, state, deps);
  const { data, scope } = args;
  const inside = resolved.step.where && (await predicateBytes(resolved.step.where, data, deps.executor, job.signal));
  const output = allocate(resolved, data.rows);
  const view = viewOf(data);
  if (findsOnly(resolved, args)) {
    const found = await findByObject(resolved, { ...args, inside, output }, table, deps, job, keeping);
    return { resolved, output, ...found, alerts: [...found.alerts, ...tellAlerts(found.done.alerts, true)] };
  }
  const parts = partsOf(resolved.op, resolved.params, scope, view, deps.executor.size);
  const common = { ...args, inside, output };
  const weights = parts.map((p) => weightOf(p, isByObject(resolved.op, scope, view) ? data.objects : undefined));
  const total = Math.max(
    1,
    weights.reduce((a, b) => a + b, 0),
  );
  const fractions = new Float64Array(parts.length);
  const tell = (i: number, fraction: number): void => {
    fractions[i] = fraction;
    job.progress({ fraction: Math.min(1, fractions.reduce((sum, f, k) => sum + f * weights[k]!, 0) / total) });
  };
  const done = await asGroup(job.signal, (group) =>
    Promise.all(
      parts.map(async (part, i) => {
        const options = { signal: group.signal, priority: 'batch', onProgress: (fraction: number) => tell(i, fraction) } as const;
        const result = await deps.executor.run(operationTask, { ...common, part }, options);
        tell(i, 1);
        return result;
      }),
    ),
  );
  if (job.signal.aborted) throw new Cancelled();
  const merged = merge(done);
  const alerts = [...(resolved.companion?.alerts ?? []), ...tellAlerts(merged.alerts, isByObject(resolved.op, scope, view))];
  return { resolved, output, done: merged, alerts };
}

/** A step that only finds something about each object; with `keeping` what is done is kept and told of as it comes. */
async function findByObject(
  resolved: ResolvedStep,
  args: Omit<OperationArgs, 'part'>,
  table: OpenTable,
  deps: StepDeps,
  job: StepJob,
  keeping: Keeping | undefined,
): Promise<Pick<StepRun, 'done' | 'alerts' | 'partial'>> {
  if (!keeping) return runByObject(resolved, args, deps.executor, job, undefined, undefined);
  const partial = deps.partials === undefined ? undefined : await PartialResults.open(deps.partials, partialKey(table, keeping.before, resolved));
  const listener = deps.onResults && new LiveListener(table, deps.onResults);
  try {
    return { ...(await runByObject(resolved, args, deps.executor, job, partial, listener)), partial };
  } finally {
    await partial?.close();
    listener?.end();
  }
}

function weightOf(part: Part, index: ObjectIndexData | undefined): number {
  return index && part.kind === 'objects' ? index.starts[part.to]! - index.starts[part.from]! : part.to - part.from;
}

function merge(parts: readonly UnitsDone[]): UnitsDone {
  const by = <T extends { name: string }>(lists: readonly (readonly T[])[]): T[] => [...new Map(lists.flat().map((n) => [n.name, n])).values()];
  return {
    flags: by(parts.map((p) => p.flags)),
    columns: by(parts.map((p) => p.columns)),
    text: parts.flatMap((p) => p.text),
    results: joinResults(parts.map((p) => p.results)),
    alerts: sumAlerts(parts.flatMap((p) => p.alerts)),
    touched: parts.reduce((n, p) => n + p.touched, 0),
  };
}

/** Runs a step and writes its changes; the journal does not know them yet. A disabled step makes an entry without changes. */
export async function runStep(
  step: Step,
  table: OpenTable,
  state: TableState,
  deps: StepDeps,
  job: StepJob,
  before: readonly Step[],
): Promise<{ entry: Entry; state: TableState }> {
  const started = performance.now();
  if (!step.enabled) {
    const report: StepReport = { step, state: 'disabled', rowsFlagged: 0, columnsAdded: [], resultRows: 0, seconds: 0, alerts: [] };
    return { entry: { id: `${step.id}-off-${Date.now().toString(36)}`, report, changes: [] }, state };
  }
  const { resolved, done, output, alerts, partial } = await computeStep(step, table, state, deps, job, { before });
  const stored = await storeChanges(done, output, {
    workspace: deps.workspace,
    rows: table.rows,
    chunkRows: table.chunkRows,
    state,
    step: resolved.step,
    signal: job.signal,
    original: async (name) => {
      const found = table.available(name, state)!;
      return deps.cache.load(found.path, found.ref, table.chunkRows, found.chunks);
    },
  });
  await partial?.remove();
  const report: StepReport = {
    step: resolved.step,
    state: 'applied',
    rowsFlagged: stored.rowsFlagged,
    columnsAdded: stored.columnsAdded,
    resultRows: done.results.rows,
    seconds: (performance.now() - started) / 1000,
    alerts,
  };
  const entry: Entry = { id: stored.id, report, changes: stored.changes };
  return { entry, state: await applyEntry(state, entry, deps.workspace, table.rows) };
}
