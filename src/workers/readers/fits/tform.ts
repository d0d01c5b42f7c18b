import type { ScalarType } from '../../../core/model/column';

export type BinaryCode = 'L' | 'X' | 'B' | 'I' | 'J' | 'K' | 'A' | 'E' | 'D' | 'C' | 'M';

/** A binary table's TFORM taken apart: `12A4` → repeat 12, code A, substring 4; `1PE(20)` → heap P, code E. */
export interface BinaryForm {
  readonly repeat: number;
  readonly code: BinaryCode;
  /** Variable-length: the row holds a 32-bit (P) or 64-bit (Q) descriptor. */
  readonly heap?: 'P' | 'Q' | undefined;
  /** Width of each string of an array (`rAw`). */
  readonly substring?: number | undefined;
  /** Bytes in the row. */
  readonly bytes: number;
}

/** Bytes of one element on disk (a bit counts as an eighth elsewhere). */
export const ELEMENT_BYTES: Readonly<Record<BinaryCode, number>> = { L: 1, X: 1, B: 1, I: 2, J: 4, K: 8, A: 1, E: 4, D: 8, C: 8, M: 16 };

export const ELEMENT_TYPE: Readonly<Record<BinaryCode, ScalarType>> = {
  L: 'bool',
  X: 'bool',
  B: 'uint8',
  I: 'int16',
  J: 'int32',
  K: 'int64',
  A: 'utf8',
  E: 'float32',
  D: 'float64',
  C: 'complex64',
  M: 'complex128',
};

/** Undefined when the text is not a binary table format. */
export function parseBinaryForm(text: string): BinaryForm | undefined {
  const m = /^\s*(\d{0,15})([LXBIJKAEDCMPQ])(.*)$/i.exec(text);
  if (!m) return undefined;
  const repeat = m[1] === '' ? 1 : Number(m[1]);
  const code = m[2]!.toUpperCase();
  const rest = m[3]!.trim();
  if (code === 'P' || code === 'Q') {
    const element = rest[0]?.toUpperCase();
    if (!element || !(element in ELEMENT_BYTES) || repeat > 1) return undefined;
    return { repeat, code: element as BinaryCode, heap: code, bytes: repeat * (code === 'P' ? 8 : 16) };
  }
  const kind = code as BinaryCode;
  const bytes = kind === 'X' ? Math.ceil(repeat / 8) : repeat * ELEMENT_BYTES[kind];
  const substring = kind === 'A' ? /^:?(?:SSTR)?(\d+)/i.exec(rest)?.[1] : undefined;
  return { repeat, code: kind, bytes, ...(substring && Number(substring) > 0 ? { substring: Number(substring) } : {}) };
}

/** An ASCII table's TFORM: `F15.6` → code F, width 15, decimals 6. */
export interface AsciiForm {
  readonly code: 'A' | 'I' | 'F' | 'E' | 'D';
  readonly width: number;
  readonly decimals: number;
}

export function parseAsciiForm(text: string): AsciiForm | undefined {
  const m = /^\s*([AIFED])(\d{1,9})(?:\.(\d{1,3}))?/i.exec(text);
  if (!m || Number(m[2]) === 0) return undefined;
  return { code: m[1]!.toUpperCase() as AsciiForm['code'], width: Number(m[2]), decimals: Number(m[3] ?? 0) };
}

/** `(3,4)` → [4, 3]: slowest axis first; undefined when it is no list of sizes. */
export function parseDim(text: string | undefined): number[] | undefined {
  const m = text === undefined ? null : /^\s*\(\s*(\d{1,9}(?:\s*,\s*\d{1,9})*)\s*\)/.exec(text);
  return m ? m[1]!.split(',').map(Number).reverse() : undefined;
}
