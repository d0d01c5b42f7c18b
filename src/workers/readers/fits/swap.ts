import type { NumericArray } from '../../../core/model/column';

/** Where a column's big-endian elements lie in a block of rows. */
export interface Strided {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** First byte of the column in the block's first row. */
  readonly from: number;
  readonly rowBytes: number;
  readonly rows: number;
}

/**
 * Copies `count` big-endian elements a row out of a block of rows into native memory, starting at element `at` of `out`. One loop a width, so
 * that each stays monomorphic; eight-byte elements go as two words, which keeps 64-bit integers and NaN payloads exact. `flip` is XORed onto
 * the most significant word: it turns the unsigned convention's offset into the number itself.
 */
export function copyElements(block: Strided, count: number, size: number, out: NumericArray, at: number, flip: boolean): void {
  const { buffer, byteOffset } = out;
  if (size === 1) copy1(block, count, new Uint8Array(buffer, byteOffset + at, block.rows * count), flip ? 0x80 : 0);
  else if (size === 2) copy2(block, count, new Uint16Array(buffer, byteOffset + 2 * at, block.rows * count), flip ? 0x8000 : 0);
  else if (size === 4) copy4(block, count, new Int32Array(buffer, byteOffset + 4 * at, block.rows * count), flip ? 0x80000000 | 0 : 0);
  else copy8(block, count, new Int32Array(buffer, byteOffset + 8 * at, 2 * block.rows * count), flip ? 0x80000000 | 0 : 0);
}

function copy1({ bytes, from, rowBytes, rows }: Strided, count: number, out: Uint8Array, flip: number): void {
  let o = 0;
  for (let row = 0, p = from; row < rows; row++, p += rowBytes) for (let k = 0; k < count; k++) out[o++] = bytes[p + k]! ^ flip;
}

function copy2({ view, from, rowBytes, rows }: Strided, count: number, out: Uint16Array, flip: number): void {
  if (count === 1) {
    for (let row = 0, p = from; row < rows; row++, p += rowBytes) out[row] = view.getUint16(p) ^ flip;
    return;
  }
  let o = 0;
  for (let row = 0, start = from; row < rows; row++, start += rowBytes)
    for (let k = 0, p = start; k < count; k++, p += 2) out[o++] = view.getUint16(p) ^ flip;
}

function copy4({ view, from, rowBytes, rows }: Strided, count: number, out: Int32Array, flip: number): void {
  if (count === 1) {
    for (let row = 0, p = from; row < rows; row++, p += rowBytes) out[row] = view.getInt32(p) ^ flip;
    return;
  }
  let o = 0;
  for (let row = 0, start = from; row < rows; row++, start += rowBytes)
    for (let k = 0, p = start; k < count; k++, p += 4) out[o++] = view.getInt32(p) ^ flip;
}

function copy8({ view, from, rowBytes, rows }: Strided, count: number, out: Int32Array, flip: number): void {
  let o = 0;
  if (count === 1) {
    for (let row = 0, p = from; row < rows; row++, p += rowBytes) {
      out[o] = view.getInt32(p + 4);
      out[o + 1] = view.getInt32(p) ^ flip;
      o += 2;
    }
    return;
  }
  for (let row = 0, start = from; row < rows; row++, start += rowBytes) {
    for (let k = 0, p = start; k < count; k++, p += 8) {
      out[o] = view.getInt32(p + 4);
      out[o + 1] = view.getInt32(p) ^ flip;
      o += 2;
    }
  }
}
