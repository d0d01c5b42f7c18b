import type { BitMask } from '../model/bit-mask';
import { AppError } from '../protocol/outcome';
import { axisReader, expressionReader } from './axis';
import { bitsTest } from './bits';
import { compareTest } from './compare';
import { polygonTest } from './polygon';
import type { Predicate } from './predicate';
import { blocksOf, BLOCK_ROWS, type ObjectLookup, type RowSource, type Span } from './row-source';

/** Writes 1 for each row of the span that fulfils a predicate, 0 for the others, into `out[0 … to - from)`. */
export type RowTest = (span: Span, out: Uint8Array) => void;

/** Memory for one block that grows when a caller asks for longer spans. */
function scratchBytes(): (n: number) => Uint8Array {
  let bytes = new Uint8Array(0);
  return (n) => (bytes.length >= n ? bytes : (bytes = new Uint8Array(Math.max(n, BLOCK_ROWS))));
}

/** Unpacks a bit mask over a span: 1 where set. */
export function readMask(mask: BitMask, { from, to, list }: Span, out: Uint8Array): void {
  const { bytes } = mask;
  if (list) {
    for (let i = from; i < to; i++) out[i - from] = (bytes[list[i]! >> 3]! >> (list[i]! & 7)) & 1;
    return;
  }
  for (let row = from; row < to;) {
    if ((row & 7) !== 0 || row + 8 > to) {
      out[row - from] = (bytes[row >> 3]! >> (row & 7)) & 1;
      row++;
      continue;
    }
    const byte = bytes[row >> 3]!;
    const at = row - from;
    out[at] = byte & 1;
    out[at + 1] = (byte >> 1) & 1;
    out[at + 2] = (byte >> 2) & 1;
    out[at + 3] = (byte >> 3) & 1;
    out[at + 4] = (byte >> 4) & 1;
    out[at + 5] = (byte >> 5) & 1;
    out[at + 6] = (byte >> 6) & 1;
    out[at + 7] = byte >> 7;
    row += 8;
  }
}

function rangeTest({ axis, low = -Infinity, high = Infinity }: Extract<Predicate, { kind: 'range' }>, source: RowSource): RowTest {
  const read = axisReader(axis, source);
  return (span, out) => {
    const x = read(span);
    for (let i = 0; i < x.length; i++) out[i] = x[i]! >= low && x[i]! <= high ? 1 : 0;
  };
}

function insidePolygon(p: Extract<Predicate, { kind: 'polygon' }>, source: RowSource): RowTest {
  const x = axisReader(p.x, source);
  const y = axisReader(p.y, source);
  const test = polygonTest(p.points);
  return (span, out) => test(x(span), y(span), span.to - span.from, out);
}

function expressionTest(text: string, source: RowSource): RowTest {
  const read = expressionReader(text, source);
  return (span, out) => {
    const x = read(span);
    // NaN is neither: a comparison with a missing value selects nothing.
    for (let i = 0; i < x.length; i++) out[i] = x[i]! < 0 || x[i]! > 0 ? 1 : 0;
  };
}

/** Rows of one band. */
export function bandTest(band: string, source: RowSource): RowTest {
  const { objects, bandColumn } = source;
  if (objects?.bandOf) {
    const { bandOf } = objects;
    const code = objects.bands.indexOf(band);
    return ({ from, to, list }, out) => {
      if (list) for (let i = from; i < to; i++) out[i - from] = bandOf[list[i]!] === code ? 1 : 0;
      else for (let i = from; i < to; i++) out[i - from] = bandOf[i] === code ? 1 : 0;
    };
  }
  if (bandColumn === undefined)
    throw new AppError({
      code: 'invalid-argument',
      message: `cannot take band ${band}: no column of this table is known to hold bands`,
      hint: 'give a column the role band',
    });
  return compareTest(source.column(bandColumn), '==', band);
}

function objectsTest(ids: readonly string[], band: string | undefined, source: RowSource): RowTest {
  const { objects } = source;
  if (!objects)
    throw new AppError({
      code: 'invalid-argument',
      message: 'cannot select objects: no column of this table is known to hold their identifiers',
      hint: 'give a column the role object',
    });
  const wanted = new Uint8Array(objects.count);
  for (const id of ids) {
    const index = objects.find(id);
    if (index >= 0) wanted[index] = 1;
  }
  const inObjects = rowsOfObjects(wanted, objects);
  return band === undefined ? inObjects : combined('and', [inObjects, bandTest(band, source)]);
}

