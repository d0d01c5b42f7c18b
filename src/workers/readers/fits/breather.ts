import { setImmediate } from 'node:timers/promises';
import { Cancelled } from '../../../core/protocol/outcome';

const SPELL_MS = 25;

/** Lets the event loop run when a spell of work has lasted long enough, so that a cancel can be heard. */
export class Breather {
  private since = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  /** Throws Cancelled when the signal was aborted. */
  isDue(): boolean {
    if (this.signal.aborted) throw new Cancelled();
    return performance.now() - this.since > SPELL_MS;
  }

  /** Throws Cancelled when the signal was aborted meanwhile. */
  async pause(): Promise<void> {
    await setImmediate();
    if (this.signal.aborted) throw new Cancelled();
    this.since = performance.now();
  }
}
