/** Bytes as 32-bit words, four at a time, as far as they are aligned and whole; the rest stays bytes. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return bytes.byteOffset % 4 === 0 ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : new Uint32Array(0);
}

type Combine = (a: number, b: number) => number;

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
    const { bytes } = mask;
    // Most eights of rows have none set: two words tell.
    const words = wordsOf(rows);
    const whole = words.length >> 1;
    for (let b = 0; b < bytes.length; b++) {
      if (b < whole && (words[2 * b]! | words[2 * b + 1]!) === 0) continue;
      const from = 8 * b;
      const n = Math.min(8, rows.length - from);
      let byte = 0;
      for (let i = 0; i < n; i++) if (rows[from + i]) byte |= 1 << i;
      bytes[b] = byte;
    }
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
    const words = wordsOf(this.bytes);
    let n = 0;
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (word !== 0) n += popcount(word);
    }
    for (let i = 4 * words.length; i < this.bytes.length; i++) n += popcount(this.bytes[i]!);
    return n;
  }

  private combine(other: BitMask, f: Combine): BitMask {
    if (other.length !== this.length) throw new Error(`invalid mask: ${other.length} rows (must be ${this.length})`);
    const out = new BitMask(this.length);
    const [a, b, c] = [wordsOf(this.bytes), wordsOf(other.bytes), wordsOf(out.bytes)];
    const n = Math.min(a.length, b.length);
    for (let i = 0; i < n; i++) c[i] = f(a[i]!, b[i]!);
    for (let i = 4 * n; i < this.bytes.length; i++) out.bytes[i] = f(this.bytes[i]!, other.bytes[i]!);
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

/** Set bits of a 32-bit word (Warren 2012, Hacker's Delight, 5-1). */
function popcount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
