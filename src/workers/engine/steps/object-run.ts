import { joinResults } from '../../../core/model/result-table';
import type { Alert } from '../../../core/model/table';
import type { ResultsProgress } from '../../../core/protocol/engine-service';
import { Cancelled } from '../../../core/protocol/outcome';
import { printed } from '../../../core/quality/say';
import type { ObjectIndexData } from '../../../core/query/object-index';
import { viewOf } from '../../../core/query/table-view';
import type { ResolvedStep } from '../../../core/recipe/resolve';
import operationTask, { type OperationArgs } from '../tasks/operation';
import { asGroup, type Executor } from '../threads/executor';
import { sumAlerts } from './alerts';
import { ObjectRanges } from './object-ranges';
import type { DoneBlock, PartialResults } from './partial-results';
import type { StepJob } from './run-step';
import type { UnitsDone } from './run-units';
import { isByObject } from './units';

/** What hears of a step's results before it ends. */
export interface ResultsListener {
  begin(step: ResolvedStep, index: ObjectIndexData): void;
  add(block: DoneBlock, progress: Pick<ResultsProgress, 'done' | 'total' | 'resumed'>): void;
}

/** Whether a step only finds something about each object: then what is done of it can be shown and kept before its end. */
export function findsOnly({ op, step, params, companion }: ResolvedStep, args: Pick<OperationArgs, 'scope' | 'data'>): boolean {
  const { flags = [], marks = [], columns = [] } = op.produces(params, (role) => step.bind[role]);
  const makesNothing = flags.length + marks.length + columns.length === 0;
  return op.writes === 'table' && makesNothing && companion === undefined && isByObject(op, args.scope, viewOf(args.data));
}

function timeLeft(seconds: number): string {
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s left`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min left` : `${(seconds / 3600).toFixed(1)} h left`;
}

/** Tells how many objects are done, and how long the others will take at the pace of this run. */
class Counter {
  done: number;
  private rows = 0;
  private readonly inFlight = new Map<number, number>();
  private readonly started = performance.now();

  constructor(
    private readonly index: ObjectIndexData,
    readonly resumed: number,
    private readonly resumedRows: number,
    private readonly job: StepJob,
  ) {
    this.done = resumed;
  }

  private rowsOf(from: number, to: number): number {
    return this.index.starts[to]! - this.index.starts[from]!;
  }

  part(from: number, to: number, fraction: number): void {
    this.inFlight.set(from, fraction * this.rowsOf(from, to));
    this.tell();
  }

  finish(from: number, to: number): void {
    this.inFlight.delete(from);
    this.rows += this.rowsOf(from, to);
    this.done += to - from;
    this.tell();
  }

  private tell(): void {
    const { count, starts } = this.index;
    const now = this.rows + [...this.inFlight.values()].reduce((a, b) => a + b, 0);
    const total = Math.max(1, starts[count]!);
    const seconds = (performance.now() - this.started) / 1000;
    const left = now > 0 && seconds > 1 ? ` · ${timeLeft((seconds * (total - this.resumedRows - now)) / now)}` : '';
    this.job.progress({ fraction: Math.min(1, (this.resumedRows + now) / total), note: `${printed(this.done)} of ${printed(count)} objects${left}` });
  }
}

/**
 * Runs a step that only finds something about each object, a few objects at a time: each handful is told and kept as it is done. The results are
 * those of one run to the end, however it was cut and whatever an earlier run had done.
 */
export async function runByObject(
  resolved: ResolvedStep,
  args: Omit<OperationArgs, 'part'>,
  executor: Executor,
  job: StepJob,
  partial: PartialResults | undefined,
  listener: ResultsListener | undefined,
): Promise<{ readonly done: UnitsDone; readonly alerts: readonly Alert[] }> {
  const index = args.data.objects!;
  const blocks = [...(partial?.blocks ?? [])];
  const ranges = new ObjectRanges(index.count, blocks, executor.size);
  const { resumed } = ranges;
  const resumedRows = blocks.reduce((n, b) => n + index.starts[b.to]! - index.starts[b.from]!, 0);
  const counter = new Counter(index, resumed, resumedRows, job);
  const tell = (block: DoneBlock): void => listener?.add(block, { done: counter.done, total: index.count, resumed });
  listener?.begin(resolved, index);
  for (const block of blocks) tell(block);
  const work = async ({ signal }: AbortController): Promise<void> => {
    for (let range = ranges.take(); range; range = ranges.take()) {
      const { from, to } = range;
      const started = performance.now();
      const onProgress = (fraction: number): void => counter.part(from, to, fraction);
      const options = { signal, priority: 'batch', onProgress } as const;
      const { results, alerts } = await executor.run(operationTask, { ...args, part: { kind: 'objects', from, to } }, options);
      ranges.took(to - from, performance.now() - started);
      const block = { from, to, results, alerts };
      await partial?.append(block);
      blocks.push(block);
      counter.finish(from, to);
      tell(block);
    }
  };
  let workers: readonly Promise<void>[] = [];
  try {
    await asGroup(job.signal, (group) => Promise.all((workers = Array.from({ length: executor.size }, () => work(group)))));
    if (job.signal.aborted) throw new Cancelled();
  } finally {
    await Promise.allSettled(workers);
  }
  blocks.sort((a, b) => a.from - b.from);
  const done: UnitsDone = {
    flags: [],
    columns: [],
    text: [],
    results: joinResults(blocks.map((b) => b.results)),
    alerts: sumAlerts(blocks.flatMap((b) => b.alerts)),
    touched: 0,
  };
  return { done, alerts: resumed > 0 ? [resumedAlert(resumed, index.count)] : [] };
}

function resumedAlert(resumed: number, count: number): Alert {
  return { severity: 'info', message: `${printed(resumed)} of ${printed(count)} objects were done already by a run that did not end` };
}
