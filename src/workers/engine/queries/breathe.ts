import { Cancelled } from '../../../core/protocol/outcome';

/** For long loops in the engine's own thread: `if (breath.isDue()) await breath.take()` lets others have their turn, and hears a cancel. */
export class Breath {
  private since = performance.now();

  constructor(private readonly signal?: AbortSignal) {}

  isDue(): boolean {
    return performance.now() - this.since > 12;
  }

  async take(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.signal?.aborted) throw new Cancelled();
    this.since = performance.now();
  }
}
