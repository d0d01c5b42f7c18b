import { Cancelled } from '../../core/protocol/outcome';
import { nextTask } from './next-task';

/** Runs a generator to its end with a pause for other tasks after every `slice` milliseconds. Throws Cancelled in such a pause. */
export async function inSlices<T>(work: Generator<unknown, T>, slice: number, signal: AbortSignal): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - began < slice) continue;
    await nextTask();
    if (signal.aborted) throw new Cancelled();
    began = performance.now();
  }
}
