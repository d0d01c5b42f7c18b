import type { Progress } from '../protocol/outcome';
import { LocalPolynomial, centreWeights } from './local-polynomial';
import { SlidingPolynomial } from './sliding-polynomial';
import { inBlocks, part } from './steps';
import { EDGE_SLACK, type FitPoints, segmentAt } from './time-segments';

/** Multiplications in a slice: a few milliseconds. */
const BUDGET = 2 ** 21;

/** Steps that differ from the cadence by less than this share of it count as even. */
const EVENNESS = 1e-7;

/** Points up to which fitting the points of a window anew is as fast as sliding. */
const FEW = 24;

/** Points up to which the weights of an even window are used: finding them is quadratic in their number. */
const MOST_WEIGHTS = 201;

class Sweep {
  row = 0;
  private segment = -1;
  private from = 0;
  private to = 0;
  /** Times between which a window is complete; NaN when the whole segment is one fit. */
  private firstCentre = NaN;
  private lastCentre = NaN;
  private readonly half: number;
  private readonly direct: LocalPolynomial;
  private readonly sliding: SlidingPolynomial;
  private fit: { valueAt(time: number): number } | undefined;
  private fitted = { from: -1, to: -1, centre: NaN };
  private readonly weights = new Map<number, Float64Array>();
  /** unevenBefore[i]: uneven steps among the first i points. */
  private readonly unevenBefore: Int32Array;
  readonly trend: Float64Array;

  constructor(
    private readonly times: Float64Array,
    private readonly points: FitPoints,
    window: number,
    private readonly order: number,
    private readonly cadence: number,
  ) {
    this.half = (window / 2) * (1 + EDGE_SLACK);
    this.direct = new LocalPolynomial(order);
    this.sliding = new SlidingPolynomial(points.times, points.values, order, this.half);
    this.trend = new Float64Array(times.length).fill(NaN);
    this.unevenBefore = new Int32Array(points.count + 1);
  }

  /** Finds the uneven steps: to be run before `advance`. */
  *prepareSteps(): Generator<Progress, void> {
    const { points, cadence, unevenBefore } = this;
    yield* inBlocks(points.count, (from, to) => {
      for (let i = Math.max(1, from); i < to; i++) {
        const isEven = Math.abs(points.times[i]! - points.times[i - 1]! - cadence) <= EVENNESS * cadence;
        unevenBefore[i + 1] = unevenBefore[i]! + (isEven ? 0 : 1);
      }
    });
  }

  private enter(segment: number): void {
    const { points, half, cadence } = this;
    const start = points.starts[segment]!;
    const end = points.starts[segment + 1]!;
    this.segment = segment;
    this.from = this.to = start;
    // A window is complete when the point that would come next before (after) the segment at its cadence lies outside it.
    let first = start;
    while (first < end && points.times[first]! - points.times[start]! <= half - cadence) first++;
    let last = end - 1;
    while (last >= start && points.times[end - 1]! - points.times[last]! <= half - cadence) last--;
    const complete = first < end && last >= start && first <= last;
    this.firstCentre = complete ? points.times[first]! : NaN;
    this.lastCentre = complete ? points.times[last]! : NaN;
  }

  /** Rows until about BUDGET multiplications are done. */
  advance(): void {
    const { points, half } = this;
    for (let budget = BUDGET; budget > 0 && this.row < points.timedRows; this.row++) {
      const time = this.times[this.row]!;
      budget--;
      if (time - time !== 0) continue;
      const segment = segmentAt(points, time, Math.max(0, this.segment));
      if (segment !== this.segment) this.enter(segment);
      const start = points.starts[segment]!;
      const end = points.starts[segment + 1]!;
      // Never further out than a window reaches from the segment.
      if (time < points.times[start]! - half || time > points.times[end - 1]! + half) continue;
      if (this.firstCentre !== this.firstCentre) {
        budget -= this.evaluate(time, start, end, (points.times[start]! + points.times[end - 1]!) / 2, false);
        continue;
      }
      const centre = Math.min(Math.max(time, this.firstCentre), this.lastCentre);
      while (this.to < end && points.times[this.to]! <= centre + half) this.to++;
      while (this.from < this.to && points.times[this.from]! < centre - half) this.from++;
      budget -= this.evaluate(time, this.from, this.to, centre, true);
    }
  }

  /** Sets the row's trend from points [from, to), of which all (`isWindow`) lie within half a window of `centre`; returns the work it took. */
  private evaluate(time: number, from: number, to: number, centre: number, isWindow: boolean): number {
    const { points, order, fitted } = this;
    const count = to - from;
    const middle = (from + to) >> 1;
    const isEven = count <= MOST_WEIGHTS && count % 2 === 1 && this.unevenBefore[to]! === this.unevenBefore[from + 1]!;
    if (isEven && time === centre && points.times[middle] === time && count > order) {
      this.trend[this.row] = this.convolve(from, to);
      return count;
    }
    const isSame = fitted.from === from && fitted.to === to && fitted.centre === centre;
    let work = 8;
    if (!isSame) {
      const summed = this.sliding.summed;
      fitted.from = from;
      fitted.to = to;
      fitted.centre = centre;
      if (isWindow && count > FEW && this.sliding.fit(from, to, centre)) {
        this.fit = this.sliding;
        work = (this.sliding.summed - summed) * (order + 1) * 6 + (order + 1) ** 3;
      } else {
        this.fit = this.direct.fit(points.times, points.values, from, to, centre, this.half) ? this.direct : undefined;
        work = count * (order + 1) * 4;
      }
    }
    if (this.fit) this.trend[this.row] = this.fit.valueAt(time);
    return work;
  }

  private convolve(from: number, to: number): number {
    const half = (to - from) >> 1;
    let weights = this.weights.get(half);
    if (!weights) this.weights.set(half, (weights = centreWeights(half, this.order)));
    const { values } = this.points;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * values[from + i]!;
    return sum;
  }
}

/**
 * Savitzky–Golay smoothing in time: at every row with a time the value of a degree-`order` polynomial fitted by least squares to the points
 * of its segment within window / 2 of it. Within half a window of a segment's end the polynomial of the last complete window is used, as
 * scipy's `mode='interp'` does; a segment shorter than the window is fitted whole. On even sampling this is scipy.signal.savgol_filter with
 * the odd number of points that fit in the window. NaN where the points are fewer than order + 1. `times` ascending, missing last.
 */
export function* savitzkyGolaySteps(
  times: Float64Array,
  points: FitPoints,
  window: number,
  order: number,
  cadence: number,
): Generator<Progress, Float64Array> {
  if (points.count === 0) return new Float64Array(times.length).fill(NaN);
  const sweep = new Sweep(times, points, window, order, cadence);
  yield* part(sweep.prepareSteps(), 0, 0.02);
  while (sweep.row < points.timedRows) {
    sweep.advance();
    if (sweep.row < points.timedRows) yield { fraction: 0.02 + (0.98 * sweep.row) / points.timedRows };
  }
  return sweep.trend;
}
