import type { ObjectLookup, RowSource } from '../select/row-source';
import { type CodeTexts, textsOfCodes } from './code-texts';
import { encode } from './dictionary';
import { AppError } from '../protocol/outcome';
import { scaled } from './scaled';

/** The object index as plain data over shared memory, for threads. */
export interface ObjectIndexData {
  /** The column of identifiers; undefined for a table that is one star in several bands. */
  readonly column?: string | undefined;
  readonly bandColumn?: string | undefined;
  readonly count: number;
  /** Identifiers as UTF-8, one after the other; `idOffsets` has count + 1 entries. */
  readonly idBytes: Uint8Array;
  readonly idOffsets: Uint32Array;
  /** Hash table over the identifiers: object + 1, 0 where empty; its length is a power of two. */
  readonly lookup: Uint32Array;
  /** Rows grouped by object, ascending inside each: those of object i are rows[starts[i] … starts[i + 1]). */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  /** Object of each row. */
  readonly objectOf: Uint32Array;
  readonly bands: readonly string[];
  readonly bandOf?: Uint16Array | undefined;
}

const MAX_BANDS = 1000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function shared32(n: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * n));
}

function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let h = 0x811c9dc5;
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Objects of a table: rows that share an identifier. Rows without one form the object ''. */
export class ObjectIndex implements ObjectLookup {
  private texts: readonly string[] | undefined;

  constructor(readonly data: ObjectIndexData) {}

  get count(): number {
    return this.data.count;
  }
  get starts(): Uint32Array {
    return this.data.starts;
  }
  get rows(): Uint32Array {
    return this.data.rows;
  }
  get objectOf(): Uint32Array {
    return this.data.objectOf;
  }
  get bands(): readonly string[] {
    return this.data.bands;
  }
  get bandOf(): Uint16Array | undefined {
    return this.data.bandOf;
  }

  /** All identifiers; decoded when first asked for. */
  get ids(): readonly string[] {
    return (this.texts ??= Array.from({ length: this.count }, (_, i) => this.id(i)));
  }

  id(index: number): string {
    const { idBytes, idOffsets } = this.data;
    return decoder.decode(idBytes.slice(idOffsets[index]!, idOffsets[index + 1]!));
  }

  find(id: string): number {
    const { idBytes, idOffsets, lookup } = this.data;
    const key = encoder.encode(id);
    const mask = lookup.length - 1;
    for (let at = hashBytes(key, 0, key.length) & mask; ; at = (at + 1) & mask) {
      const index = lookup[at]! - 1;
      if (index < 0) return -1;
      const from = idOffsets[index]!;
      if (idOffsets[index + 1]! - from === key.length && key.every((b, i) => idBytes[from + i] === b)) return index;
    }
  }

  /** Rows of an object, ascending; a view on the index. */
  rowsOf(index: number): Uint32Array {
    return this.data.rows.subarray(this.data.starts[index]!, this.data.starts[index + 1]!);
  }
}

function* lookupOf({ bytes, offsets }: CodeTexts, count: number): Generator<number, Uint32Array> {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * count)));
  const lookup = shared32(size);
  for (let i = 0; i < count; i++) {
    let at = hashBytes(bytes, offsets[i]!, offsets[i + 1]!) & (size - 1);
    while (lookup[at] !== 0) at = (at + 1) & (size - 1);
    lookup[at] = i + 1;
    if ((i & 0xffff) === 0xffff) yield i / count;
  }
  return lookup;
}

/** Stable counting sort: rows by code. */
function* group(codes: Uint32Array, count: number): Generator<number, { starts: Uint32Array; rows: Uint32Array }> {
  const starts = shared32(count + 1);
  for (let row = 0; row < codes.length; row++) starts[codes[row]! + 1]!++;
  yield 0.3;
  for (let i = 0; i < count; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice(0, count);
  const rows = shared32(codes.length);
  for (let from = 0; from < codes.length; from += 1 << 18) {
    const to = Math.min(codes.length, from + (1 << 18));
    for (let row = from; row < to; row++) rows[next[codes[row]!]!++] = row;
    yield 0.3 + (0.7 * to) / codes.length;
  }
  return { starts, rows };
}

function* bandCodes(source: RowSource, name: string): Generator<number, Pick<ObjectIndexData, 'bands' | 'bandOf'>> {
  const column = source.column(name);
  const dictionary = yield* scaled(encode(column, source.rows, MAX_BANDS), 0, 0.99);
  if (!dictionary)
    throw new AppError({
      code: 'invalid-argument',
      message: `column ${name} has more than ${MAX_BANDS} different values (a band column has a few)`,
      hint: 'give another column the role band, or none',
      column: name,
    });
  const bandOf = new Uint16Array(new SharedArrayBuffer(2 * source.rows));
  bandOf.set(dictionary.codes);
  const { bytes, offsets } = yield* scaled(textsOfCodes(column, dictionary), 0.99, 1);
  const bands = Array.from({ length: dictionary.count }, (_, i) => decoder.decode(bytes.slice(offsets[i], offsets[i + 1])));
  return { bands, bandOf };
}

/** What the rows are grouped by. */
export interface ObjectColumns {
  /** Absent: all rows are one object, of this `name`. */
  readonly object?: string | undefined;
  readonly name?: string | undefined;
  readonly band?: string | undefined;
}

interface Identified {
  readonly codes: Uint32Array;
  readonly texts: CodeTexts;
  readonly count: number;
}

function oneObject(rows: number, name: string): Identified {
  const text = encoder.encode(name);
  const bytes = new Uint8Array(new SharedArrayBuffer(text.length));
  bytes.set(text);
  const offsets = shared32(2);
  offsets[1] = text.length;
  return { codes: shared32(rows), texts: { bytes, offsets }, count: 1 };
}

function* identified(source: RowSource, object: string): Generator<number, Identified> {
  const column = source.column(object);
  const { codes, count, ...rest } = (yield* scaled(encode(column, source.rows), 0, 0.9))!;
  const texts = yield* scaled(textsOfCodes(column, { codes, count, ...rest }), 0.9, 1);
  return { codes, texts, count };
}

/**
 * Groups the rows by object in time proportional to the rows, objects in order of first appearance; yields the fraction done. Throws AppError
 * `not-found` for unknown columns, `invalid-argument` for columns that cannot name objects or bands.
 */
export function* objectIndexOf(source: RowSource, { object, name = '', band }: ObjectColumns): Generator<number, ObjectIndexData> {
  const { codes, texts, count } = object === undefined ? oneObject(source.rows, name) : yield* scaled(identified(source, object), 0, 0.55);
  const grouped = yield* scaled(group(codes, count), 0.55, 0.75);
  const lookup = yield* scaled(lookupOf(texts, count), 0.75, 0.8);
  const bands = band === undefined ? { bands: [] } : yield* scaled(bandCodes(source, band), 0.8, 1);
  const ids = { idBytes: texts.bytes, idOffsets: texts.offsets, lookup };
  return { column: object, bandColumn: band, count, ...ids, ...grouped, objectOf: codes, ...bands };
}

/** objectIndexOf to the end, in one go. */
export function buildObjectIndex(source: RowSource, object: string, band?: string): ObjectIndex {
  const work = objectIndexOf(source, { object, band });
  for (;;) {
    const step = work.next();
    if (step.done) return new ObjectIndex(step.value);
  }
}
