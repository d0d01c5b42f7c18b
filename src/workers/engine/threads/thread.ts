import { Worker } from 'node:worker_threads';
import { AppError } from '../../../core/protocol/outcome';
import type { RunMessage, ThreadMessage } from './messages';

/** A thread that ignores a cancel for so long is ended and replaced. */
export const STUCK_MS = 5000;

/** One thread of the pool and what it is doing. It keeps the process alive only while it works. */
export class Thread {
  private readonly worker: Worker;
  private current: { id: number; onMessage: (m: ThreadMessage) => void; onDeath: (error: AppError) => void; task: string } | undefined;
  private stuckTimer: NodeJS.Timeout | undefined;
  private lastError: Error | undefined;

  constructor(url: URL, onExit: (thread: Thread) => void) {
    this.worker = new Worker(url);
    this.worker.unref();
    this.worker.on('message', (message: ThreadMessage) => this.receive(message));
    this.worker.on('error', (error: Error) => (this.lastError = error));
    this.worker.on('exit', (code) => {
      clearTimeout(this.stuckTimer);
      const job = this.current;
      this.current = undefined;
      onExit(this);
      job?.onDeath(this.deathOf(job.task, code));
    });
  }

  get isIdle(): boolean {
    return this.current === undefined;
  }

  /** Throws when the arguments cannot be cloned. */
  start(message: RunMessage, onMessage: (m: ThreadMessage) => void, onDeath: (error: AppError) => void): void {
    this.worker.postMessage(message);
    this.current = { id: message.id, onMessage, onDeath, task: message.task };
    this.worker.ref();
  }

  /** Called after the shared flag was set: the task has a while to notice. */
  expectEnd(): void {
    this.stuckTimer ??= setTimeout(() => void this.worker.terminate(), STUCK_MS).unref();
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(message: ThreadMessage): void {
    const job = this.current;
    if (!job || job.id !== message.id) return;
    if (message.t !== 'progress') {
      clearTimeout(this.stuckTimer);
      this.stuckTimer = undefined;
      this.current = undefined;
      this.worker.unref();
    }
    job.onMessage(message);
  }

  private deathOf(task: string, code: number): AppError {
    const isMemory = (this.lastError as { code?: string } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const reason = isMemory ? 'it ran out of memory' : this.lastError ? this.lastError.message : `exit code ${code}`;
    return new AppError(
      {
        code: isMemory ? 'memory' : 'internal',
        message: `a computing thread stopped while running ${task}: ${reason}`,
        hint: isMemory ? 'close other tables or work on fewer rows' : 'try again; the thread has been replaced',
      },
      { cause: this.lastError },
    );
  }
}
