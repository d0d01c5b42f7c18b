import { shallowRef, type ShallowRef } from 'vue';
import { AppError, Cancelled, type Outcome, type Progress } from '../../core/protocol/outcome';
import type { JobView } from './session';

/** How long a finished job stays in the tray, in milliseconds. */
const LINGER = 4000;

function isOutcome(value: unknown): value is Outcome<unknown> {
  return typeof value === 'object' && value !== null && ('failed' in value || 'cancelled' in value);
}

/** The running jobs of the window, with progress, cancel, and how they ended. */
export class JobTray {
  readonly jobs: ShallowRef<readonly JobView[]> = shallowRef([]);
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
    this.jobs.value = [...this.jobs.value, { id, title, progress: { fraction: 0 }, state: 'running', cancel: () => abort.abort() }];
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
    const { message, hint } = error.fields;
    const sentence = hint ? `${message}: ${hint}` : message;
    this.end(id, 'failed', sentence);
    this.say(`${title} failed: ${sentence}`, 'error');
  }

  private end(id: number, state: JobView['state'], message?: string): void {
    this.aborts.delete(id);
    this.patch(id, { state, message, ...(state === 'done' ? { progress: { fraction: 1 } } : {}) });
    setTimeout(() => (this.jobs.value = this.jobs.value.filter((j) => j.id !== id)), LINGER);
  }

  private patch(id: number, change: Partial<JobView>): void {
    this.jobs.value = this.jobs.value.map((j) => (j.id === id ? { ...j, ...change } : j));
  }
}
