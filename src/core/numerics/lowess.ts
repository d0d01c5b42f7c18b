import type { Progress } from '../protocol/outcome';
import { medianSteps } from './robust';
import { inBlocks, part } from './steps';
import { EDGE_SLACK, type FitPoints, segmentAt } from './time-segments';

export interface LowessOptions {
  /** Half the window, in the unit of the time: points nearer than this have weight. Give this or `neighbours`. */
  readonly half?: number | undefined;
  /** So many nearest points of the segment make the window, the farthest with weight 0 (Cleveland's f times the number of points). */
  readonly neighbours?: number | undefined;
  /** Robustifying iterations after the first fit: 0 = plain local regression, 2 as in Cleveland's paper, 3 as in R and statsmodels. */
  readonly iterations: number;
  /**
   * Share of the half window over which the curve is interpolated between two exact fits; 0 = a fit at every time. Absent = 0 while that is
   * quick, {@link SKIPPED} where windows hold many points.
   */
  readonly skip?: number | undefined;
}

/** Share of the half window between exact fits when windows are full: the error of interpolating is about 3e-5 of half² times the curvature. */
export const SKIPPED = 1 / 64;

/** Points a window (on average), and points in all windows together, up to which every time gets its own fit. */
const FEW = 100;
const QUICK = 2 ** 21;

/** Points visited between two yields: a few milliseconds. */
const BUDGET = 2 ** 20;

/** A spread of times below this share of their mean square distance has lost digits: it is then summed about the mean. */
const LEAST_SPREAD = 1e-4;

/** A straight line fitted at one time to the points around it, with tricube times robustness weights. */
class LocalLine {
  /** Reach of the last window. */
  radius = 0;
  /** Points the last fit visited. */
  work = 0;
  private segment = -1;
  private start = 0;
  private end = 0;
  private from = 0;
  private to = 0;

  constructor(
    private readonly points: FitPoints,
    private readonly half: number,
    private readonly neighbours: number,
    /** One a point; undefined = all 1. */
    readonly weights: Float64Array | undefined,
  ) {}

  /** NaN when no point has weight; their weighted mean when they hold one distinct time. */
  at(time: number, segment: number): number {
    if (segment !== this.segment) this.enter(segment);
    if (this.neighbours > 0) this.moveNearest(time);
    else this.moveWindow(time);
    this.work = this.to - this.from + 1;
    return this.fit(time);
  }

  private enter(segment: number): void {
    this.segment = segment;
    this.start = this.from = this.to = this.points.starts[segment]!;
    this.end = this.points.starts[segment + 1]!;
    if (this.neighbours > 0) this.to = Math.min(this.end, this.start + this.neighbours);
  }

  private moveWindow(time: number): void {
    const { times } = this.points;
    const { half } = this;
    this.radius = half;
    while (this.to < this.end && times[this.to]! < time + half) this.to++;
    while (this.to > this.start && times[this.to - 1]! >= time + half) this.to--;
    while (this.from < this.end && times[this.from]! <= time - half) this.from++;
    while (this.from > this.start && times[this.from - 1]! > time - half) this.from--;
  }

  private moveNearest(time: number): void {
    const { times } = this.points;
    for (; this.to < this.end && time > (times[this.from]! + times[this.to]!) / 2; this.to++) this.from++;
    for (; this.from > this.start && time < (times[this.from - 1]! + times[this.to - 1]!) / 2; this.from--) this.to--;
    this.radius = Math.max(Math.abs(time - times[this.from]!), Math.abs(times[this.to - 1]! - time));
  }

  private fit(time: number): number {
    const { times, values } = this.points;
    const { from, to, weights, radius } = this;
    if (to <= from) return NaN;
    const scale = radius > 0 ? 1 / radius : 0;
    const level = values[from]!;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let y0 = 0;
    let y1 = 0;
    for (let i = from; i < to; i++) {
      const d = (times[i]! - time) * scale;
      const a = d < 0 ? -d : d;
      const c = 1 - a * a * a;
      if (!(c > 0)) continue;
      const w = weights ? c * c * c * weights[i]! : c * c * c;
      const wd = w * d;
      const y = values[i]! - level;
      s0 += w;
      s1 += wd;
      s2 += wd * d;
      y0 += w * y;
      y1 += wd * y;
    }
    if (!(s0 > 0)) return NaN;
    const centre = s1 / s0;
    const mean = y0 / s0;
    const spread = s2 - s1 * centre;
    if (spread > LEAST_SPREAD * s2) return level + mean - (centre * (y1 - s1 * mean)) / spread;
    return level + mean - this.centredSlope(time, scale, centre, level + mean) * centre;
  }

  /** The slope again, in two passes, where the points lie so close together that one pass loses digits. */
  private centredSlope(time: number, scale: number, centre: number, mean: number): number {
    const { times, values } = this.points;
    const { from, to, weights } = this;
    let spread = 0;
    let product = 0;
    let total = 0;
    for (let i = from; i < to; i++) {
      const d = (times[i]! - time) * scale;
      const c = 1 - Math.abs(d) ** 3;
      if (!(c > 0)) continue;
      const w = c * c * c * (weights ? weights[i]! : 1);
      total += w;
      spread += w * (d - centre) ** 2;
      product += w * (d - centre) * (values[i]! - mean);
    }
    // Times that differ by rounding only have no slope.
    return spread > 1e-18 * total ? product / spread : 0;
  }
}

