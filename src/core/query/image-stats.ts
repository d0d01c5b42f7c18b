import { readNumbers } from '../model/column';
import { medianDeviationSteps, medianSteps } from '../numerics/robust';
import { AppError } from '../protocol/outcome';
import { polygonTest } from '../select/polygon';
import { fractions } from './fractions';
import { imageOf } from './image';
import type { ImageRegion, ImageStatsAnswer, Query } from './query';
import type { TableView } from './table-view';

type ImageStatsQuery = Extract<Query, { kind: 'image-stats' }>;

/** The pixels of a region line by line: [x0, x1) of line y, and which of them are in. */
interface Lines {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  inside(y: number, out: Uint8Array): void;
}

/** Sums and order statistics of the pixels whose centres lie in a region. O(pixels of its box). NaN for a region without values. */
export function* imageStatsKernel(view: TableView, query: ImageStatsQuery): Generator<number, ImageStatsAnswer> {
  const { width, height } = imageOf(view);
  const lines = linesOf(query.region, width, height);
  const [x0, x1] = lines.x;
  const [y0, y1] = lines.y;
  const across = Math.max(0, x1 - x0);
  const column = view.column(query.column);
  const line = new Float64Array(across);
  const inside = new Uint8Array(across).fill(1);
  const values = new Float64Array(across * Math.max(0, y1 - y0));
  let [count, missing, flagged] = [0, 0, 0];
  for (let y = y0; y < y1; y++) {
    lines.inside(y, inside);
    readNumbers(column, y * width + x0, y * width + x1, line);
    for (let i = 0; i < across; i++) {
      if (inside[i] === 0) continue;
      const isFlagged = view.flagged?.has(y * width + x0 + i) ?? false;
      if (isFlagged) flagged++;
      if (isFlagged && query.flagged === 'hide') continue;
      if (Number.isFinite(line[i])) values[count++] = line[i]!;
      else missing++;
    }
    if ((y - y0) % 64 === 63) yield (0.5 * (y + 1 - y0)) / (y1 - y0);
  }
  return { kind: 'image-stats', version: view.version, count, missing, flagged, ...(yield* numbersOf(values, count)) };
}

type Numbers = Pick<ImageStatsAnswer, 'sum' | 'mean' | 'median' | 'std' | 'mad' | 'min' | 'max'>;

function* numbersOf(values: Float64Array, n: number): Generator<number, Numbers> {
  let [sum, carry, min, max] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    const v = values[i]!;
    // Neumaier's compensated sum: pixels of a bright star must not swallow those of the sky.
    const next = sum + v;
    carry += Math.abs(sum) >= Math.abs(v) ? sum - next + v : v - next + sum;
    sum = next;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  sum += carry;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  yield 0.7;
  const median = yield* fractions(medianSteps(values, n), 0.7, 0.85);
  const mad = yield* fractions(medianDeviationSteps(values, n, median, new Float64Array(n)), 0.85, 1);
  if (n === 0) return { sum: 0, mean: NaN, median: NaN, std: NaN, mad: NaN, min: NaN, max: NaN };
  return { sum, mean, median, std: Math.sqrt(squares / n), mad, min, max };
}

/** Whole pixels from the first centre at or after `low` to the last at or before `high`. */
function pixelsIn(low: number, high: number, n: number): readonly [number, number] {
  const from = Math.max(0, Math.ceil(Math.min(low, high)));
  return [from, Math.max(from, Math.min(n, Math.floor(Math.max(low, high)) + 1))];
}

function linesOf(region: ImageRegion | undefined, width: number, height: number): Lines {
  const all = (): void => undefined;
  if (!region) return { x: [0, width], y: [0, height], inside: all };
  if (region.kind === 'box') return { x: pixelsIn(...region.xRange, width), y: pixelsIn(...region.yRange, height), inside: all };
  if (region.kind === 'circle') return circleLines(region, width, height);
  const test = polygonTest(region.points);
  const xs = region.points.map(([x]) => x);
  const ys = region.points.map(([, y]) => y);
  const x = pixelsIn(Math.min(...xs), Math.max(...xs), width);
  const at = Float64Array.from({ length: x[1] - x[0] }, (_, i) => x[0] + i);
  return {
    x,
    y: pixelsIn(Math.min(...ys), Math.max(...ys), height),
    inside: (y, out) => test(at, new Float64Array(at.length).fill(y), at.length, out),
  };
}

function circleLines({ center: [cx, cy], radius }: Extract<ImageRegion, { kind: 'circle' }>, width: number, height: number): Lines {
  if (!(radius >= 0)) throw new AppError({ code: 'invalid-argument', message: `invalid radius: ${radius} (must be 0 or more)` });
  const x = pixelsIn(cx - radius, cx + radius, width);
  return {
    x,
    y: pixelsIn(cy - radius, cy + radius, height),
    inside: (y, out) => {
      for (let i = 0; i < out.length; i++) out[i] = (x[0] + i - cx) ** 2 + (y - cy) ** 2 <= radius ** 2 ? 1 : 0;
    },
  };
}
