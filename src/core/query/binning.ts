import { AppError } from '../protocol/outcome';

/** A binned axis in the coordinate that is cut evenly: the value itself, or its decimal logarithm. */
export interface BinAxis {
  readonly isLog: boolean;
  readonly low: number;
  readonly high: number;
  /** Bins per unit. */
  readonly scale: number;
  readonly bins: number;
}

/** Throws AppError `invalid-argument` for a bad number of bins or a range that is empty, not finite, or not positive on a logarithmic axis. */
export function binAxis(range: readonly [number, number], bins: number, isLog: boolean): BinAxis {
  if (!Number.isInteger(bins) || bins < 1 || bins > 65536)
    throw new AppError({ code: 'invalid-argument', message: `invalid number of bins: ${bins} (must be a whole number from 1 to 65536)` });
  const [a, b] = range;
  const [from, to] = a <= b ? [a, b] : [b, a];
  if (!Number.isFinite(from) || !Number.isFinite(to) || from === to)
    throw new AppError({ code: 'invalid-argument', message: `invalid range: ${a} to ${b} (must be two different finite numbers)` });
  if (isLog && from <= 0)
    throw new AppError({ code: 'invalid-argument', message: `invalid range: ${a} to ${b} (must be > 0 on a logarithmic axis)` });
  const low = isLog ? Math.log10(from) : from;
  const high = isLog ? Math.log10(to) : to;
  return { isLog, low, high, scale: bins / (high - low), bins };
}

/** Values as binned coordinates: themselves, or their logarithms (NaN below 0, -Infinity at 0: outside every range). */
export function coordinates(axis: BinAxis): (x: Float64Array) => Float64Array {
  if (!axis.isLog) return (x) => x;
  let out = new Float64Array(0);
  return (x) => {
    if (out.length < x.length) out = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) out[i] = Math.log10(x[i]!);
    return out.subarray(0, x.length);
  };
}

/** The bins + 1 edges in units of the values. The outer two are exactly the range. */
export function edgesOf(axis: BinAxis, range: readonly [number, number]): Float64Array {
  const step = (axis.high - axis.low) / axis.bins;
  const edges = Float64Array.from({ length: axis.bins + 1 }, (_, i) => (axis.isLog ? 10 ** (axis.low + i * step) : axis.low + i * step));
  edges[0] = Math.min(...range);
  edges[axis.bins] = Math.max(...range);
  return edges;
}
