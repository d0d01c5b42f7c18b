import labPart from '../engine/tasks/lab-part';
import type { Executor } from '../engine/threads/executor';
import type { Crew } from './crew';

/** The least work there is: what a thread answers to when it has started. */
const nothing = (): Parameters<typeof labPart.run>[0] => ({ part: 'sum', args: { values: new Float32Array(0), sums: new Float64Array(0) } });

/** Threads of their own, so that the engine's stay free. The arrays of the calls lie in shared memory: nothing is carried. */
export async function threadCrew(threads: number, create: (threads: number) => Executor, signal: AbortSignal): Promise<Crew> {
  const started = performance.now();
  const executor = create(threads);
  const options = { signal, priority: 'batch' } as const;
  await executor.map(labPart, Array.from({ length: threads }, nothing), options);
  return {
    prepareMs: performance.now() - started,
    async run(calls) {
      const begun = performance.now();
      const figures = await executor.map(labPart, calls, options);
      return { computeMs: performance.now() - begun, transferMs: 0, figures };
    },
    dispose: () => executor.dispose(),
  };
}
