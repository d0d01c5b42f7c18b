import { type Column, isNumeric, isValid } from '../model/column';
import { numberReader } from '../select/numbers';
import { blocksOf } from '../select/row-source';
import { binAxis } from './binning';
import { encode } from './dictionary';
import type { ColumnSummary } from './query';

/** Moments of the values of some rows; infinite values count, as in numpy. */
export interface Moments {
  readonly count: number;
  readonly missing: number;
  readonly min: number;
  readonly max: number;
  /** Extremes of the finite values alone: the range of the bins. */
  readonly finiteMin: number;
  readonly finiteMax: number;
  /** Sum in two parts, whose exact sum is closer to the true one than a float64 can be. */
  readonly sum: number;
  readonly rest: number;
  /** The mean in two parts: `center`, and what its digits cannot hold, without which far from 0 a small scatter is lost. */
  readonly center: number;
  readonly offset: number;
  /** Sum of squared differences from the mean. */
  readonly squares: number;
}

export const NO_MOMENTS: Moments = {
  count: 0,
  missing: 0,
  min: Infinity,
  max: -Infinity,
  finiteMin: Infinity,
  finiteMax: -Infinity,
  sum: 0,
  rest: 0,
  center: 0,
  offset: 0,
  squares: 0,
};

/** Distinct values are counted up to here. */
export const MAX_DISTINCT = 1000;

/** Moments of two sets of rows together (Chan, Golub & LeVeque 1979; the sum after Neumaier 1974). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const total = a.sum + b.sum;
  const lost = Math.abs(a.sum) >= Math.abs(b.sum) ? a.sum - total + b.sum : b.sum - total + a.sum;
  const rest = a.rest + b.rest + (Number.isFinite(lost) ? lost : 0);
  if (a.count === 0 || b.count === 0) {
    const { center, offset, squares, sum, rest: kept } = a.count === 0 ? b : a;
    return { ...extremes(a, b), count, sum, rest: kept, center, offset, squares };
  }
  const delta = b.center - a.center + (b.offset - a.offset);
  const shift = a.offset + (delta * b.count) / count;
  const center = a.center + shift;
  const offset = a.center - center + shift;
  const squares = a.squares + b.squares + (delta * delta * a.count * b.count) / count;
  return { ...extremes(a, b), count, sum: total, rest, center, offset, squares };
}

function extremes(a: Moments, b: Moments): Pick<Moments, 'missing' | 'min' | 'max' | 'finiteMin' | 'finiteMax'> {
  return {
    missing: a.missing + b.missing,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    finiteMin: Math.min(a.finiteMin, b.finiteMin),
    finiteMax: Math.max(a.finiteMax, b.finiteMax),
  };
}

function blockMoments(x: Float64Array): Moments {
  let [count, sum, rest] = [0, 0, 0];
  let [min, max, finiteMin, finiteMax] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    const v = x[i]!;
    if (v !== v) continue;
    count++;
    if (v < min) min = v;
    if (v > max) max = v;
    if (v - v === 0) {
      if (v < finiteMin) finiteMin = v;
      if (v > finiteMax) finiteMax = v;
    }
    const total = sum + v;
    rest += Math.abs(sum) >= Math.abs(v) ? sum - total + v : v - total + sum;
    sum = total;
  }
  if (!Number.isFinite(rest)) rest = 0;
  const center = count === 0 ? 0 : (sum + rest) / count;
  let squares = 0;
  let left = 0;
  for (let i = 0; i < x.length; i++) {
    const d = x[i]! - center;
    if (d !== d) continue;
    left += d;
    squares += d * d;
  }
  const offset = count === 0 ? 0 : left / count;
  squares = Number.isFinite(center) ? squares - left * offset : NaN;
  return { count, missing: x.length - count, min, max, finiteMin, finiteMax, sum, rest, center, offset, squares };
}

/** Moments of a numeric column over rows [from, to). */
export function* momentsKernel(column: Column, from: number, to: number): Generator<number, Moments> {
  const read = numberReader(column);
  let moments = NO_MOMENTS;
  for (const span of blocksOf({ from, to })) {
    moments = mergeMoments(moments, blockMoments(read(span)));
    yield (span.to - from) / (to - from);
  }
  return moments;
}

/** Counts of a numeric column over rows [from, to) in `bins` equal bins of [low, high]. */
export function* binsKernel(
  column: Column,
  range: readonly [number, number],
  bins: number,
  from: number,
  to: number,
): Generator<number, Uint32Array> {
  const { low, high, scale } = binAxis(range, bins, false);
  const counts = new Uint32Array(bins);
  const read = numberReader(column);
  for (const span of blocksOf({ from, to })) {
    const x = read(span);
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      if (v >= low && v <= high) counts[Math.min(bins - 1, ((v - low) * scale) | 0)]!++;
    }
    yield (span.to - from) / (to - from);
  }
  return counts;
}

/** Rows of [from, to) without a value, for columns that do not hold numbers. */
export function* missingKernel(column: Column, from: number, to: number): Generator<number, number> {
  let missing = 0;
  for (const span of blocksOf({ from, to })) {
    for (let row = span.from; row < span.to; row++) {
      const index = Math.floor(row / column.chunkRows);
      if (!isValid(column.chunks[index]!, row - index * column.chunkRows)) missing++;
    }
    yield (span.to - from) / (to - from);
  }
  return missing;
}

/** Number of different texts in rows [0, rows), at most MAX_DISTINCT; null does not count, the empty text does when it is not the only nothing. */
export function* distinctKernel(column: Column, rows: number): Generator<number, number> {
  const dictionary = yield* encode(column, rows, MAX_DISTINCT + 1);
  if (!dictionary) return MAX_DISTINCT;
  return Math.min(MAX_DISTINCT, dictionary.count - (dictionary.missing >= 0 ? 1 : 0));
}

/** Whether a column has moments, or only a count of what is missing. */
export function hasMoments(column: Column): boolean {
  return isNumeric(column.meta.type);
}

/** The range bins are laid over; undefined when there is no finite value. */
export function binRange(moments: Moments): readonly [number, number] | undefined {
  const { finiteMin, finiteMax } = moments;
  if (!(finiteMin <= finiteMax)) return undefined;
  if (finiteMin < finiteMax && Number.isFinite(finiteMax - finiteMin)) return [finiteMin, finiteMax];
  if (finiteMin < finiteMax) return undefined;
  const margin = finiteMin === 0 ? 0.5 : Math.abs(finiteMin) * 1e-3;
  return [finiteMin - margin, finiteMin + margin];
}

/** A column in a few numbers: population standard deviation (numpy's default). */
export function summaryOf(name: string, moments: Moments, counts?: Uint32Array): ColumnSummary {
  const { count, missing, min, max, sum, rest, squares } = moments;
  if (count === 0) return { name, missing };
  return { name, missing, min, max, mean: (sum + rest) / count, std: Math.sqrt(squares / count), counts: counts && [...counts] };
}
