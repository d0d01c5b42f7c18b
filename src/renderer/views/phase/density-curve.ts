import type { DensityAnswer } from '../../../core/query/query';
import { MEDIAN_ERROR, type BinnedCurve, type BinStatistic } from '../../components/plot/binned-curve';

/**
 * The binned curve read off the engine's image of all folded rows: each row counts as the middle of its cell, which for the means and medians of
 * thousands of rows is far finer than the image shows. O(cells).
 */
export function densityCurve(
  { counts, width, height, xRange, yRange }: DensityAnswer,
  start: 0 | -0.5,
  bins: number,
  statistic: BinStatistic,
): BinnedCurve {
  const cells = new Float64Array(bins * height);
  const dx = (xRange[1] - xRange[0]) / width;
  const dy = (yRange[1] - yRange[0]) / height;
  for (let c = 0; c < width; c++) {
    const b = Math.min(bins - 1, Math.max(0, Math.floor((xRange[0] + (c + 0.5) * dx - start) * bins)));
    for (let r = 0; r < height; r++) cells[b * height + r]! += counts[r * width + c]!;
  }
  const curve = {
    phase: Float64Array.from({ length: bins }, (_, b) => start + (b + 0.5) / bins),
    level: new Float64Array(bins),
    error: new Float32Array(bins).fill(NaN),
    counts: new Uint32Array(bins),
  };
  for (let b = 0; b < bins; b++) {
    const column = cells.subarray(b * height, (b + 1) * height);
    const { count, mean, deviation } = momentsOf(column);
    const level = statistic === 'mean' ? mean : medianOf(column, count);
    curve.counts[b] = count;
    curve.level[b] = yRange[0] + level * dy;
    if (count > 1) curve.error[b] = ((statistic === 'mean' ? 1 : MEDIAN_ERROR) * deviation * dy) / Math.sqrt(count);
  }
  return curve;
}

/** In cells from the lower edge. */
function momentsOf(column: Float64Array): { count: number; mean: number; deviation: number } {
  let count = 0;
  let sum = 0;
  for (let r = 0; r < column.length; r++) {
    count += column[r]!;
    sum += column[r]! * (r + 0.5);
  }
  const mean = sum / count;
  let square = 0;
  for (let r = 0; r < column.length; r++) square += column[r]! * (r + 0.5 - mean) ** 2;
  return { count, mean, deviation: Math.sqrt(square / (count - 1)) };
}

function medianOf(column: Float64Array, count: number): number {
  let below = 0;
  for (let r = 0; r < column.length; r++) {
    const here = column[r]!;
    // Within a cell the rows are taken to lie evenly.
    if (here > 0 && below + here >= count / 2) return r + (count / 2 - below) / here;
    below += here;
  }
  return NaN;
}
