import { type Column, readNumbers } from '../model/column';
import { percentileOf } from '../numerics/features/ranked';
import { ZSCALE_SAMPLES, zscale, zscaleStride } from '../numerics/zscale';
import type { ImageStretch } from './query';

const BLOCK_ROWS = 65_536;
const MOST_SAMPLES = 2 ** 20;
const BINS = 256;
const PERCENTS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.75, 99.9, 99.95];

interface Found {
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** Limits to draw an image's numbers with, over all of its `rows` in lines of `width`. Missing and infinite values do not count. O(n + m log m), m at most 2^20. */
export function* stretchKernel(column: Column, rows: number, width: number): Generator<number, ImageStretch> {
  const found = yield* finiteExtent(column, rows);
  const stride = zscaleStride(found.count);
  const forZscale = new Float64Array(Math.min(ZSCALE_SAMPLES, Math.ceil(found.count / stride)));
  const every = evenStride(found.count, width);
  const sample = new Float64Array(Math.ceil(found.count / every));
  let seen = 0;
  const buffer = new Float64Array(BLOCK_ROWS);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const n = Math.min(BLOCK_ROWS, rows - from);
    readNumbers(column, from, from + n, buffer);
    for (let i = 0; i < n; i++) {
      const v = buffer[i]!;
      if (!Number.isFinite(v)) continue;
      if (seen % stride === 0 && seen / stride < forZscale.length) forZscale[seen / stride] = v;
      if (seen % every === 0) sample[seen / every] = v;
      seen++;
    }
    yield 0.4 + (0.3 * (from + n)) / rows;
  }
  sample.sort();
  yield 0.9;
  const percentiles = PERCENTS.map((percent) => ({ percent, value: percentileOf(sample, percent) }));
  return { ...found, missing: rows - found.count, zscale: zscale(forZscale), percentiles, histogram: histogramOf(sample) };
}

/** No factor in common with the width: else some columns of the image would never be looked at. */
function evenStride(count: number, width: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let every = Math.max(1, Math.ceil(count / MOST_SAMPLES));
  while (every > 1 && common(every, width) > 1) every++;
  return every;
}

function* finiteExtent(column: Column, rows: number): Generator<number, Found> {
  let [count, min, max] = [0, Infinity, -Infinity];
  const buffer = new Float64Array(BLOCK_ROWS);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const n = Math.min(BLOCK_ROWS, rows - from);
    readNumbers(column, from, from + n, buffer);
    for (let i = 0; i < n; i++) {
      const v = buffer[i]!;
      if (!Number.isFinite(v)) continue;
      count++;
      if (v < min) min = v;
      if (v > max) max = v;
    }
    yield (0.4 * (from + n)) / rows;
  }
  return count > 0 ? { count, min, max } : { count, min: NaN, max: NaN };
}

function histogramOf(sorted: Float64Array): ImageStretch['histogram'] {
  const counts = new Uint32Array(BINS);
  const low = percentileOf(sorted, 0.1);
  const high = percentileOf(sorted, 99.9);
  const scale = high > low ? BINS / (high - low) : 0;
  for (const v of sorted) if (v >= low && v <= high) counts[Math.min(BINS - 1, Math.floor((v - low) * scale))]!++;
  return { range: [low, high], counts };
}
