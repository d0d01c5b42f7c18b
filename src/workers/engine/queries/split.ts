import type { Executor, RunOptions } from '../threads/executor';
import { InlineExecutor } from '../threads/inline-executor';
import type { TaskDef } from '../threads/task';

/** Fewer rows than this are worked on where they are: handing them over takes longer. */
export const SMALL_ROWS = 50_000;
const PIECE_ROWS = 250_000;

const inline = new InlineExecutor();

export interface Work {
  readonly pool: Executor;
  readonly signal?: AbortSignal | undefined;
}

export function optionsOf({ signal }: Work): RunOptions {
  return { signal, priority: 'interactive' };
}

/** Where work over so many rows is done. */
export function executorFor(work: Work, rows: number): Executor {
  return rows < SMALL_ROWS ? inline : work.pool;
}

/** Ranges that cover [0, n): one for small work, else up to two a thread, whole bytes of a bit mask each. */
export function rangesOf(n: number, size: number): { from: number; to: number }[] {
  const pieces = n < SMALL_ROWS ? 1 : Math.max(1, Math.min(2 * size, Math.ceil(n / PIECE_ROWS)));
  const step = Math.max(8, Math.ceil(n / pieces / 8) * 8);
  const ranges = [];
  for (let from = 0; from < n || from === 0; from += step) ranges.push({ from, to: Math.min(n, from + step) });
  return ranges;
}

/** At most so many ranges of equal length (but for the last) that cover [0, n). */
export function evenRanges(n: number, pieces: number): { from: number; to: number }[] {
  const step = Math.max(1, Math.ceil(n / Math.max(1, pieces)));
  return Array.from({ length: Math.ceil(n / step) }, (_, i) => ({ from: i * step, to: Math.min(n, (i + 1) * step) }));
}

/** Runs a task over all of [0, n) in pieces; the pieces' results in order. */
export function overRows<A extends { from: number; to: number }, R>(
  work: Work,
  task: TaskDef<A, R>,
  n: number,
  args: Omit<A, 'from' | 'to'>,
): Promise<R[]> {
  const executor = executorFor(work, n);
  return executor.map(
    task,
    rangesOf(n, executor.size).map((range) => ({ ...args, ...range }) as A),
    optionsOf(work),
  );
}
