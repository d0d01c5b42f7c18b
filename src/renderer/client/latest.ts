/**
 * One call in flight, the newest argument next: what comes while a call runs replaces what waited. The answer's own pace is the throttle, so
 * dragging a slider never builds a backlog.
 */
export class Latest<A> {
  private running = false;
  private waiting: { readonly arg: A } | undefined;

  constructor(private readonly work: (arg: A) => Promise<void>) {}

  push(arg: A): void {
    this.waiting = { arg };
    if (!this.running) void this.drain();
  }

  /** Forgets what waits; what runs goes on. */
  clear(): void {
    this.waiting = undefined;
  }

  private async drain(): Promise<void> {
    this.running = true;
    try {
      while (this.waiting) {
        const { arg } = this.waiting;
        this.waiting = undefined;
        await this.work(arg);
      }
    } finally {
      this.running = false;
    }
  }
}
