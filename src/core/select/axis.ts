import { AppError } from '../protocol/outcome';
import { evaluateExpression, parseExpression } from './expression';
import { numberReader } from './numbers';
import type { Axis } from './predicate';
import { blocksOf, type RowSource, type Span } from './row-source';
import { textReader } from './texts';

/** Reads an axis over a span; what it answers is only to be read, and only until it is called again. */
export type AxisReader = (span: Span) => Float64Array;

function once<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}

/** float64 of an expression over its span. */
export function expressionReader(text: string, source: RowSource): AxisReader {
  const expression = parseExpression(text);
  const numbers = once((name: string) => numberReader(source.column(name)));
  const texts = once((name: string) => textReader(source.column(name)));
  return (span) =>
    evaluateExpression(expression, {
      length: span.to - span.from,
      column: (name: string) => numbers(name)(span),
      text: (name: string) => texts(name)(span),
    });
}

function phaseReader({ column, period, epoch, centred }: Extract<Axis, { phase: unknown }>['phase'], source: RowSource): AxisReader {
  if (!(period > 0) || !Number.isFinite(period))
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid period: ${period} (must be > 0)`,
      hint: 'give a period in the unit of the time',
    });
  if (!Number.isFinite(epoch)) throw new AppError({ code: 'invalid-argument', message: `invalid epoch: ${epoch} (must be a finite number)` });
  const time = numberReader(source.column(column));
  let out = new Float64Array(0);
  return (span) => {
    const t = time(span);
    if (out.length < t.length) out = new Float64Array(t.length);
    for (let i = 0; i < t.length; i++) {
      const turns = (t[i]! - epoch) / period;
      let phase = turns - Math.floor(turns);
      // A tiny negative number of turns rounds up to a whole one.
      if (phase >= 1) phase = 0;
      out[i] = centred && phase >= 0.5 ? phase - 1 : phase;
    }
    return out.subarray(0, t.length);
  };
}

/**
 * Prepares an axis for reading span after span. Throws AppError `not-found` for an unknown column, `invalid-argument` for a column that does
 * not hold numbers, a bad expression, or a bad period.
 */
export function axisReader(axis: Axis, source: RowSource): AxisReader {
  if ('column' in axis) return numberReader(source.column(axis.column));
  if ('expression' in axis) return expressionReader(axis.expression, source);
  return phaseReader(axis.phase, source);
}

function readAll(axis: Axis, source: RowSource, span: Span): Float64Array {
  const read = axisReader(axis, source);
  const out = new Float64Array(span.to - span.from);
  for (const block of blocksOf(span)) out.set(read(block), block.from - span.from);
  return out;
}

/** The axis over rows [from, to) as float64; NaN where a value is missing. Phases are computed in float64 after subtracting the epoch. */
export function evaluateAxis(axis: Axis, source: RowSource, from: number, to: number): Float64Array {
  return readAll(axis, source, { from, to });
}

/** The axis over listed rows, in their order. */
export function evaluateAxisAt(axis: Axis, source: RowSource, rows: Uint32Array): Float64Array {
  return readAll(axis, source, { from: 0, to: rows.length, list: rows });
}
