const COUNT = 10_000;
const MULTIPLIER = 16_807;
const MODULUS = 2_147_483_647;
/** With SUBTRACTIVE_DITHER_2 this integer stands for a value of exactly zero. */
const ZERO_VALUE = -2_147_483_646;

export type DitherMethod = 'NO_DITHER' | 'SUBTRACTIVE_DITHER_1' | 'SUBTRACTIVE_DITHER_2';

export interface Quantizer {
  readonly method: DitherMethod;
  readonly scale: number;
  readonly zero: number;
  /** The integer that stands for a missing value. */
  readonly blank: number | undefined;
  /** Number of the tile (from 0) plus ZDITHER0 − 1. */
  readonly seed: number;
}

let sequence: Float32Array | undefined;

/** The random numbers that every program that packs or unpacks such images makes alike. */
function ditherSequence(): Float32Array {
  if (sequence) return sequence;
  const out = new Float32Array(COUNT);
  let seed = 1;
  for (let i = 0; i < COUNT; i++) {
    // At most 3.6e13: exact in a double.
    seed = (MULTIPLIER * seed) % MODULUS;
    out[i] = seed / MODULUS;
  }
  return (sequence = out);
}

/**
 * Integers of a tile back into numbers (FITS 4.0, section 10.2; Pence et al. 2010, PASP 122, 1065, doi:10.1086/656249): q × scale + zero, after the
 * dither that was added has been taken off. A blank gives NaN. O(n).
 */
export function unquantize(raw: Int32Array, { method, scale, zero, blank, seed }: Quantizer): Float64Array {
  const out = new Float64Array(raw.length);
  const random = ditherSequence();
  let at = ((seed % COUNT) + COUNT) % COUNT;
  let next = Math.floor(random[at]! * 500);
  const isDithered = method !== 'NO_DITHER';
  for (let i = 0; i < raw.length; i++) {
    const q = raw[i]!;
    if (q === blank) out[i] = NaN;
    else if (method === 'SUBTRACTIVE_DITHER_2' && q === ZERO_VALUE) out[i] = 0;
    else out[i] = isDithered ? (q - random[next]! + 0.5) * scale + zero : q * scale + zero;
    if (++next < COUNT) continue;
    at = (at + 1) % COUNT;
    next = Math.floor(random[at]! * 500);
  }
  return out;
}
