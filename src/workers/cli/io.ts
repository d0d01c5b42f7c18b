import type { Executor } from '../engine/threads/executor';

/** What a command may touch of the process it runs in; tests give their own. */
export interface CliIo {
  /** Writes to standard output; resolves when more may follow. Rejects with `BrokenPipe` once nobody reads any more. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): void;
  /** True when standard error is a terminal: only then are progress bars drawn. */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Where the engine computes, instead of a pool of threads (tests). */
  readonly executor?: (() => Executor) | undefined;
}

/** The reader of our output went away (`| head`): the command stops, quietly. */
export class BrokenPipe extends Error {
  constructor() {
    super('broken pipe');
    this.name = 'BrokenPipe';
  }
}
