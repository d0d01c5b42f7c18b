import type { Progress } from '../../core/protocol/outcome';
import { toJson } from './json';
import type { CliIo } from './io';

export type ProgressMode = 'auto' | 'json' | 'none';

/** A progress bar on standard error when that is a terminal, or JSON lines when asked for, or nothing. */
export class ProgressReporter {
  private lastAt = 0;
  private drawn = false;

  constructor(
    private readonly io: CliIo,
    private readonly mode: ProgressMode,
  ) {}

  /** A function to hand to a job; `stage` says in a word or two what is under way. */
  stage(stage: string): (progress: Progress) => void {
    if (this.mode === 'json') {
      return (p) => this.io.err(`${toJson({ stage, fraction: p.fraction, note: p.note }).replace(/\n\s*/g, ' ')}\n`);
    }
    if (this.mode === 'none' || !this.io.isTerminal) return () => undefined;
    return (p) => {
      const now = Date.now();
      if (this.drawn && now - this.lastAt < 50 && p.fraction < 1) return;
      this.lastAt = now;
      this.drawn = true;
      const done = Math.round(Math.min(1, Math.max(0, p.fraction)) * 24);
      const line = `${stage} [${'━'.repeat(done)}${' '.repeat(24 - done)}] ${String(Math.floor(p.fraction * 100)).padStart(3)} % ${p.note ?? ''}`;
      this.io.err(`\r${line.slice(0, 118)}\x1b[K`);
    };
  }

  /** Wipes the bar, so that what is printed next starts on a clean line. */
  clear(): void {
    if (this.drawn) this.io.err('\r\x1b[K');
    this.drawn = false;
  }
}
