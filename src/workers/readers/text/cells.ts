/**
 * What a cell of text says, read from its bytes. Numbers up to 2^53 with a power of ten up to 22 are exact in one multiplication or
 * division (Clinger 1990, doi:10.1145/93542.93557); everything else goes through Number(), so every value is the nearest double.
 */

export enum Kind {
  Empty,
  /** A marker such as `NA` or `null`. */
  Missing,
  Bool,
  /** Below 2^53. */
  Int,
  /** 2^53 and more, fits int64. */
  Int64,
  /** Fits uint64 only. */
  Uint64,
  /** An integer that fits neither. */
  HugeInt,
  Float,
  NaN,
  Text,
}

/** What pandas takes for missing in a table with delimiters, less `nan`, which is a number here. */
const MISSING = new Set(['#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'n/a', 'null']);
const NANS = new Set(['nan', 'NaN', 'NAN', '-nan', '-NaN', '+nan']);
const INFINITE = /^[+-]?inf(inity)?$/i;
const BOOLS = new Set(['True', 'TRUE', 'true', 'False', 'FALSE', 'false']);

/** True when the cell of a text column counts as missing (besides being empty). */
export function isMissingText(bytes: Buffer, s: number, e: number): boolean {
  if (e - s > 8 || e - s < 2) return false;
  const c = bytes[s]!;
  // # - 1 < N n
  if (c !== 35 && c !== 45 && c !== 49 && c !== 60 && c !== 78 && c !== 110) return false;
  const text = latin1(bytes, s, e);
  return MISSING.has(text) || NANS.has(text);
}

export function classify(bytes: Buffer, s: number, e: number): Kind {
  while (s < e && bytes[s]! <= 32) s++;
  while (e > s && bytes[e - 1]! <= 32) e--;
  if (s === e) return Kind.Empty;
  let i = s;
  if (bytes[i] === 43 || bytes[i] === 45) i++;
  const from = i;
  let c = 0;
  while (i < e && (c = bytes[i]!) >= 48 && c <= 57) i++;
  let digits = i - from;
  if (i === e && digits > 0) return digits <= 15 ? Kind.Int : bigKind(bytes, s, e);
  if (bytes[i] === 46) {
    const point = ++i;
    while (i < e && (c = bytes[i]!) >= 48 && c <= 57) i++;
    digits += i - point;
  }
  if (digits === 0) return words(bytes, s, e);
  if (i < e && (bytes[i] === 101 || bytes[i] === 69)) {
    i++;
    if (bytes[i] === 43 || bytes[i] === 45) i++;
    const exponent = i;
    while (i < e && (c = bytes[i]!) >= 48 && c <= 57) i++;
    if (i === exponent) return words(bytes, s, e);
  }
  return i === e ? Kind.Float : words(bytes, s, e);
}

function words(bytes: Buffer, s: number, e: number): Kind {
  if (e - s > 9) return Kind.Text;
  const text = latin1(bytes, s, e);
  if (MISSING.has(text)) return Kind.Missing;
  if (NANS.has(text)) return Kind.NaN;
  if (BOOLS.has(text)) return Kind.Bool;
  return INFINITE.test(text) ? Kind.Float : Kind.Text;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

function bigKind(bytes: Buffer, s: number, e: number): Kind {
  if (e - s > 400) return Kind.HugeInt;
  const first = bytes[s] === 43 || bytes[s] === 45 ? s + 1 : s;
  if (e - first >= 17 && e - first <= 18 && bytes[first] !== 48) return Kind.Int64;
  const v = bigIntAt(bytes, s, e);
  if (v >= -SAFE && v <= SAFE) return Kind.Int;
  if (v >= -(2n ** 63n) && v < 2n ** 63n) return Kind.Int64;
  return v >= 0n && v < 2n ** 64n ? Kind.Uint64 : Kind.HugeInt;
}

/** The integer at [s, e), which classify has called one. */
export function bigIntAt(bytes: Buffer, s: number, e: number): bigint {
  while (s < e && bytes[s]! <= 32) s++;
  const negative = bytes[s] === 45;
  const v = BigInt(latin1(bytes, negative || bytes[s] === 43 ? s + 1 : s, e).trimEnd());
  return negative ? -v : v;
}

const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** The number at [s, e), which classify has called Int, Float, NaN or an integer of more digits; NaN for anything else. */
export function numberAt(bytes: Buffer, s: number, e: number): number {
  while (s < e && bytes[s]! <= 32) s++;
  while (e > s && bytes[e - 1]! <= 32) e--;
  let i = s;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  const negative = bytes[i] === 45;
  if (negative || bytes[i] === 43) i++;
  let c = 0;
  for (; i < e && (c = bytes[i]!) >= 48 && c <= 57; i++) {
    mantissa = mantissa * 10 + (c - 48);
    if (mantissa > 0) digits++;
  }
  if (i < e && bytes[i] === 46)
    for (i++; i < e && (c = bytes[i]!) >= 48 && c <= 57; i++) {
      mantissa = mantissa * 10 + (c - 48);
      if (mantissa > 0) digits++;
      scale--;
    }
  if (i < e && digits <= 15) {
    if (bytes[i] !== 101 && bytes[i] !== 69) return slowNumber(bytes, s, e);
    i++;
    const minus = bytes[i] === 45;
    if (minus || bytes[i] === 43) i++;
    let exponent = 0;
    const from = i;
    for (; i < e && (c = bytes[i]!) >= 48 && c <= 57; i++) exponent = exponent * 10 + (c - 48);
    if (i < e || i === from) return slowNumber(bytes, s, e);
    scale += minus ? -exponent : exponent;
  }
  // No digit, or what follows the digits is none.
  if (mantissa === 0 && !hasDigit(bytes, s, e)) return slowNumber(bytes, s, e);
  if (digits > 15) {
    const v = longNumber(bytes, s, e);
    return v === v ? v : slowNumber(bytes, s, e);
  }
  if (scale < -22 || scale > 22) return slowNumber(bytes, s, e);
  const v = scale === 0 ? mantissa : scale < 0 ? mantissa / POWERS[-scale]! : mantissa * POWERS[scale]!;
  return negative ? -v : v;
}

const SPLIT = 134217729;

/**
 * 16 to 19 digits with a point and no exponent, as doubles are printed in full: the digits are two doubles, divided in double-double
 * arithmetic (Dekker 1971, doi:10.1007/BF01397083). NaN where the quotient is too near to the middle between two doubles to be sure.
 */
function longNumber(bytes: Buffer, s: number, e: number): number {
  let i = s;
  const negative = bytes[i] === 45;
  if (negative || bytes[i] === 43) i++;
  let lead = 0;
  let tail = 0;
  let shift = 1;
  let digits = 0;
  let scale = 0;
  let hasPoint = false;
  for (; i < e; i++) {
    const c = bytes[i]!;
    if (c === 46 && !hasPoint) {
      hasPoint = true;
      continue;
    }
    if (c < 48 || c > 57) return NaN;
    if (hasPoint) scale++;
    if (digits > 0 || c !== 48) digits++;
    if (digits <= 15) lead = lead * 10 + (c - 48);
    else {
      tail = tail * 10 + (c - 48);
      shift *= 10;
    }
  }
  if (digits > 19 || scale > 22) return NaN;
  // The digits, exactly: lead * shift + tail = high + low.
  const product = lead * shift;
  const l = split(lead);
  const r = split(shift);
  const error = (lead - l) * (shift - r) - (product - l * r - (lead - l) * r - l * (shift - r));
  const sum = product + tail;
  const low0 = error + (tail - (sum - product));
  const high = sum + low0;
  const low = low0 - (high - sum);
  const power = POWERS[scale]!;
  const q = high / power;
  const back = q * power;
  const a = split(q);
  const b = split(power);
  const backError = (q - a) * (power - b) - (back - a * b - (q - a) * b - a * (power - b));
  const rest = (high - back - backError + low) / power;
  const v = q + rest;
  if (v !== q + rest * (1 + 2 ** -45) || v !== q + rest * (1 - 2 ** -45)) return NaN;
  return negative ? -v : v;
}

function split(x: number): number {
  const t = SPLIT * x;
  return t - (t - x);
}

/** Writes the integer at [s, e) (at most 19 digits, uint64 20) into two 32-bit words, low first, at `words[at]`. */
export function writeInt64(bytes: Buffer, s: number, e: number, words: Int32Array, at: number): void {
  while (s < e && bytes[s]! <= 32) s++;
  while (e > s && bytes[e - 1]! <= 32) e--;
  const negative = bytes[s] === 45;
  if (negative || bytes[s] === 43) s++;
  const middle = Math.max(s, e - 9);
  let lead = 0;
  let tail = 0;
  for (let i = s; i < middle; i++) lead = lead * 10 + (bytes[i]! - 48);
  for (let i = middle; i < e; i++) tail = tail * 10 + (bytes[i]! - 48);
  // lead * 10^9 + tail in pieces that doubles hold exactly.
  const leadHigh = Math.floor(lead / 65536);
  const upper = leadHigh * 1e9;
  const upperHigh = Math.floor(upper / 65536);
  const sum = (upper - upperHigh * 65536) * 65536 + (lead - leadHigh * 65536) * 1e9 + tail;
  const carry = Math.floor(sum / 4294967296);
  let low = (sum - carry * 4294967296) | 0;
  let high = (upperHigh + carry) | 0;
  if (negative) {
    low = -low | 0;
    high = low === 0 ? -high | 0 : ~high;
  }
  words[at] = low;
  words[at + 1] = high;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function hasDigit(bytes: Buffer, s: number, e: number): boolean {
  for (let i = s; i < e; i++) if (bytes[i]! >= 48 && bytes[i]! <= 57) return true;
  return false;
}

function slowNumber(bytes: Buffer, s: number, e: number): number {
  const text = latin1(bytes, s, e);
  if (NUMBER.test(text)) return Number(text);
  if (!INFINITE.test(text)) return NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}

/** Text of a cell, quotes undone. */
export function textAt(bytes: Buffer, s: number, e: number, quoting: number, isLatin1: boolean): string {
  const text = isLatin1 ? latin1(bytes, s, e) : bytes.toString('utf8', s, e);
  return quoting === 2 ? text.replaceAll('""', '"') : text;
}

export function latin1(bytes: Buffer, s: number, e: number): string {
  return bytes.toString('latin1', s, e);
}
