/** A heap of ring slots ordered by their values times `sign`: the smallest such on top. `place` tells where each slot sits. */
class SlotHeap {
  size = 0;
  private readonly slots: Int32Array;
  constructor(
    capacity: number,
    private readonly values: Float64Array,
    private readonly place: Int32Array,
    private readonly sign: 1 | -1,
  ) {
    this.slots = new Int32Array(capacity);
  }

  get top(): number {
    return this.slots[0]!;
  }

  add(slot: number): void {
    this.up(this.size++, slot);
  }

  remove(slot: number): void {
    const hole = this.place[slot]!;
    const last = this.slots[--this.size]!;
    if (hole === this.size) return;
    this.up(hole, last);
    this.down(this.place[last]!, last);
  }

  private up(at: number, slot: number): void {
    const { slots, values, place, sign } = this;
    const key = sign * values[slot]!;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = slots[parent]!;
      if (sign * values[above]! <= key) break;
      slots[at] = above;
      place[above] = at;
      at = parent;
    }
    slots[at] = slot;
    place[slot] = at;
  }

  private down(at: number, slot: number): void {
    const { slots, values, place, sign, size } = this;
    const key = sign * values[slot]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && sign * values[slots[child + 1]!]! < sign * values[slots[child]!]!) child++;
      const below = slots[child]!;
      if (key <= sign * values[below]!) break;
      slots[at] = below;
      place[below] = at;
      at = child;
    }
    slots[at] = slot;
    place[slot] = at;
  }
}

/**
 * A first-in-first-out window that knows its median, in O(log size) a move: the lower half in a heap with the largest on top, the upper half
 * with the smallest on top.
 */
export class WindowMedian {
  private readonly values: Float64Array;
  private readonly inLower: Uint8Array;
  private readonly lower: SlotHeap;
  private readonly upper: SlotHeap;
  private head = 0;

  /** `capacity`: the most values it will hold. */
  constructor(private readonly capacity: number) {
    this.values = new Float64Array(capacity);
    this.inLower = new Uint8Array(capacity);
    const place = new Int32Array(capacity);
    this.lower = new SlotHeap(capacity, this.values, place, -1);
    this.upper = new SlotHeap(capacity, this.values, place, 1);
  }

  get size(): number {
    return this.lower.size + this.upper.size;
  }

  push(value: number): void {
    const slot = (this.head + this.size) % this.capacity;
    this.values[slot] = value;
    const low = this.lower.size === 0 || value <= this.values[this.lower.top]!;
    this.inLower[slot] = low ? 1 : 0;
    (low ? this.lower : this.upper).add(slot);
    this.balance();
  }

  /** Drops the oldest value. */
  shift(): void {
    const slot = this.head;
    (this.inLower[slot] === 1 ? this.lower : this.upper).remove(slot);
    this.head = (slot + 1) % this.capacity;
    this.balance();
  }

  private balance(): void {
    if (this.lower.size > this.upper.size + 1) this.move(this.lower, this.upper, 0);
    else if (this.upper.size > this.lower.size) this.move(this.upper, this.lower, 1);
  }

  private move(from: SlotHeap, to: SlotHeap, low: 0 | 1): void {
    const slot = from.top;
    from.remove(slot);
    this.inLower[slot] = low;
    to.add(slot);
  }

  /** NaN when empty; the mean of the middle two when the size is even. */
  median(): number {
    if (this.size === 0) return NaN;
    const low = this.values[this.lower.top]!;
    return this.lower.size > this.upper.size ? low : (low + this.values[this.upper.top]!) / 2;
  }
}
