import { seededRandom } from '../../core/operations/runner';
import type { EngineService } from '../../core/protocol/engine-service';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import type { CallContext } from '../../core/protocol/rpc';
import { type TableView, viewOf } from '../../core/query/table-view';
import type { ObjectEffects } from '../../core/recipe/object-effects';
import type { EngineCore } from './engine';
import { joinNumbers } from './join-numbers';
import { sumAlerts, tellAlerts } from './steps/alerts';
import { type StepDeps, measuredColumns, prepareStep } from './steps/prepare-step';
import { predicateBytes } from './steps/run-step';
import { isByObject } from './steps/units';
import effectsTask from './tasks/effects';

/** Pieces a thread gets: so many that all of them end at about the same time. */
const PIECES_A_THREAD = 4;
const SEED = 1;

/** `count` of `of` objects, drawn without replacement, the same ones every time; ascending. */
export function sampleOf(of: number, count: number): Uint32Array {
  const all = Uint32Array.from({ length: of }, (_, i) => i);
  if (count >= of) return all;
  const random = seededRandom(SEED);
  for (let i = 0; i < count; i++) {
    const k = i + Math.floor(random() * (of - i));
    [all[i], all[k]] = [all[k]!, all[i]!];
  }
  return all.slice(0, count).sort();
}

/** Neighbouring objects together, with about equal rows in each piece. */
function piecesOf(objects: Uint32Array, { objects: index }: TableView, pieces: number): readonly Uint32Array[] {
  const rowsOf = (object: number): number => index!.starts[object + 1]! - index!.starts[object]!;
  const share = Math.max(1, objects.reduce((sum, o) => sum + rowsOf(o), 0) / pieces);
  const out: Uint32Array[] = [];
  for (let from = 0; from < objects.length;) {
    let to = from;
    for (let rows = 0; to < objects.length && rows < share; to++) rows += rowsOf(objects[to]!);
    out.push(objects.subarray(from, to));
    from = to;
  }
  return out;
}

/** What a draft step would do to each of many objects: a job over the threads. */
export async function effects(
  core: EngineCore,
  deps: StepDeps,
  a: Parameters<EngineService['effects']>[0],
  context: CallContext,
): Promise<ObjectEffects> {
  const started = performance.now();
  const table = core.workspace.get(a.table);
  const { resolved, args } = await prepareStep(a.step, table, table.state, deps, measuredColumns(table));
  const { data, scope } = args;
  const view = viewOf(data);
  if (!view.objects)
    throw new AppError({
      code: 'invalid-argument',
      message: `${table.meta.name} has no objects`,
      hint: 'give the column of identifiers the role object',
    });
  const { where } = resolved.step;
  const inside = where && (await predicateBytes(where, data, deps.executor, context.signal));
  const chosen = sampleOf(view.objects.count, a.sample ?? Infinity);
  const isSplit = resolved.op.rowwise || isByObject(resolved.op, scope, view);
  const pieces = isSplit ? piecesOf(chosen, view, PIECES_A_THREAD * core.executor.size) : [chosen];
  const parts = await core.executor.map(
    effectsTask,
    pieces.map((objects) => ({ ...args, inside, objects })),
    { signal: context.signal, priority: 'batch', onProgress: (fraction) => context.progress({ fraction }) },
  );
  if (context.signal.aborted) throw new Cancelled();
  return {
    version: data.version,
    total: view.objects.count,
    objects: Array.from(chosen, (object) => view.objects!.id(object)),
    flagged: joinNumbers(parts.map((p) => p.flagged)),
    scatter: joinNumbers(parts.map((p) => p.scatter)),
    pointToPoint: joinNumbers(parts.map((p) => p.pointToPoint)),
    alerts: tellAlerts(sumAlerts(parts.flatMap((p) => p.alerts)), isByObject(resolved.op, scope, view)),
    seconds: (performance.now() - started) / 1000,
  };
}
