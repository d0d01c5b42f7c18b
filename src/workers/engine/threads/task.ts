/** What a task may use while it runs. */
export interface TaskContext {
  /** True once nobody waits for the result any more. A task that is no generator asks at least every 50 ms and then throws Cancelled. */
  isCancelled(): boolean;
  /** Part of the work done, 0…1. */
  progress(fraction: number, note?: string): void;
}

/**
 * Work that can run in any thread, found by its file `src/workers/engine/tasks/<name>.ts` (default export). A generator yields the fraction
 * done at least every 50 ms: between two yields it hears of a cancel, and in a thread that must stay responsive it pauses there. Arguments
 * and result are cloned between threads; memory in SharedArrayBuffers is shared, ArrayBuffers of the result are handed over without a copy.
 */
export interface TaskDef<A = never, R = unknown> {
  readonly name: string;
  readonly run: (args: A, context: TaskContext) => Generator<number, R> | Promise<R> | R;
}

export function defineTask<A, R>(task: TaskDef<A, R>): TaskDef<A, R> {
  return task;
}

export type TaskRegistry = ReadonlyMap<string, TaskDef>;

export function isGenerator(value: unknown): value is Generator<number, unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value && typeof value.next === 'function';
}
