import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';

/** A periodic fall with straight flanks. */
export interface TransitShape {
  readonly period: number;
  /** Standard deviation of the period for the given noise, all else kept; NaN when it has a single transit. */
  readonly periodError: number;
  /** Middle of a transit near the middle of the data. */
  readonly middle: number;
  readonly logLikelihood: number;
}

export interface TransitPoints {
  readonly times: Float64Array;
  /** A transit is a fall of these. */
  readonly values: Float64Array;
  readonly errors?: Float64Array | undefined;
}

/** Points farther than so many durations from a transit are outside whatever is tried. */
const REACH = 1.5;
/** Halvings of the steps of the search, from each start and from the best of them. */
const COARSE = 4;
const FINE = 12;
/** Periods the search starts from: drifts of so many durations from the first transit to the last. */
const STARTS = [0, -0.3, -0.2, -0.1, -0.05, 0.05, 0.1, 0.2, 0.3];
const MOST_ROUNDS = 300;
/** Points beyond which every evaluation yields. */
const MANY = 2e4;

/** Middle, period, width at half depth, length of a flank as a share of the width. */
type Shape = readonly [number, number, number, number];

class ShapeFit {
  private readonly dt: Float64Array;
  private readonly turn: Float64Array;
  private readonly w: Float64Array;
  private readonly wy: Float64Array;
  n = 0;
  firstTurn = Infinity;
  lastTurn = -Infinity;
  private sumW = 0;
  private sumWy = 0;

  constructor(
    private readonly points: TransitPoints,
    private readonly start: Shape,
  ) {
    const n = points.times.length;
    [this.dt, this.turn, this.w, this.wy] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  }

  /** Keeps the points near transits; all others only by their sums. */
  collect(from: number, to: number): void {
    const { times, values, errors } = this.points;
    const [middle, period, width] = this.start;
    for (let i = from; i < to; i++) {
      const weight = errors ? 1 / (errors[i]! * errors[i]!) : 1;
      const wy = weight * (values[i]! - values[0]!);
      this.sumW += weight;
      this.sumWy += wy;
      const turn = Math.round((times[i]! - middle) / period);
      const dt = times[i]! - middle - turn * period;
      if (Math.abs(dt) > REACH * width) continue;
      this.dt[this.n] = dt;
      this.turn[this.n] = turn;
      this.w[this.n] = weight;
      this.wy[this.n++] = wy;
      this.firstTurn = Math.min(this.firstTurn, turn);
      this.lastTurn = Math.max(this.lastTurn, turn);
    }
  }

  /** log-likelihood of the best depth of a shape against a constant; -Infinity for a rise and for shapes that are none. */
  logLikelihood([middle, period, width, flank]: Shape): number {
    if (!(width > 0) || !(flank >= 0.02) || flank > 1 || width * (1 + flank) > 2 * REACH * this.start[2]) return -Infinity;
    const { dt, turn, w, wy, n, sumW, sumWy, start } = this;
    const length = flank * width;
    const edge = (width + length) / 2;
    const shift = middle - start[0];
    const drift = period - start[1];
    let [m1, m2, my] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const inside = edge - Math.abs(dt[i]! - shift - turn[i]! * drift);
      if (inside <= 0) continue;
      const m = inside >= length ? 1 : inside / length;
      m1 += w[i]! * m;
      m2 += w[i]! * m * m;
      my += wy[i]! * m;
    }
    const spread = m2 - (m1 * m1) / sumW;
    const fall = (m1 * sumWy) / sumW - my;
    return spread > 1e-12 * sumW && fall > 0 ? (0.5 * fall * fall) / spread : -Infinity;
  }

  /** Change of the period that lowers the log-likelihood by a half, in units of the noise's variance. */
  periodError(best: Shape, variance: number): number {
    const top = this.logLikelihood(best);
    let h = best[2] / Math.max(1, this.lastTurn - this.firstTurn);
    for (let k = 0; k < 40; k++, h /= 2) {
      const [middle, period, width, flank] = best;
      const low = this.logLikelihood([middle, period - h, width, flank]);
      const high = this.logLikelihood([middle, period + h, width, flank]);
      const drop = top - (low + high) / 2;
      if (drop < 2 * variance) return drop > 0 ? h * Math.sqrt(variance / 2 / drop) : NaN;
    }
    return NaN;
  }
}

interface Found {
  readonly shape: Shape;
  readonly logLikelihood: number;
}

const better = (a: Found, b: Found): Found => (b.logLikelihood > a.logLikelihood ? b : a);

/** Pattern search: a step in each direction while one helps, then half the step. */
function* climbSteps(fit: ShapeFit, from: Shape, first: Shape, halvings: number): Generator<Progress, Found> {
  let best: Found = { shape: from, logLikelihood: fit.logLikelihood(from) };
  let steps = first;
  for (let round = 0, halved = 0; round < MOST_ROUNDS && halved < halvings; round++) {
    const before = best;
    for (let k = 0; k < 4; k++) {
      for (const sign of [1, -1]) {
        const shape = best.shape.map((v, j) => (j === k ? v + sign * steps[k]! : v)) as unknown as Shape;
        best = better(best, { shape, logLikelihood: fit.logLikelihood(shape) });
        if (fit.n > MANY) yield { fraction: halved / halvings };
      }
    }
    if (best !== before) continue;
    steps = steps.map((s) => s / 2) as unknown as Shape;
    halved++;
  }
  return best;
}

/**
 * The fall with straight flanks that fits best near a box: middle, period, width and flanks by a pattern search from several
 * periods, the depth by weighted least squares. A box fits equally well over a range of periods and phases; flanks tell them apart. `noise` is what the errors
 * have to be multiplied by, or the standard deviation when there are none. `quick` starts from one period.
 * Undefined when nothing falls. O(n + evaluations · points near transits).
 */
export function* transitShapeSteps(
  points: TransitPoints,
  box: { readonly period: number; readonly epoch: number; readonly duration: number },
  noise: number,
  quick = false,
): Generator<Progress, TransitShape | undefined> {
  const { times } = points;
  const { period, epoch, duration } = box;
  const centre = (times[0]! + times[times.length - 1]!) / 2;
  const start: Shape = [epoch + period * Math.round((centre - epoch) / period), period, duration, 0.2];
  const fit = new ShapeFit(points, start);
  yield* inBlocks(times.length, (from, to) => fit.collect(from, to));
  yield { fraction: 0.5 };
  const span = Math.max(1, fit.lastTurn - fit.firstTurn);
  const steps: Shape = [duration / 8, duration / 4 / span, duration / 8, 0.1];
  // Few points in a flank make many small maxima.
  let best: Found = { shape: start, logLikelihood: -Infinity };
  const starts = quick ? [0] : STARTS;
  for (const [k, offset] of starts.entries()) {
    const from: Shape = [start[0], period + (offset * duration) / span, duration, 0.3];
    best = better(best, yield* part(climbSteps(fit, from, steps, COARSE), 0.5 + (0.4 * k) / starts.length, 0.5 + (0.4 * (k + 1)) / starts.length));
  }
  best = better(best, yield* part(climbSteps(fit, best.shape, steps, FINE), 0.9, 1));
  if (best.logLikelihood === -Infinity) return undefined;
  const [middle, found] = best.shape;
  const periodError = fit.lastTurn > fit.firstTurn ? fit.periodError(best.shape, noise * noise) : NaN;
  return { period: found, periodError, middle, logLikelihood: best.logLikelihood };
}
