import { type Chunk, type Column, isValid, parseType } from '../model/column';
import { AppError } from '../protocol/outcome';
import { is64, numberReader, wordsOf } from './numbers';
import type { CompareOp } from './predicate';
import type { Span } from './row-source';

/** Writes 1 where the comparison holds, 0 elsewhere; a missing value (null, NaN) fulfils none, `!=` included. */
export type CompareTest = (span: Span, out: Uint8Array) => void;

function bad(column: Column, value: unknown, rule: string): AppError {
  return new AppError({
    code: 'invalid-argument',
    message: `cannot compare column ${column.meta.name} (${column.meta.type}) with ${JSON.stringify(value)} (${rule})`,
    column: column.meta.name,
  });
}

const encoder = new TextEncoder();

/** Order of two byte strings, which for UTF-8 is the order of their code points. */
export function compareBytes(a: Uint8Array, aFrom: number, aTo: number, b: Uint8Array, bFrom: number, bTo: number): number {
  const n = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < n; i++) {
    const d = a[aFrom + i]! - b[bFrom + i]!;
    if (d !== 0) return d;
  }
  return aTo - aFrom - (bTo - bFrom);
}

/** Whether an order (negative, zero, positive) fulfils the operator. */
function holds(op: CompareOp, order: number): boolean {
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
  }
}

/** Runs `test(chunk, row in chunk)` over the valid rows of a span. */
function eachValid(column: Column, span: Span, out: Uint8Array, prepare: (chunk: Chunk) => (row: number) => boolean): void {
  let index = -1;
  let chunk: Chunk | undefined;
  let test: ((row: number) => boolean) | undefined;
  for (let i = span.from; i < span.to; i++) {
    const row = span.list ? span.list[i]! : i;
    const at = Math.floor(row / column.chunkRows);
    if (at !== index) {
      chunk = column.chunks[(index = at)];
      if (!chunk) throw new Error(`invalid row: ${row} (column ${column.meta.name} has ${column.length})`);
      test = prepare(chunk);
    }
    const k = row - at * column.chunkRows;
    out[i - span.from] = isValid(chunk!, k) && test!(k) ? 1 : 0;
  }
}

function compareText(column: Column, op: CompareOp, value: string): CompareTest {
  const key = encoder.encode(value);
  const isEquality = op === '==' || op === '!=';
  return (span, out) =>
    eachValid(column, span, out, ({ data, offsets }) => {
      const bytes = data as Uint8Array;
      return (k) => {
        const from = offsets![k]!;
        const to = offsets![k + 1]!;
        if (isEquality && to - from !== key.length) return op === '!=';
        return holds(op, compareBytes(bytes, from, to, key, 0, key.length));
      };
    });
}

/** `x op value` over the integers as `x op bound`, or a constant when the value lies beyond them. */
function integerBound(column: Column, op: CompareOp, value: number | string): { op: CompareOp; bound: bigint } | boolean {
  const isSigned = column.meta.type === 'int64';
  const [least, most] = isSigned ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  const text = String(value).trim();
  if (/^[+-]?\d+$/.test(text)) {
    const bound = BigInt(text.replace('+', ''));
    if (bound < least) return op === '>' || op === '>=' || op === '!=';
    if (bound > most) return op === '<' || op === '<=' || op === '!=';
    return { op, bound };
  }
  const number = text === '' ? NaN : Number(text);
  if (Number.isNaN(number)) throw bad(column, value, 'a number is needed');
  if (Number.isInteger(number)) return integerBound(column, op, BigInt(number).toString());
  if (op === '==' || op === '!=') return op === '!=';
  const isBelow = op === '<' || op === '<=';
  if (!Number.isFinite(number)) return number > 0 === isBelow;
  return integerBound(column, isBelow ? '<=' : '>=', BigInt(isBelow ? Math.floor(number) : Math.ceil(number)).toString());
}

function compare64(column: Column, op: CompareOp, value: number | string): CompareTest {
  const rule = integerBound(column, op, value);
  if (typeof rule === 'boolean') return (span, out) => eachValid(column, span, out, () => () => rule);
  const low = Number(rule.bound & 0xffffffffn);
  const isSigned = column.meta.type === 'int64';
  const high = isSigned ? Number(rule.bound >> 32n) : Number(rule.bound >> 32n) >>> 0;
  return (span, out) =>
    eachValid(column, span, out, ({ data }) => {
      if (!is64(data)) throw new Error(`column ${column.meta.name} is not stored as ${column.meta.type}`);
      const words = wordsOf(data);
      return (k) => {
        const h = isSigned ? words[2 * k + 1]! : words[2 * k + 1]! >>> 0;
        return holds(rule.op, h === high ? (words[2 * k]! >>> 0) - low : h - high);
      };
    });
}

function compareNumber(column: Column, op: CompareOp, value: number): CompareTest {
  const read = numberReader(column);
  const loops: Record<CompareOp, (x: Float64Array, out: Uint8Array) => void> = {
    '<': (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = x[i]! < value ? 1 : 0;
    },
    '<=': (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = x[i]! <= value ? 1 : 0;
    },
    '>': (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = x[i]! > value ? 1 : 0;
    },
    '>=': (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = x[i]! >= value ? 1 : 0;
    },
    '==': (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = x[i]! === value ? 1 : 0;
    },
    '!=': (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = x[i]! < value || x[i]! > value ? 1 : 0;
    },
  };
  const loop = loops[op];
  return (span, out) => loop(read(span), out);
}

/**
 * Prepares `column op value`. 64-bit integers are compared exactly, also with numbers written as text (identifiers beyond 2^53); text by code
 * points; the rest as float64. Throws AppError `invalid-argument` when the value cannot be compared with the column.
 */
export function compareTest(column: Column, op: CompareOp, value: number | string | boolean): CompareTest {
  const { kind, element } = parseType(column.meta.type);
  if (kind !== 'scalar' || element.startsWith('complex')) throw bad(column, value, 'a column of single values is needed');
  if (element === 'utf8') return compareText(column, op, String(value));
  if (typeof value === 'boolean') {
    if (element !== 'bool') throw bad(column, value, 'only a bool column is true or false');
    return compareNumber(column, op, value ? 1 : 0);
  }
  if (element === 'int64' || element === 'uint64') return compare64(column, op, value);
  if (element === 'bool' && (value === 'true' || value === 'false')) return compareNumber(column, op, value === 'true' ? 1 : 0);
  const number = typeof value === 'number' ? value : value.trim() === '' ? NaN : Number(value);
  if (Number.isNaN(number)) throw bad(column, value, 'a number is needed');
  return compareNumber(column, op, number);
}
