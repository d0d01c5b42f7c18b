import { Cancelled } from '../../../core/protocol/outcome';
import { type Executor, mapByRun, type RunOptions } from './executor';
import { isGenerator, type TaskDef } from './task';

/** How long the current thread is kept busy before others get their turn. */
const SLICE_MS = 12;

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs tasks in the current thread, in slices: for work too small to hand over, and for tests. */
export class InlineExecutor implements Executor {
  readonly size = 1;
  private readonly slots = new Map<string, AbortController>();

  async run<A, R>(task: TaskDef<A, R>, args: A, options: RunOptions = {}): Promise<R> {
    const { slot } = options;
    if (slot !== undefined) return (await this.map(task, [args], options))[0]!;
    const { signal, onProgress } = options;
    // An extra function, because the signal changes while this method waits.
    const isCancelled = (): boolean => signal?.aborted ?? false;
    if (isCancelled()) throw new Cancelled();
    const work = task.run(args, { isCancelled, progress: (fraction, note) => onProgress?.(fraction, note) });
    if (!isGenerator(work)) return work;
    let sliceEnd = performance.now() + SLICE_MS;
    for (;;) {
      const step = work.next();
      if (step.done) return step.value as R;
      if (performance.now() < sliceEnd) continue;
      onProgress?.(step.value);
      await pause();
      if (isCancelled()) throw new Cancelled();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }

  map<A, R>(task: TaskDef<A, R>, args: readonly A[], options: RunOptions = {}): Promise<R[]> {
    return mapByRun(this, this.slots, task, args, options);
  }

  async dispose(): Promise<void> {}
}
