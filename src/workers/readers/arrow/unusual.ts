import type { Chunk } from '../../../core/model/column';
import type { FieldBytes, FieldParts } from './buffers';
import { damaged } from './flatbuffer';
import type { ArrowKind } from './message';

/** Value types that need unpacking: half floats, decimals, string views. */

export function halves(bytes: Uint8Array<ArrayBuffer>, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const h = view.getUint16(2 * i, true);
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    const sign = h & 0x8000 ? -1 : 1;
    if (exponent === 31) out[i] = fraction ? NaN : sign * Infinity;
    else out[i] = exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return out;
}

export function decimals(bytes: Uint8Array<ArrayBuffer>, count: number, type: Extract<ArrowKind, { kind: 'decimal' }>): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = type.bits / 32;
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let v = BigInt(view.getInt32(4 * (i * words + words - 1), true));
    for (let w = words - 2; w >= 0; w--) v = (v << 32n) | BigInt(view.getUint32(4 * (i * words + w), true));
    // Through decimal text: the nearest double, not a double divided by a rounded power.
    out[i] = Number(`${v}e${-type.scale}`);
  }
  return out;
}

/** Strings kept as views (Arrow 1.4): short ones inline, long ones in side buffers. */
export function views(bytes: FieldBytes, parts: FieldParts, validity: Uint8Array | undefined): Chunk {
  const { length, buffers } = parts;
  const raw = bytes.get(buffers[1], length * 16);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const sides = buffers.slice(2).map((b) => bytes.get(b, 0));
  const offsets = new Int32Array(length + 1);
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let i = 0; i < length; i++) {
    const isNull = validity && ((validity[i >> 3]! >> (i & 7)) & 1) === 0;
    const size = isNull ? 0 : view.getInt32(16 * i, true);
    if (size < 0) throw damaged(`row ${i} of a text column has the length ${size}`);
    if (size > 0 && size <= 12) pieces.push(raw.subarray(16 * i + 4, 16 * i + 4 + size));
    else if (size > 12) {
      const side = sides[view.getInt32(16 * i + 8, true)];
      const at = view.getInt32(16 * i + 12, true);
      if (!side || at < 0 || at + size > side.length) throw damaged(`row ${i} of a text column lies outside its bytes`);
      pieces.push(side.subarray(at, at + size));
    }
    total += size;
    if (total > 2 ** 31 - 1) throw damaged('a text column unpacks to more than 2 GiB in one batch');
    offsets[i + 1] = total;
  }
  const data = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    data.set(piece, at);
    at += piece.length;
  }
  return { length, stride: 1, data, offsets, validity };
}
