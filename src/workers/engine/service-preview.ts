import type { Alert } from '../../core/model/table';
import type { DryRun, EngineService, Preview } from '../../core/protocol/engine-service';
import type { CallContext } from '../../core/protocol/rpc';
import type { Step } from '../../core/recipe/recipe';
import type { SignalMeter, TestSignal } from '../../core/recipe/signal-meter';
import type { EngineCore } from './engine';
import { type StepDeps, measuredColumns, prepareStep } from './steps/prepare-step';
import { computeStep } from './steps/run-step';
import type { OpenTable } from './table/open-table';
import previewTask, { type PreviewArgs } from './tasks/preview';
import signalMeterTask from './tasks/signal-meter';

type PreviewAsked = Parameters<EngineService['preview']>[0];

async function argsFor(core: EngineCore, deps: StepDeps, a: PreviewAsked): Promise<{ args: PreviewArgs; alerts: readonly Alert[] }> {
  const table = core.workspace.get(a.table);
  const { resolved, args } = await prepareStep(a.step, table, table.state, deps, measuredColumns(table));
  return { args: { ...args, where: resolved.step.where, object: a.object, band: a.band, whole: a.whole }, alerts: resolved.companion?.alerts ?? [] };
}

/** What a draft step would do to one object; in a thread, ahead of batch work. */
export async function preview(core: EngineCore, deps: StepDeps, a: PreviewAsked, context: CallContext): Promise<Preview> {
  const { args, alerts } = await argsFor(core, deps, a);
  const result = await core.executor.run(previewTask, args, { signal: context.signal, onProgress: (fraction) => context.progress({ fraction }) });
  return { ...result, alerts: [...alerts, ...result.alerts] };
}

/** What a draft step would do to a signal put into one object; behind previews, which do not wait for it. */
export async function signalMeter(
  core: EngineCore,
  deps: StepDeps,
  { signal, ...a }: PreviewAsked & { readonly signal: TestSignal },
  context: CallContext,
): Promise<SignalMeter> {
  const started = performance.now();
  const { args } = await argsFor(core, deps, a);
  const reading = await core.executor.run(signalMeterTask, { ...args, signal }, { signal: context.signal, priority: 'batch' });
  return { version: args.data.version, signal, reading, milliseconds: performance.now() - started };
}

/** What a draft step would do to all rows: the step itself, its answers counted and thrown away. */
export async function dryRun(table: OpenTable, step: Step, deps: StepDeps, context: CallContext): Promise<DryRun> {
  const started = performance.now();
  const { state, version } = table;
  const { done, output, alerts } = await computeStep(step, table, state, deps, context);
  let rowsFlagged = 0;
  for (const note of done.flags) {
    if (note.informs) continue;
    const before = state.flags.get(note.name)?.mask;
    const rows = output.flags[note.name]!;
    for (let i = 0; i < rows.length; i++) if (rows[i] && (before?.has(i) ?? false) === note.clear) rowsFlagged++;
  }
  const seconds = (performance.now() - started) / 1000;
  return { version, rowsFlagged, objectsTouched: done.touched, columns: done.columns.map((c) => c.name), alerts, seconds };
}
