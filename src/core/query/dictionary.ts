import { type Chunk, type Column, isValid, parseType } from '../model/column';
import { AppError } from '../protocol/outcome';
import { is64, wordsOf } from '../select/numbers';

/** A column as numbers that stand for its different values. Codes count from 0 in order of first appearance. */
export interface Dictionary {
  readonly codes: Uint32Array;
  readonly count: number;
  /** The row where each code appears first. */
  readonly firstRow: Uint32Array;
  /** Code of the rows without a value (null, NaN, empty text), -1 when there are none. */
  readonly missing: number;
}

const SLICE = 1 << 14;

class Grown {
  first = new Uint32Array(1024);
  count = 0;
  add(row: number): number {
    if (this.count === this.first.length) {
      const more = new Uint32Array(2 * this.count);
      more.set(this.first);
      this.first = more;
    }
    this.first[this.count] = row;
    return this.count++;
  }
}

function mix(low: number, high: number): number {
  let h = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Open-addressed table from a pair of words to a code. */
class WordTable {
  private slots = new Int32Array(3 * 4096);
  private mask = 4095;
  count = 0;

  /** Index of the key's slot, or of the empty slot where it belongs; slots hold (low, high, code + 1). */
  private slotOf(low: number, high: number): number {
    let at = mix(low, high) & this.mask;
    for (;;) {
      const s = 3 * at;
      if (this.slots[s + 2] === 0 || (this.slots[s] === low && this.slots[s + 1] === high)) return s;
      at = (at + 1) & this.mask;
    }
  }

  /** The key's code, or -1. */
  get(low: number, high: number): number {
    return this.slots[this.slotOf(low, high) + 2]! - 1;
  }

  put(low: number, high: number, code: number): void {
    if (2 * ++this.count > this.mask) this.grow();
    const s = this.slotOf(low, high);
    this.slots[s] = low;
    this.slots[s + 1] = high;
    this.slots[s + 2] = code + 1;
  }

  private grow(): void {
    const old = this.slots;
    this.mask = 2 * (this.mask + 1) - 1;
    this.slots = new Int32Array(3 * (this.mask + 1));
    for (let s = 0; s < old.length; s += 3) {
      if (old[s + 2] === 0) continue;
      const to = this.slotOf(old[s]!, old[s + 1]!);
      this.slots[to] = old[s]!;
      this.slots[to + 1] = old[s + 1]!;
      this.slots[to + 2] = old[s + 2]!;
    }
  }
}

/** Open-addressed table from bytes to a code; keys are kept where they lie in the column. */
class TextTable {
  private slots = new Int32Array(2 * 4096);
  private mask = 4095;
  private readonly chunks: Chunk[] = [];
  private readonly places = new Grown();

  constructor(private readonly column: Column) {}

  /** The code of row k of a chunk, whose bytes are [from, to); a new one is made by `add`. */
  code(bytes: Uint8Array, from: number, to: number, row: number, add: (row: number) => number): number {
    let h = to - from;
    for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
    h = mix(h, h >>> 7) | 0;
    let at = h & this.mask;
    for (;;) {
      const code = this.slots[2 * at + 1]! - 1;
      if (code < 0) break;
      if (this.slots[2 * at] === h && this.isKey(code, bytes, from, to)) return code;
      at = (at + 1) & this.mask;
    }
    const code = add(row);
    this.places.add(row);
    this.slots[2 * at] = h;
    this.slots[2 * at + 1] = code + 1;
    if (2 * this.places.count > this.mask) this.grow();
    return code;
  }

  /** Codes are handed out to texts in the order of `places`, but for the one of missing rows, which shifts those after it. */
  shift = Infinity;

  private isKey(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const row = this.places.first[code > this.shift ? code - 1 : code]!;
    const index = Math.floor(row / this.column.chunkRows);
    const chunk = (this.chunks[index] ??= this.column.chunks[index]!);
    const k = row - index * this.column.chunkRows;
    const start = chunk.offsets![k]!;
    if (chunk.offsets![k + 1]! - start !== to - from) return false;
    const data = chunk.data as Uint8Array;
    for (let i = 0; i < to - from; i++) if (data[start + i] !== bytes[from + i]) return false;
    return true;
  }

  private grow(): void {
    const old = this.slots;
    this.mask = 2 * (this.mask + 1) - 1;
    this.slots = new Int32Array(2 * (this.mask + 1));
    for (let s = 0; s < old.length; s += 2) {
      if (old[s + 1] === 0) continue;
      let at = old[s]! & this.mask;
      while (this.slots[2 * at + 1] !== 0) at = (at + 1) & this.mask;
      this.slots[2 * at] = old[s]!;
      this.slots[2 * at + 1] = old[s + 1]!;
    }
  }
}

/** Values of a slice of a chunk as pairs of 32-bit words that are equal exactly when the values are. */
class WordSlice {
  readonly low = new Int32Array(SLICE);
  readonly high = new Int32Array(SLICE);
  /** 1 where there is no value. */
  readonly missing = new Uint8Array(SLICE);
  private readonly floats = new Float64Array(SLICE);
  private readonly floatWords = new Int32Array(this.floats.buffer);

  read({ data, validity }: Chunk, start: number, n: number): void {
    this.missing.fill(0, 0, n);
    if (is64(data)) this.split(wordsOf(data), 2 * start, n);
    else if (data instanceof Float64Array || data instanceof Float32Array) {
      this.floats.set(data.subarray(start, start + n));
      for (let i = 0; i < n; i++) {
        const v = this.floats[i]!;
        if (v !== v) this.missing[i] = 1;
        // Adding 0 turns -0 into 0.
        this.floats[i] = v + 0;
      }
      this.split(this.floatWords, 0, n);
    } else {
      this.low.set(data.subarray(start, start + n));
      this.high.fill(0, 0, n);
    }
    if (!validity) return;
    for (let i = 0, row = start; i < n; i++, row++) if (((validity[row >> 3]! >> (row & 7)) & 1) === 0) this.missing[i] = 1;
  }

  private split(words: Int32Array, from: number, n: number): void {
    for (let i = 0, w = from; i < n; i++, w += 2) {
      this.low[i] = words[w]!;
      this.high[i] = words[w + 1]!;
    }
  }
}

function encodeSlice(
  { low, high, missing }: WordSlice,
  start: number,
  n: number,
  codes: Uint32Array,
  words: WordTable,
  add: (row: number) => number,
  missingCode: (row: number) => number,
): void {
  let [lastLow, lastHigh, lastCode] = [0, 0, -1];
  for (let i = 0; i < n; i++) {
    if (missing[i] === 1) {
      codes[start + i] = missingCode(start + i);
      continue;
    }
    const l = low[i]!;
    const h = high[i]!;
    // Tables are often sorted by object: a run of equal values needs no look-up.
    if (lastCode < 0 || l !== lastLow || h !== lastHigh) {
      lastCode = words.get(l, h);
      if (lastCode < 0) words.put(l, h, (lastCode = add(start + i)));
      lastLow = l;
      lastHigh = h;
    }
    codes[start + i] = lastCode;
  }
}

/**
 * Encodes rows [0, rows) of a scalar column; equal values get equal codes, the exact 64 bits of an integer included. Yields the fraction done.
 * Throws AppError `invalid-argument` for list and complex columns. `limit`: gives up (undefined) at more than so many values.
 */
export function* encode(column: Column, rows: number, limit = Infinity): Generator<number, Dictionary | undefined> {
  const { kind, element } = parseType(column.meta.type);
  if (kind !== 'scalar' || element.startsWith('complex'))
    throw new AppError({
      code: 'invalid-argument',
      message: `column ${column.meta.name} holds ${column.meta.type}, which cannot name objects or bands`,
      hint: 'choose a column of text or whole numbers',
      column: column.meta.name,
    });
  const codes = new Uint32Array(new SharedArrayBuffer(4 * rows));
  const values = new Grown();
  const words = new WordTable();
  const slice = new WordSlice();
  const texts = new TextTable(column);
  let missing = -1;
  const missingCode = (row: number): number => {
    if (missing < 0) texts.shift = missing = values.add(row);
    return missing;
  };
  const add = (row: number): number => values.add(row);
  for (let start = 0; start < rows;) {
    const index = Math.floor(start / column.chunkRows);
    const chunk = column.chunks[index]!;
    const base = index * column.chunkRows;
    const end = Math.min(rows, base + chunk.length, start + SLICE);
    if (end <= start) throw new Error(`invalid row: ${start} (column ${column.meta.name} has ${column.length})`);
    if (element === 'utf8') {
      const bytes = chunk.data as Uint8Array;
      for (let row = start; row < end; row++) {
        const from = chunk.offsets![row - base]!;
        const to = chunk.offsets![row - base + 1]!;
        codes[row] = from === to || !isValid(chunk, row - base) ? missingCode(row) : texts.code(bytes, from, to, row, add);
      }
    } else {
      slice.read(chunk, start - base, end - start);
      encodeSlice(slice, start, end - start, codes, words, add, missingCode);
    }
    if (values.count > limit) return undefined;
    start = end;
    yield end / rows;
  }
  return { codes, count: values.count, firstRow: values.first.slice(0, values.count), missing };
}
