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

/** Every piece of work listens to its group's signal: many listeners are meant, and no leak to warn of. */
export function manyListeners(controller: AbortController): AbortController {
  setMaxListeners(0, controller.signal);
  return controller;
}

/** `map` by means of `run`: progress is the mean of the pieces', a slot belongs to them all. */
export async function mapByRun<A, R>(
  executor: Pick<Executor, 'run'>,
  slots: Map<string, AbortController>,
  task: TaskDef<A, R>,
  args: readonly A[],
  options: RunOptions,
): Promise<R[]> {
  const group = manyListeners(new AbortController());
  const { signal, slot, onProgress } = options;
  const stop = (): void => group.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (slot !== undefined) {
    slots.get(slot)?.abort();
    slots.set(slot, group);
  }
  const fractions = new Float64Array(args.length);
  const onPiece = (i: number) => (fraction: number, note?: string) => {
    fractions[i] = fraction;
    onProgress?.(fractions.reduce((sum, f) => sum + f, 0) / args.length, note);
  };
  try {
    const piece = { signal: group.signal, priority: options.priority };
    return await Promise.all(args.map((a, i) => executor.run(task, a, { ...piece, onProgress: onProgress && onPiece(i) })));
  } finally {
    group.abort();
    signal?.removeEventListener('abort', stop);
    if (slot !== undefined && slots.get(slot) === group) slots.delete(slot);
  }
}
