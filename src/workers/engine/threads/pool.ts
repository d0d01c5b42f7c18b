import { availableParallelism } from 'node:os';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import { type Executor, mapByRun, type RunOptions } from './executor';
import type { ThreadMessage } from './messages';
import type { TaskDef } from './task';
import { Thread } from './thread';
import { threadUrl } from './thread-url';

interface Job {
  readonly id: number;
  readonly task: string;
  readonly args: unknown;
  readonly isBatch: boolean;
  readonly cancel: Int32Array;
  readonly onProgress: RunOptions['onProgress'];
  thread?: Thread;
  settle(result: { ok: unknown } | { error: unknown }): void;
}

export interface PoolOptions {
  /** Threads that batch work may use at once; default one a processor. Interactive work has one more, so it never waits behind a batch. */
  readonly threads?: number | undefined;
  /** The thread's script; default the built entry.thread.js. */
  readonly url?: URL | undefined;
}

/** Runs tasks in worker threads, which are started when first needed. A thread that dies fails its job with a sentence, and is replaced. */
export class ThreadPool implements Executor {
  readonly size: number;
  private readonly url: URL | undefined;
  private readonly threads = new Set<Thread>();
  private readonly queue: { readonly interactive: Job[]; readonly batch: Job[] } = { interactive: [], batch: [] };
  private readonly running = new Set<Job>();
  private readonly slots = new Map<string, AbortController>();
  private nextId = 1;
  private isDisposed = false;

  constructor(options: PoolOptions = {}) {
    this.size = Math.max(1, options.threads ?? availableParallelism());
    this.url = options.url;
  }

  /** Starts threads (default all) before there is work, so that the first question does not wait for them. */
  warm(count = this.size + 1): void {
    while (!this.isDisposed && this.threads.size < Math.min(count, this.size + 1)) this.addThread();
  }

  /** Threads started so far and still alive. */
  get started(): number {
    return this.threads.size;
  }

  async run<A, R>(task: TaskDef<A, R>, args: A, options: RunOptions = {}): Promise<R> {
    if (options.slot !== undefined) return (await this.map(task, [args], options))[0]!;
    if (this.isDisposed) throw new AppError({ code: 'engine-lost', message: 'the computing threads have been shut down' });
    const { signal } = options;
    if (signal?.aborted) throw new Cancelled();
    return new Promise<R>((resolve, reject) => {
      const onAbort = (): void => this.cancel(job);
      let isSettled = false;
      const job: Job = {
        id: this.nextId++,
        task: task.name,
        args,
        isBatch: options.priority === 'batch',
        cancel: new Int32Array(new SharedArrayBuffer(4)),
        onProgress: options.onProgress,
        settle: (result) => {
          if (isSettled) return;
          isSettled = true;
          signal?.removeEventListener('abort', onAbort);
          if ('ok' in result) resolve(result.ok as R);
          else reject(result.error as Error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.queue[job.isBatch ? 'batch' : 'interactive'].push(job);
      this.schedule();
    });
  }

  map<A, R>(task: TaskDef<A, R>, args: readonly A[], options: RunOptions = {}): Promise<R[]> {
    return mapByRun(this, this.slots, task, args, options);
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    for (const job of [...this.queue.interactive.splice(0), ...this.queue.batch.splice(0), ...this.running]) this.cancel(job);
    await Promise.all([...this.threads].map((thread) => thread.terminate()));
  }

  private cancel(job: Job): void {
    Atomics.store(job.cancel, 0, 1);
    const queue = this.queue[job.isBatch ? 'batch' : 'interactive'];
    const at = queue.indexOf(job);
    if (at >= 0) queue.splice(at, 1);
    job.thread?.expectEnd();
    job.settle({ error: new Cancelled() });
  }

  private idleThread(): Thread | undefined {
    for (const thread of this.threads) if (thread.isIdle) return thread;
    return this.threads.size > this.size ? undefined : this.addThread();
  }

  private addThread(): Thread {
    const thread = new Thread(this.url ?? threadUrl(), (gone) => {
      this.threads.delete(gone);
      queueMicrotask(() => this.schedule());
    });
    this.threads.add(thread);
    return thread;
  }

  private nextJob(): Job | undefined {
    const { interactive, batch } = this.queue;
    if (interactive.length > 0) return interactive[0];
    let batches = 0;
    for (const job of this.running) if (job.isBatch) batches++;
    return batches < this.size ? batch[0] : undefined;
  }

  private schedule(): void {
    if (this.isDisposed) return;
    for (let job = this.nextJob(); job; job = this.nextJob()) {
      try {
        const thread = this.idleThread();
        if (!thread) return;
        this.queue[job.isBatch ? 'batch' : 'interactive'].shift();
        this.start(job, thread);
      } catch (error) {
        const queue = this.queue[job.isBatch ? 'batch' : 'interactive'];
        if (queue[0] === job) queue.shift();
        job.settle({ error: AppError.from(error, `starting ${job.task}`) });
      }
    }
  }

  private start(job: Job, thread: Thread): void {
    const { id, task, args, cancel } = job;
    const onEnd = (result: { ok: unknown } | { error: unknown }): void => {
      this.running.delete(job);
      job.settle(result);
      this.schedule();
    };
    const onMessage = (m: ThreadMessage): void => {
      if (m.t === 'progress') job.onProgress?.(m.fraction, m.note);
      else if (m.t === 'ok') onEnd({ ok: m.value });
      else if (m.t === 'err') onEnd({ error: new AppError(m.error) });
      else onEnd({ error: new Cancelled() });
    };
    thread.start({ id, task, args, cancel, wantsProgress: job.onProgress !== undefined }, onMessage, (error) => onEnd({ error }));
    job.thread = thread;
    this.running.add(job);
  }
}
