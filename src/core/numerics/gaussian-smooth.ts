import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';
import type { FitPoints } from './time-segments';
import { sweepWindowsSteps } from './window-sweep';

/** Full width at half maximum of a Gaussian of σ = 1. */
export const FWHM = 2 * Math.sqrt(2 * Math.LN2);

/** Points further than this many σ from a row add less than 1e-13 of a weight and are left out. */
const REACH = 8;

/** A row further than this many σ from every point gets no value. */
const NEAR = 3;

/** Points a window of 2·REACH σ (on average) up to which they are summed one by one. */
const FEW = 130;

/** Terms of a box's expansion: the error is below 1e-13 of a point's weight, as boxes are one σ wide. */
const TERMS = 18;

/** Nanoseconds that one exponential, and one box at one row, take. */
const POINT_COST = 12;
const BOX_COST = 40;

/** The points of one σ of time as moments: Σ w·exp(-s²/2)·sⁿ/n! and the same times the value, s in σ from the centre. */
class Box {
  centre = 0;
  readonly weights = new Float64Array(TERMS);
  readonly values = new Float64Array(TERMS);

  /** Takes in the points [from, to), all within σ/2 of the centre. */
  fill(points: FitPoints, from: number, to: number, centre: number, sigma: number, level: number): void {
    this.centre = centre;
    this.weights.fill(0);
    this.values.fill(0);
    for (let i = from; i < to; i++) {
      const s = (points.times[i]! - centre) / sigma;
      const y = points.values[i]! - level;
      let term = Math.exp(-0.5 * s * s) * (points.weights ? points.weights[i]! : 1);
      for (let n = 0; n < TERMS; n++) {
        this.weights[n]! += term;
        this.values[n]! += term * y;
        term *= s / (n + 1);
      }
    }
  }
}

/** The boxes near a row, in order of time; they come as rows advance and go when they are behind. */
class Boxes {
  weight = 0;
  product = 0;
  private readonly near: Box[] = [];
  private readonly spare: Box[] = [];
  private next = 0;
  private segmentEnd = 0;
  private origin = 0;
  level = 0;

  constructor(
    private readonly points: FitPoints,
    private readonly sigma: number,
  ) {}

  enter(start: number, end: number): void {
    this.spare.push(...this.near.splice(0));
    this.next = start;
    this.segmentEnd = end;
    this.origin = this.points.times[start]!;
    this.level = this.points.values[start]!;
  }

  /** Sums of weights, and of weights times value - level, at a time; returns the points and boxes it took. */
  sumAt(time: number): number {
    const { near, sigma } = this;
    const reach = (REACH + 1) * sigma;
    let work = this.advance(time + reach);
    while (near.length > 0 && near[0]!.centre < time - reach) this.spare.push(near.shift()!);
    let weight = 0;
    let product = 0;
    for (const box of near) {
      const d = (time - box.centre) / sigma;
      let w = 0;
      let p = 0;
      for (let n = TERMS - 1; n >= 0; n--) {
        w = w * d + box.weights[n]!;
        p = p * d + box.values[n]!;
      }
      const factor = Math.exp(-0.5 * d * d);
      weight += factor * w;
      product += factor * p;
    }
    work += near.length * BOX_COST;
    this.weight = weight;
    this.product = product;
    return work;
  }

  private advance(until: number): number {
    const { points, sigma, segmentEnd } = this;
    const first = this.next;
    while (this.next < segmentEnd && points.times[this.next]! < until) {
      const k = Math.floor((points.times[this.next]! - this.origin) / sigma);
      const end = this.origin + (k + 1) * sigma;
      const from = this.next++;
      while (this.next < segmentEnd && points.times[this.next]! < end) this.next++;
      const box = this.spare.pop() ?? new Box();
      box.fill(points, from, this.next, this.origin + (k + 0.5) * sigma, sigma, this.level);
      this.near.push(box);
    }
    return (this.next - first) * TERMS * 2;
  }
}

/** Mean number of points within REACH σ of a point. */
function* fullnessSteps(points: FitPoints, sigma: number): Generator<Progress, number> {
  const { times, starts, count } = points;
  let pairs = 0;
  let first = 0;
  let segment = 0;
  yield* inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) {
      if (i === starts[segment + 1]) first = starts[++segment]!;
      while (times[i]! - times[first]! > REACH * sigma) first++;
      pairs += 2 * (i - first) + 1;
    }
  });
  return pairs / Math.max(1, count);
}

/** True when a point among [from, to) lies within `distance` of the time; `from` … are in order. */
function isNear(times: Float64Array, from: number, to: number, time: number, distance: number): boolean {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return (low < to && times[low]! - time <= distance) || (low > from && time - times[low - 1]! <= distance);
}

/**
 * Gaussian smoothing in time: at every row with a time the mean of the points of its segment with weights exp(-dt²/2σ²), times
 * `points.weights` when they are there. NaN at rows further than 3 σ from every point. `times` ascending, missing last.
 *
 * Windows of few points are summed as they are; full ones as a fast Gauss transform (Greengard & Strain 1991, SIAM J. Sci. Stat. Comput. 12,
 * 79, doi:10.1137/0912004; here with Taylor expansions), which agrees to 1e-12 and costs the same whatever σ is.
 */
export function* gaussianSmoothSteps(times: Float64Array, points: FitPoints, sigma: number): Generator<Progress, Float64Array> {
  const out = new Float64Array(times.length).fill(NaN);
  const fullness = yield* part(fullnessSteps(points, sigma), 0, 0.02);
  const visit = fullness > FEW ? byBoxes(times, points, sigma, out) : onePerOne(times, points, sigma, out);
  yield* part(sweepWindowsSteps(times, points, 2 * REACH * sigma, visit), 0.02, 1);
  return out;
}

type Visit = (row: number, from: number, to: number) => number;

function onePerOne(times: Float64Array, points: FitPoints, sigma: number, out: Float64Array): Visit {
  const { times: t, values, weights } = points;
  const scale = -0.5 / (sigma * sigma);
  return (row, from, to) => {
    const time = times[row]!;
    if (!isNear(t, from, to, time, NEAR * sigma)) return 1;
    const level = values[from]!;
    let weight = 0;
    let product = 0;
    for (let i = from; i < to; i++) {
      const d = t[i]! - time;
      const w = Math.exp(scale * d * d) * (weights ? weights[i]! : 1);
      weight += w;
      product += w * (values[i]! - level);
    }
    out[row] = level + product / weight;
    return (to - from) * POINT_COST;
  };
}

function byBoxes(times: Float64Array, points: FitPoints, sigma: number, out: Float64Array): Visit {
  const boxes = new Boxes(points, sigma);
  let segment = -1;
  return (row, from, to) => {
    const time = times[row]!;
    if (!isNear(points.times, from, to, time, NEAR * sigma)) return 1;
    if (segment < 0 || from >= points.starts[segment + 1]!) {
      do segment++;
      while (from >= points.starts[segment + 1]!);
      boxes.enter(points.starts[segment]!, points.starts[segment + 1]!);
    }
    const work = boxes.sumAt(time);
    out[row] = boxes.level + boxes.product / boxes.weight;
    return work;
  };
}