/** The curve at ascending times (the first `rows` of them; those that are not finite are skipped). */
function* curveSteps(line: LocalLine, points: FitPoints, times: Float64Array, rows: number, skip: number): Generator<Progress, Float64Array> {
  const out = new Float64Array(times.length).fill(NaN);
  let segment = 0;
  let budget = BUDGET;
  // The last row whose curve may be interpolated from this one: Cleveland's delta.
  const lastWithin = (row: number): number => {
    const reach = times[row]! + skip * line.radius;
    let last = row;
    while (last + 1 < rows && times[last + 1]! <= reach && segmentAt(points, times[last + 1]!, segment) === segment) last++;
    return last;
  };
  for (let row = 0, fitted = -1; row < rows;) {
    const time = times[row]!;
    let next = row + 1;
    if (time - time === 0) {
      segment = segmentAt(points, time, segment);
      out[row] = line.at(time, segment);
      if (fitted >= 0) interpolate(times, out, fitted, row);
      if (skip > 0) next = Math.max(next, lastWithin(row));
      budget -= line.work + next - row;
    }
    fitted = next > row + 1 ? row : -1;
    row = next;
    if (budget <= 0 && row < rows) {
      budget = BUDGET;
      yield { fraction: row / rows };
    }
  }
  return out;
}

/** Straight between two fitted rows; where one of them has no value, neither have the rows between. */
function interpolate(times: Float64Array, out: Float64Array, from: number, to: number): void {
  const step = times[to]! - times[from]!;
  for (let i = from + 1; i < to; i++) {
    const share = step > 0 ? (times[i]! - times[from]!) / step : 0;
    out[i] = out[from]! + share * (out[to]! - out[from]!);
  }
}

/** Bisquare weights of the residuals in units of six times their median, times the points' own; undefined when that median is 0. */
function* robustnessSteps(points: FitPoints, curve: Float64Array): Generator<Progress, Float64Array | undefined> {
  const { count, values, weights: prior } = points;
  const sizes = new Float64Array(count);
  let n = 0;
  const collect = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const residual = Math.abs(values[i]! - curve[i]!);
      if (residual === residual) sizes[n++] = residual;
    }
  };
  yield* part(inBlocks(count, collect), 0, 0.3);
  const scale = 6 * (yield* part(medianSteps(sizes, n), 0.3, 0.7));
  if (!(scale > 0)) return undefined;
  const weights = new Float64Array(count);
  const weigh = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const u = (values[i]! - curve[i]!) / scale;
      weights[i] = u * u < 1 ? (1 - u * u) ** 2 * (prior ? prior[i]! : 1) : 0;
    }
  };
  yield* part(inBlocks(count, weigh), 0.7, 1);
  return weights;
}

/** Points in all windows about the points together. */
function* workSteps(points: FitPoints, half: number, neighbours: number): Generator<Progress, number> {
  const { times, starts, count } = points;
  if (neighbours > 0) return count * Math.min(neighbours, count);
  let work = 0;
  let first = 0;
  let segment = 0;
  const measure = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      if (i === starts[segment + 1]) first = starts[++segment]!;
      while (times[i]! - times[first]! > half) first++;
      // Each pair counts for both its points.
      work += 2 * (i - first) + 1;
    }
  };
  yield* inBlocks(count, measure);
  return work;
}

/**
 * LOWESS (Cleveland 1979, J. Am. Stat. Assoc. 74, 829, doi:10.1080/01621459.1979.10481038): at every row with a time the value there of a
 * straight line fitted to the points of its segment around it with tricube weights (1 - |d|³)³, d in units of the window's reach. Each
 * robustifying iteration repeats the fit with bisquare weights of the residuals in units of six times their median absolute size (over all
 * points); it stops early when that median is 0. `points.weights`, when they are there, weigh in every fit. With `neighbours` and `skip` 0 this
 * is statsmodels' lowess with delta=0.
 *
 * `times` ascending, missing last. NaN where no point has weight. O(points · window), or about O(128 · points) a pass with {@link SKIPPED}.
 */
export function* lowessSteps(times: Float64Array, points: FitPoints, options: LowessOptions): Generator<Progress, Float64Array> {
  const half = (options.half ?? 0) * (1 + EDGE_SLACK);
  const neighbours = options.neighbours ?? 0;
  if (points.count === 0) return new Float64Array(times.length).fill(NaN);
  const work = yield* part(workSteps(points, half, neighbours), 0, 0.01);
  const skip = options.skip ?? (work <= QUICK || work <= FEW * points.count ? 0 : SKIPPED);
  const passes = options.iterations + 1;
  const share = (k: number): number => 0.01 + (0.99 * k) / passes;
  let weights = points.weights;
  for (let k = 0; k < options.iterations; k++) {
    const line = new LocalLine(points, half, neighbours, weights);
    const fitting = curveSteps(line, points, points.times, points.count, skip);
    const curve = yield* part(fitting, share(k), share(k + 0.95));
    const next = yield* part(robustnessSteps(points, curve), share(k + 0.95), share(k + 1));
    if (!next) break;
    weights = next;
  }
  const line = new LocalLine(points, half, neighbours, weights);
  return yield* part(curveSteps(line, points, times, points.timedRows, skip), share(options.iterations), 1);
}
