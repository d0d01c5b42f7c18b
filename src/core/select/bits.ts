import { BitMask } from '../model/bit-mask';
import type { Column } from '../model/column';
import { is64, numberReader, wordsOf } from './numbers';
import { blocksOf, type Span } from './row-source';

/** Two's complement words of a whole number up to 2^53. */
function words(value: number): [number, number] {
  return [value | 0, Math.floor(value / 4294967296) | 0];
}

/** Writes 1 where `(column & bit) != 0`, over all 64 bits of 64-bit columns; a missing value has no bit set. */
export function bitsTest(column: Column, bit: number): (span: Span, out: Uint8Array) => void {
  const read = numberReader(column);
  const [low, high] = words(bit);
  return (span, out) => {
    const first = Math.floor((span.list ? span.list[span.from]! : span.from) / column.chunkRows);
    const chunk = column.chunks[first];
    const n = span.to - span.from;
    if (chunk && is64(chunk.data)) {
      let index = -1;
      let data: Int32Array = new Int32Array(0);
      let validity: Uint8Array | undefined;
      for (let i = 0; i < n; i++) {
        const row = span.list ? span.list[span.from + i]! : span.from + i;
        const at = Math.floor(row / column.chunkRows);
        if (at !== index) {
          const found = column.chunks[(index = at)]!;
          data = wordsOf(found.data as BigInt64Array);
          validity = found.validity;
        }
        const k = row - at * column.chunkRows;
        const isSet = (data[2 * k]! & low) !== 0 || (data[2 * k + 1]! & high) !== 0;
        out[i] = isSet && (!validity || (validity[k >> 3]! >> (k & 7)) & 1) ? 1 : 0;
      }
      return;
    }
    const values = read(span);
    for (let i = 0; i < n; i++) {
      const v = values[i]!;
      out[i] = (v & low) !== 0 || (high !== 0 && (Math.floor(v / 4294967296) & high) !== 0) ? 1 : 0;
    }
  };
}

/** Rows [0, rows) where `(column & bit) != 0`. */
export function bitsMask(column: Column, bit: number, rows: number): BitMask {
  const mask = new BitMask(rows);
  const test = bitsTest(column, bit);
  const out = new Uint8Array(rows > 0 ? 8192 : 0);
  for (const block of blocksOf({ from: 0, to: rows })) {
    test(block, out);
    for (let row = block.from; row < block.to; row++) if (out[row - block.from]) mask.bytes[row >> 3]! |= 1 << (row & 7);
  }
  return mask;
}
