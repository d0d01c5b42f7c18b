/** How long a range should keep a thread busy, in milliseconds: short enough to be shown as it comes and lost without regret. */
const AIM = 200;
const FIRST = 4;
/** A range is at most so many times the one before. */
const GROWTH = 4;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Hands out the objects that are not done, in order, a few at a time: so many as took about {@link AIM} lately. */
export class ObjectRanges {
  private readonly todo: { from: number; to: number }[] = [];
  private size = FIRST;
  /** Objects that were done. */
  readonly resumed: number;

  private left: number;

  constructor(
    count: number,
    done: readonly Range[],
    private readonly threads = 1,
  ) {
    let at = 0;
    for (const { from, to } of [...done].sort((a, b) => a.from - b.from)) {
      if (from > at) this.todo.push({ from: at, to: from });
      at = Math.max(at, to);
    }
    if (at < count) this.todo.push({ from: at, to: count });
    this.left = this.todo.reduce((n, r) => n + r.to - r.from, 0);
    this.resumed = count - this.left;
  }

  /** Undefined when nothing is left. */
  take(): Range | undefined {
    const [first] = this.todo;
    if (!first) return undefined;
    // Smaller and smaller towards the end, so that all threads end together.
    const share = this.threads > 1 ? Math.ceil(this.left / (2 * this.threads)) : Infinity;
    const to = Math.min(first.to, first.from + Math.min(this.size, share));
    this.left -= to - first.from;
    const range = { from: first.from, to };
    if (to === first.to) this.todo.shift();
    else first.from = to;
    return range;
  }

  /** So many objects took so long. */
  took(objects: number, milliseconds: number): void {
    const fitting = (objects * AIM) / Math.max(1, milliseconds);
    this.size = Math.max(1, Math.round(Math.min(fitting, GROWTH * objects, 1 << 16)));
  }
}
