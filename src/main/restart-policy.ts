/** Waits before the first, second and third restart within `WITHIN`; then it is given up. Milliseconds. */
const WAITS = [0, 500, 2000] as const;
const WITHIN = 60_000;

/** Decides whether a process that crashed is started again: at once, then after ever longer waits, and not after three times in a minute. */
export class RestartPolicy {
  private crashes: number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  /** Milliseconds until the next start, or undefined when it is to stay down. */
  afterCrash(): number | undefined {
    const now = this.now();
    this.crashes = [...this.crashes.filter((t) => now - t < WITHIN), now];
    return WAITS[this.crashes.length - 1];
  }

  /** Someone asked for it by hand: the count begins anew. */
  reset(): void {
    this.crashes = [];
  }
}
