/**
 * One bit a row, packed least significant bit first (Arrow's order), over memory that threads may share. A set bit means what the
 * mask's name says (`flaggedMask`: flagged). Bits past `length` are always 0.
 */
export class BitMask {
  readonly bytes: Uint8Array;

  constructor(
    readonly length: number,
    bytes?: Uint8Array,
  ) {
    const size = (length + 7) >> 3;
    if (bytes && bytes.length !== size) throw new Error(`invalid mask: ${bytes.length} bytes (must be ${size} for ${length} rows)`);
    this.bytes = bytes ?? new Uint8Array(new SharedArrayBuffer(size));
  }

  /** From one byte a row, non-zero = set. */
  static fromBytes(rows: Uint8Array): BitMask {
    const mask = new BitMask(rows.length);
    for (let i = 0; i < rows.length; i++) if (rows[i]) mask.bytes[i >> 3]! |= 1 << (i & 7);
    return mask;
  }

  has(row: number): boolean {
    return ((this.bytes[row >> 3]! >> (row & 7)) & 1) === 1;
  }

  /** Whether no row in [from, to] is set: looks at whole bytes, so that it may say false for a neighbour's sake. */
  isClear(from: number, to: number): boolean {
    for (let b = from >> 3; b <= to >> 3; b++) if (this.bytes[b] !== 0) return false;
    return true;
  }

  set(row: number, value = true): void {
    if (value) this.bytes[row >> 3]! |= 1 << (row & 7);
    else this.bytes[row >> 3]! &= ~(1 << (row & 7));
  }

  count(): number {
    let n = 0;
    for (let i = 0; i < this.bytes.length; i++) n += POPCOUNT[this.bytes[i]!]!;
    return n;
  }

  private combine(other: BitMask, f: (a: number, b: number) => number): BitMask {
    if (other.length !== this.length) throw new Error(`invalid mask: ${other.length} rows (must be ${this.length})`);
    const out = new BitMask(this.length);
    for (let i = 0; i < this.bytes.length; i++) out.bytes[i] = f(this.bytes[i]!, other.bytes[i]!);
    return out;
  }

  or(other: BitMask): BitMask {
    return this.combine(other, (a, b) => a | b);
  }
  and(other: BitMask): BitMask {
    return this.combine(other, (a, b) => a & b);
  }
  andNot(other: BitMask): BitMask {
    return this.combine(other, (a, b) => a & ~b);
  }
  xor(other: BitMask): BitMask {
    return this.combine(other, (a, b) => a ^ b);
  }

  not(): BitMask {
    const out = new BitMask(this.length);
    for (let i = 0; i < this.bytes.length; i++) out.bytes[i] = ~this.bytes[i]!;
    const spare = out.bytes.length * 8 - this.length;
    if (spare > 0) out.bytes[out.bytes.length - 1]! &= 0xff >> spare;
    return out;
  }

  isEmpty(): boolean {
    return this.bytes.every((b) => b === 0);
  }

  /** Rows [from, to) as one byte a row. */
  toBytes(from = 0, to = this.length): Uint8Array {
    const out = new Uint8Array(to - from);
    for (let i = 0; i < out.length; i++) out[i] = this.has(from + i) ? 1 : 0;
    return out;
  }
}

const POPCOUNT = Uint8Array.from({ length: 256 }, (_, n) => {
  let c = 0;
  for (let b = n; b; b >>= 1) c += b & 1;
  return c;
});
