import type { Progress } from '../protocol/outcome';
import type { SegmentFit } from './segment-fits';
import { inBlocks, part } from './steps';
import type { FitPoints } from './time-segments';

/** Points of a pass between two yields. */
const PASS = 2 ** 15;

/** Coefficients a point touches: degree + 1. */
const K = 4;

/** Points of different times every interval between two knots has: with so many the fit is determined everywhere. */
const FEWEST = 4;

/**
 * A cubic spline fitted to a segment by least squares, with knots at equal distances close to `spacing`: FITPACK's LSQUnivariateSpline on the
 * same knots (Dierckx 1993, Curve and Surface Fitting with Splines). A knot that would leave fewer than four points of different times
 * between it and its neighbour is left out. O(points). Beyond the first and last point the curve stays at its last value.
 */
export class SegmentSpline implements SegmentFit {
  readonly cost = 300;
  /** The breakpoints: both ends of the segment and the knots between. */
  private breaks = new Float64Array(2);
  private intervals = 0;
  /** Breakpoints with the ends repeated four times. */
  private knots = new Float64Array(2 * K);
  private coefficients = new Float64Array(K);
  /** Upper triangle, K values a row. */
  private band = new Float64Array(K * K);
  private readonly basis = new Float64Array(K);
  private interval = 0;

  constructor(
    private readonly points: FitPoints,
    private readonly spacing: number,
  ) {}

  *fitSteps(from: number, to: number, kept: Uint8Array): Generator<Progress, boolean> {
    if (!(yield* part(this.placeKnotsSteps(from, to, kept), 0, 0.1))) return false;
    const n = this.intervals + K - 1;
    this.coefficients = new Float64Array(n);
    this.band = new Float64Array(n * K);
    const { times, values } = this.points;
    const adding = inBlocks(
      to - from,
      (a, b) => {
        for (let i = from + a; i < from + b; i++) if (kept[i] === 1) this.rotateIn(times[i]!, values[i]!);
      },
      PASS,
    );
    yield* part(adding, 0.1, 1);
    return this.backSubstitute();
  }

  valueAt(time: number): number {
    const { breaks, intervals, coefficients, basis } = this;
    const at = this.evaluateBasis(Math.min(Math.max(time, breaks[0]!), breaks[intervals]!));
    return basis[0]! * coefficients[at]! + basis[1]! * coefficients[at + 1]! + basis[2]! * coefficients[at + 2]! + basis[3]! * coefficients[at + 3]!;
  }

  private *placeKnotsSteps(from: number, to: number, kept: Uint8Array): Generator<Progress, boolean> {
    const { times } = this.points;
    const first = times[from]!;
    const span = times[to - 1]! - first;
    const wanted = Math.min(Math.max(1, Math.round(span / this.spacing)), to - from);
    const breaks = [first];
    const held: number[] = [];
    let j = 1;
    let count = 0;
    let last = NaN;
    const place = (a: number, b: number): void => {
      for (let i = from + a; i < from + b; i++) {
        const time = times[i]!;
        if (kept[i] === 0 || time === last) continue;
        for (; j < wanted && first + (span * j) / wanted <= time; j++) {
          if (count < FEWEST) continue;
          breaks.push(first + (span * j) / wanted);
          held.push(count);
          count = 0;
        }
        last = time;
        count++;
      }
    };
    yield* inBlocks(to - from, place, PASS);
    for (; count < FEWEST && held.length > 0; breaks.pop()) count += held.pop()!;
    if (count < FEWEST) return false;
    breaks.push(times[to - 1]!);
    this.breaks = Float64Array.from(breaks);
    this.intervals = breaks.length - 1;
    this.knots = Float64Array.from([first, first, first, ...breaks, times[to - 1]!, times[to - 1]!, times[to - 1]!]);
    this.interval = 0;
    return true;
  }

  /** The four B-splines that are not zero at a time in [first, last] (de Boor's recurrence); returns the number of the first. */
  private evaluateBasis(time: number): number {
    const { breaks, intervals, knots, basis } = this;
    let at = this.interval;
    if (time < breaks[at]!) at = 0;
    while (at + 1 < intervals && time >= breaks[at + 1]!) at++;
    this.interval = at;
    const l = at + K - 1;
    basis[0] = 1;
    for (let d = 1; d < K; d++) {
      let saved = 0;
      for (let r = 0; r < d; r++) {
        const right = knots[l + r + 1]!;
        const left = knots[l + r + 1 - d]!;
        const term = basis[r]! / (right - left);
        basis[r] = saved + (right - time) * term;
        saved = (time - left) * term;
      }
      basis[d] = saved;
    }
    return at;
  }

  /** One more equation, by Givens rotations: stable where the normal equations would square the condition. */
  private rotateIn(time: number, value: number): void {
    const { basis, band, coefficients } = this;
    const at = this.evaluateBasis(time);
    let right = value;
    for (let i = 0; i < K; i++) {
      const pivot = basis[i]!;
      if (pivot === 0) continue;
      const row = (at + i) * K;
      const diagonal = band[row]!;
      const length = Math.sqrt(diagonal * diagonal + pivot * pivot);
      const cos = diagonal / length;
      const sin = pivot / length;
      band[row] = length;
      for (let j = 1; j < K - i; j++) {
        const upper = band[row + j]!;
        const own = basis[i + j]!;
        band[row + j] = cos * upper + sin * own;
        basis[i + j] = cos * own - sin * upper;
      }
      const known = coefficients[at + i]!;
      coefficients[at + i] = cos * known + sin * right;
      right = cos * right - sin * known;
    }
  }

  private backSubstitute(): boolean {
    const { band, coefficients } = this;
    const n = coefficients.length;
    for (let i = n - 1; i >= 0; i--) {
      let sum = coefficients[i]!;
      for (let j = 1; j < K && i + j < n; j++) sum -= band[i * K + j]! * coefficients[i + j]!;
      if (!(band[i * K]! > 0)) return false;
      coefficients[i] = sum / band[i * K]!;
    }
    return true;
  }
}
