import { shallowRef, type ShallowRef } from 'vue';
import { AppError, Cancelled, type Outcome, type Progress, inWords } from '../../core/protocol/outcome';
import type { JobView } from './session';

/** A job shows once it has run this long, in milliseconds: what is over at once needs no bar. */
const PATIENCE = 200;
/** How long a job stays in the tray after it ended, in milliseconds. */
const LINGER = { done: 1500, cancelled: 3000, failed: 6000 } as const;

function isOutcome(value: unknown): value is Outcome<unknown> {
  return typeof value === 'object' && value !== null && ('failed' in value || 'cancelled' in value);
}

/** The running jobs of the window, with progress, cancel, and how they ended. */
export class JobTray {
  readonly jobs: ShallowRef<readonly JobView[]> = shallowRef([]);
  private readonly waiting = new Map<number, JobView>();
  private readonly aborts = new Map<number, AbortController>();
  private nextId = 1;

  constructor(private readonly say: (message: string, kind: 'info' | 'error') => void) {}

  /**
   * Runs work as a job. Resolves to its value; to undefined when it was cancelled or failed by throwing, which is said in words. A value that
   * is an Outcome decides by itself how the job ended.
   */
  async run<T>(title: string, work: (signal: AbortSignal, onProgress: (p: Progress) => void) => Promise<T>): Promise<T | undefined> {
    const id = this.nextId++;
    const abort = new AbortController();
    this.aborts.set(id, abort);
    this.waiting.set(id, { id, title, progress: { fraction: 0 }, state: 'running', cancel: () => abort.abort() });
    setTimeout(() => this.show(id), PATIENCE);
    try {
      const value = await work(abort.signal, (progress) => this.patch(id, { progress }));
      if (isOutcome(value) && 'failed' in value) this.fail(id, title, new AppError(value.failed));
      else this.end(id, isOutcome(value) && 'cancelled' in value ? 'cancelled' : 'done');
      return value;
    } catch (error) {
      if (error instanceof Cancelled) this.end(id, 'cancelled');
      else this.fail(id, title, AppError.from(error, title));
      return undefined;
    }
  }

  private fail(id: number, title: string, error: AppError): void {
    const sentence = inWords(error.fields);
    this.end(id, 'failed', sentence);
    this.say(`${title} failed: ${sentence}`, 'error');
  }

  private show(id: number): void {
    const job = this.waiting.get(id);
    if (job && this.waiting.delete(id)) this.jobs.value = [...this.jobs.value, job];
  }

  private end(id: number, state: keyof typeof LINGER, message?: string): void {
    this.aborts.delete(id);
    if (state === 'done' && this.waiting.delete(id)) return;
    this.show(id);
    this.patch(id, { state, message, ...(state === 'done' ? { progress: { fraction: 1 } } : {}) });
    setTimeout(() => (this.jobs.value = this.jobs.value.filter((j) => j.id !== id)), LINGER[state]);
  }

  private patch(id: number, change: Partial<JobView>): void {
    const job = this.waiting.get(id);
    if (job) this.waiting.set(id, { ...job, ...change });
    else this.jobs.value = this.jobs.value.map((j) => (j.id === id ? { ...j, ...change } : j));
  }
}
