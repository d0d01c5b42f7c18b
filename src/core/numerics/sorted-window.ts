/** Elements up to which a loop moves them faster than the platform's memory move. */
const FEW = 48;

/** A first-in-first-out window of finite values, kept in order: O(size) a move with a very small constant. */
export class SortedWindow {
  size = 0;
  /** The values in order: the first `size` count. */
  readonly sorted: Float64Array;
  private readonly ring: Float64Array;
  private head = 0;

  /** `capacity`: the most values it will hold. */
  constructor(private readonly capacity: number) {
    this.sorted = new Float64Array(capacity + 1);
    this.ring = new Float64Array(capacity);
  }

  push(value: number): void {
    this.enqueue(value);
    const at = this.find(value);
    this.move(at, this.size++, 1);
    this.sorted[at] = value;
  }

  /** Drops the oldest value. */
  shift(): void {
    const at = this.find(this.ring[this.head]!);
    this.dequeue();
    this.move(at + 1, this.size--, -1);
  }

  /** Drops the oldest value and adds one: moves only what lies between the two. */
  replace(value: number): void {
    const oldest = this.ring[this.head]!;
    const from = this.find(oldest);
    const to = this.find(value);
    this.enqueue(value);
    this.dequeue();
    if (value > oldest) {
      this.move(from + 1, to, -1);
      this.sorted[to - 1] = value;
    } else {
      this.move(to, from, 1);
      this.sorted[to] = value;
    }
  }

  /** NaN when empty; the mean of the middle two when the size is even. */
  median(): number {
    const { sorted, size } = this;
    if (size === 0) return NaN;
    const k = size >> 1;
    return size & 1 ? sorted[k]! : (sorted[k - 1]! + sorted[k]!) / 2;
  }

  private enqueue(value: number): void {
    let slot = this.head + this.size;
    if (slot >= this.capacity) slot -= this.capacity;
    this.ring[slot] = value;
  }

  private dequeue(): void {
    if (++this.head === this.capacity) this.head = 0;
  }

  /** First position whose value is >= v. */
  private find(v: number): number {
    const { sorted } = this;
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < v) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves the elements [from, to) one place up or down. */
  private move(from: number, to: number, by: 1 | -1): void {
    const { sorted } = this;
    if (to - from > FEW) sorted.copyWithin(from + by, from, to);
    else if (by > 0) for (let i = to; i > from; i--) sorted[i] = sorted[i - 1]!;
    else for (let i = from; i < to; i++) sorted[i - 1] = sorted[i]!;
  }
}
