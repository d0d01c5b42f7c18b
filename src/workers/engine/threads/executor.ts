import { setMaxListeners } from 'node:events';
import type { TaskDef } from './task';

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Work somebody waits for with the mouse in hand goes before work that shows a progress bar. Default `interactive`. */
  readonly priority?: 'interactive' | 'batch' | undefined;
  /** A newer job in the same slot cancels the older one. */
  readonly slot?: string | undefined;
  readonly onProgress?: ((fraction: number, note?: string) => void) | undefined;
}

/** Something that runs tasks: a pool of threads, or the current thread in slices. A cancelled run rejects with Cancelled. */
export interface Executor {
  /** Into how many pieces it is worth cutting work. */
  readonly size: number;
  run<A, R>(task: TaskDef<A, R>, args: A, options?: RunOptions): Promise<R>;
  /** The same task over several arguments, side by side; results in the order of the arguments. If one fails, the others are cancelled. */
  map<A, R>(task: TaskDef<A, R>, args: readonly A[], options?: RunOptions): Promise<R[]>;
  dispose(): Promise<void>;
}

/**
 * Runs `work` with a signal of its own, which is aborted with `signal`, and when the work is over: once one piece has failed the others are not wanted
 * any more.
 */
export async function asGroup<T>(signal: AbortSignal | undefined, work: (group: AbortController) => Promise<T>): Promise<T> {
  const group = new AbortController();
  // Every piece of work listens to its group's signal: many listeners are meant, and no leak to warn of.
  setMaxListeners(0, group.signal);
  const stop = (): void => group.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work(group);
  } finally {
    stop();
    signal?.removeEventListener('abort', stop);
  }
}

/** `map` by means of `run`: progress is the mean of the pieces', a slot belongs to them all. */
export async function mapByRun<A, R>(
  executor: Pick<Executor, 'run'>,
  slots: Map<string, AbortController>,
  task: TaskDef<A, R>,
  args: readonly A[],
  { signal, slot, onProgress, priority }: RunOptions,
): Promise<R[]> {
  const fractions = new Float64Array(args.length);
  const onPiece = (i: number) => (fraction: number, note?: string) => {
    fractions[i] = fraction;
    onProgress?.(fractions.reduce((sum, f) => sum + f, 0) / args.length, note);
  };
  return asGroup(signal, async (group) => {
    if (slot !== undefined) {
      slots.get(slot)?.abort();
      slots.set(slot, group);
    }
    try {
      const piece = { signal: group.signal, priority };
      return await Promise.all(args.map((a, i) => executor.run(task, a, { ...piece, onProgress: onProgress && onPiece(i) })));
    } finally {
      if (slot !== undefined && slots.get(slot) === group) slots.delete(slot);
    }
  });
}
