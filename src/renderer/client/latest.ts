/**
 * Runs asynchronous work so that at most one piece is in flight and, of what was asked meanwhile, only the newest follows: the answer's
 * promise is the throttle. Answers to overtaken questions are still delivered (a zoom shows every step the engine can keep up with),
 * unless `drop` was called since.
 */
export class Latest<Question, Result = void> {
  private running = false;
  private next: { question: Question } | undefined;
  private generation = 0;

  constructor(
    private readonly work: (question: Question) => Promise<Result>,
    private readonly deliver: (result: Result, question: Question) => void = () => undefined,
    private readonly fail: (error: unknown) => void = unexpected,
    private readonly onBusy: (busy: boolean) => void = () => undefined,
  ) {}

  ask(question: Question): void {
    this.next = { question };
    if (!this.running) void this.run();
  }

  /** Forgets what waits and ignores what is in flight: the view closed, or shows something else now. */
  drop(): void {
    this.generation++;
    this.next = undefined;
  }

  private async run(): Promise<void> {
    this.running = true;
    this.onBusy(true);
    while (this.next) {
      const { question } = this.next;
      this.next = undefined;
      const generation = this.generation;
      try {
        const result = await this.work(question);
        if (generation === this.generation) this.deliver(result, question);
      } catch (error) {
        if (generation === this.generation) this.fail(error);
      }
    }
    this.running = false;
    this.onBusy(false);
  }
}

/** Work that tells of its failures itself does not throw: what it throws all the same is the window's to tell. */
function unexpected(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
