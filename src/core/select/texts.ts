import { type Chunk, type Column, isValid, parseType, readCell } from '../model/column';
import type { Span } from './row-source';

const decoder = new TextDecoder();

/** Above this many different strings a column is taken to hold free text, which is decoded row by row. */
const MAX_INTERNED = 1 << 16;

/** Turns bytes into strings, decoding each different string once: survey text columns repeat few values many times. */
class Interner {
  private readonly buckets = new Map<number, { bytes: Uint8Array; text: string }[]>();
  private count = 0;

  text(data: Uint8Array, from: number, to: number): string {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + data[i]!) | 0;
    const bucket = this.buckets.get(hash);
    if (bucket) for (const entry of bucket) if (sameBytes(entry.bytes, data, from, to)) return entry.text;
    // TextDecoder refuses views on shared memory: slice copies them out.
    const bytes = data.slice(from, to);
    const text = decoder.decode(bytes);
    if (this.count < MAX_INTERNED) {
      this.count++;
      if (bucket) bucket.push({ bytes, text });
      else this.buckets.set(hash, [{ bytes, text }]);
    }
    return text;
  }
}

export function sameBytes(key: Uint8Array, data: Uint8Array, from: number, to: number): boolean {
  if (key.length !== to - from) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== data[from + i]) return false;
  return true;
}

function print(column: Column, row: number): string | undefined {
  const cell = readCell(column, row);
  return cell === undefined
    ? undefined
    : Array.isArray(cell)
      ? JSON.stringify(cell, (_, v) => (typeof v === 'bigint' ? String(v) : v))
      : String(cell);
}

/** A reader of spans as text (numbers are printed), undefined where null. */
export function textReader(column: Column): (span: Span) => (string | undefined)[] {
  const { kind, element } = parseType(column.meta.type);
  const isText = kind === 'scalar' && element === 'utf8';
  const interner = new Interner();
  return ({ from, to, list }) => {
    const out = new Array<string | undefined>(to - from);
    let chunk: Chunk | undefined;
    let index = -1;
    for (let i = from; i < to; i++) {
      const row = list ? list[i]! : i;
      if (!isText) {
        out[i - from] = print(column, row);
        continue;
      }
      const at = Math.floor(row / column.chunkRows);
      if (at !== index) chunk = column.chunks[(index = at)];
      if (!chunk?.offsets) throw new Error(`invalid row: ${row} (column ${column.meta.name} has ${column.length})`);
      const k = row - at * column.chunkRows;
      out[i - from] = isValid(chunk, k) ? interner.text(chunk.data as Uint8Array, chunk.offsets[k]!, chunk.offsets[k + 1]!) : undefined;
    }
    return out;
  };
}
