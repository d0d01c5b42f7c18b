import type { Chunk, Column } from '../model/column';
import { is64, wordsOf } from '../select/numbers';
import type { Dictionary } from './dictionary';

/** Bytes that grow, for many short texts one after the other. */
class ByteList {
  bytes = new Uint8Array(1 << 16);
  length = 0;

  private reserve(n: number): void {
    if (this.length + n <= this.bytes.length) return;
    const more = new Uint8Array(Math.max(2 * this.bytes.length, this.length + n));
    more.set(this.bytes.subarray(0, this.length));
    this.bytes = more;
  }

  addBytes(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    for (let i = start; i < end; i++) this.bytes[this.length++] = from[i]!;
  }

  /** Numbers and truth values: ASCII alone. */
  addAscii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }
}

function printed(chunk: Chunk, k: number, isBool: boolean): string {
  const { data } = chunk;
  if (is64(data)) {
    // Almost every identifier fits a plain number, which prints faster.
    const words = wordsOf(data);
    return words[2 * k + 1] === 0 ? String(words[2 * k]! >>> 0) : String(data[k]);
  }
  return isBool ? String(data[k] === 1) : String(data[k]);
}

/** The texts of codes as UTF-8, one after the other: code c is bytes[offsets[c] … offsets[c + 1]). */
export interface CodeTexts {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** The text of each code: numbers are printed as they are, missing is the empty text. Yields the fraction done. */
export function* textsOfCodes(column: Column, { firstRow, count, missing }: Dictionary): Generator<number, CodeTexts> {
  const list = new ByteList();
  const offsets = new Uint32Array(new SharedArrayBuffer(4 * (count + 1)));
  const { type } = column.meta;
  for (let code = 0; code < count; code++) {
    const row = firstRow[code]!;
    const index = Math.floor(row / column.chunkRows);
    const chunk = column.chunks[index]!;
    const k = row - index * column.chunkRows;
    if (code !== missing) {
      if (type === 'utf8') list.addBytes(chunk.data as Uint8Array, chunk.offsets![k]!, chunk.offsets![k + 1]!);
      else list.addAscii(printed(chunk, k, type === 'bool'));
    }
    offsets[code + 1] = list.length;
    if ((code & 0xffff) === 0xffff) yield code / count;
  }
  const bytes = new Uint8Array(new SharedArrayBuffer(list.length));
  bytes.set(list.bytes.subarray(0, list.length));
  return { bytes, offsets };
}