/** Rows of the objects marked with 1. */
function rowsOfObjects(wanted: Uint8Array, { objectOf }: ObjectLookup): RowTest {
  return ({ from, to, list }, out) => {
    if (list) for (let i = from; i < to; i++) out[i - from] = wanted[objectOf[list[i]!]!]!;
    else for (let i = from; i < to; i++) out[i - from] = wanted[objectOf[i]!]!;
  };
}

function objectsWhereTest(of: Predicate, { objects, objectTable }: RowSource): RowTest {
  if (!objects || !objectTable)
    throw new AppError({
      code: 'invalid-argument',
      message: 'cannot select objects by their numbers: no column of this table is known to hold their identifiers',
      hint: 'give a column the role object',
    });
  return rowsOfObjects(testSpan(of, objectTable, { from: 0, to: objects.count }), objects);
}

function flagTest(name: string, source: RowSource): RowTest {
  const bits = source.flagBits?.(name);
  if (bits) return bitsTest(source.column(bits.column), bits.bit);
  const mask = source.flag(name);
  if (!mask) throw new AppError({ code: 'not-found', message: `no flag named ${name} in this table`, hint: 'choose one of the flags in the list' });
  return (span, out) => readMask(mask, span, out);
}

/** First index in sorted `rows` of a value >= row. */
function lowerBound(rows: Uint32Array, row: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rowsTest(rows: readonly number[]): RowTest {
  const sorted = Uint32Array.from(rows).sort();
  return ({ from, to, list }, out) => {
    if (list) {
      for (let i = from; i < to; i++) out[i - from] = sorted[lowerBound(sorted, list[i]!)] === list[i] ? 1 : 0;
      return;
    }
    out.fill(0, 0, to - from);
    for (let k = lowerBound(sorted, from); k < sorted.length && sorted[k]! < to; k++) out[sorted[k]! - from] = 1;
  };
}

function combined(kind: 'and' | 'or', tests: readonly RowTest[]): RowTest {
  const scratch = scratchBytes();
  return (span, out) => {
    const n = span.to - span.from;
    out.fill(kind === 'and' ? 1 : 0, 0, n);
    tests.forEach((test, k) => {
      if (k === 0) return test(span, out);
      const other = scratch(n);
      test(span, other);
      if (kind === 'and') for (let i = 0; i < n; i++) out[i]! &= other[i]!;
      else for (let i = 0; i < n; i++) out[i]! |= other[i]!;
    });
  };
}

function notTest(test: RowTest): RowTest {
  return (span, out) => {
    test(span, out);
    for (let i = 0; i < span.to - span.from; i++) out[i]! ^= 1;
  };
}

/**
 * Prepares a predicate for being tested block after block. An empty `and` is fulfilled by every row, an empty `or` by none; `not` is the plain
 * complement, so rows with missing values are in the negation of a range. Throws AppError `not-found` for unknown columns and flags and
 * `invalid-argument` for what cannot be evaluated.
 */
export function rowTest(p: Predicate, source: RowSource): RowTest {
  switch (p.kind) {
    case 'range':
      return rangeTest(p, source);
    case 'polygon':
      return insidePolygon(p, source);
    case 'compare':
      return compareTest(source.column(p.column), p.op, p.value);
    case 'expression':
      return expressionTest(p.expression, source);
    case 'objects':
      return objectsTest(p.ids, p.band, source);
    case 'objects-where':
      return objectsWhereTest(p.of, source);
    case 'flag':
      return flagTest(p.name, source);
    case 'rows':
      return rowsTest(p.rows);
    case 'and':
    case 'or':
      return combined(
        p.kind,
        p.of.map((part) => rowTest(part, source)),
      );
    case 'not':
      return notTest(rowTest(p.of, source));
  }
}

/** One byte a row over a span, in blocks. */
export function testSpan(p: Predicate, source: RowSource, span: Span): Uint8Array {
  const test = rowTest(p, source);
  const out = new Uint8Array(span.to - span.from);
  for (const block of blocksOf(span)) test(block, out.subarray(block.from - span.from));
  return out;
}

/** One byte a row for rows [from, to): 1 where the predicate holds. */
export function evaluatePredicate(p: Predicate, source: RowSource, from: number, to: number): Uint8Array {
  return testSpan(p, source, { from, to });
}

/** One byte for each listed row, in their order. */
export function evaluatePredicateAt(p: Predicate, source: RowSource, rows: Uint32Array): Uint8Array {
  return testSpan(p, source, { from: 0, to: rows.length, list: rows });
}
