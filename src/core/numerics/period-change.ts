import type { Progress } from '../protocol/outcome';
import { type FitCurve, NestedHarmonics } from './nested-harmonics';
import { inBlocks, part } from './steps';
import { TemplateFit } from './template-fit';

/** A number and its standard deviation. */
export interface Measured {
  readonly value: number;
  readonly error: number;
}

/** How much earlier or later than expected one group of points comes. */
export interface Delay {
  /** Whole turns since the epoch, of the group's middle. */
  readonly cycle: number;
  /** Weighted mean time. */
  readonly time: number;
  readonly delay: Measured;
}

/** Steps of golden section: to 1e-9 of the interval. */
const ROUNDS = 45;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Offsets at which curvatures are measured, in expected standard deviations. */
const PROBE = 0.5;

/** The highest point of a smooth curve in [low, high]. */
function* highestSteps(f: (x: number) => Generator<Progress, number>, low: number, high: number): Generator<Progress, number> {
  let [a, b] = [low, high];
  let left = b - GOLDEN * (b - a);
  let right = a + GOLDEN * (b - a);
  let [atLeft, atRight] = [yield* f(left), yield* f(right)];
  for (let round = 0; round < ROUNDS; round++) {
    if (atLeft > atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - GOLDEN * (b - a);
      atLeft = yield* f(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + GOLDEN * (b - a);
      atRight = yield* f(right);
    }
  }
  return (a + b) / 2;
}

/**
 * The frequency near one at which `terms` harmonics fit best, and its error: where χ² rises by 1 when errors are scaled so that χ² per degree of freedom
 * is 1. NaN error when the curve has too few points or a peak without curvature. O(points · terms).
 */
export function* frequencyNearSteps(curve: FitCurve, frequency: number, terms: number, reach: number): Generator<Progress, Measured> {
  const fit = yield* part(NestedHarmonics.prepareSteps(curve, terms), 0, 0);
  const explained = function* (f: number): Generator<Progress, number> {
    return (yield* fit.fitSteps(f))[terms]!;
  };
  // On a fine grid first: many harmonics have many local maxima.
  const trials = 8 * terms + 1;
  const step = (2 * reach) / (trials - 1);
  let top = frequency;
  let most = -Infinity;
  for (let k = 0; k < trials; k++) {
    const f = frequency - reach + k * step;
    const value = yield* explained(f);
    if (value <= most) continue;
    most = value;
    top = f;
  }
  const value = yield* highestSteps(explained, top - step, top + step);
  const best = yield* explained(value);
  const freedom = curve.times.length - 2 * terms - 2;
  const rest = Math.max(1 - best, Number.EPSILON);
  // χ²(f) = freedom · (1 - explained(f)) / (1 - best): its curvature by differences over about half a standard deviation, found in two rounds.
  let probe = 0.1 * step;
  let error = NaN;
  for (let round = 0; round < 4; round++) {
    const sides = (yield* explained(value - probe)) + (yield* explained(value + probe));
    const curvature = (freedom * (2 * best - sides)) / rest / (probe * probe);
    if (!(curvature > 0) || freedom < 1) break;
    error = Math.sqrt(2 / curvature);
    probe = Math.min(step, PROBE * error);
    if (!(probe > 1e-12 * value)) break;
  }
  return { value, error };
}

/** The parts of a curve: `count` runs of equally many points, weights as they are. */
export function partsOf({ times, values, weights }: FitCurve, count: number): FitCurve[] {
  const n = times.length;
  return Array.from({ length: count }, (_, k) => {
    const [from, to] = [Math.floor((k * n) / count), Math.floor(((k + 1) * n) / count)];
    return { times: times.subarray(from, to), values: values.subarray(from, to), weights: weights.subarray(from, to) };
  });
}

/** The same points with weights that sum to 1. */
export function* normalizedSteps(curve: FitCurve): Generator<Progress, FitCurve> {
  const n = curve.weights.length;
  let total = 0;
  const adding = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) total += curve.weights[i]!;
  });
  yield* part(adding, 0, 0.3);
  const weights = new Float64Array(n);
  const dividing = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) weights[i] = curve.weights[i]! / total;
  });
  yield* part(dividing, 0.3, 1);
  return { ...curve, weights };
}

/**
 * Observed minus computed: the harmonic curve of all points is shifted onto the points of each part, which keeps its own level and amplitude, and the
 * shift that fits best is the delay (positive: later). Its error is where χ² rises by 1, noise taken from the residuals of all points. Delays are within
 * half a period of the one before. O(points · terms).
 */
export function* delaysSteps(curve: FitCurve, frequency: number, terms: number, parts: readonly FitCurve[]): Generator<Progress, Delay[]> {
  const whole = yield* part(NestedHarmonics.prepareSteps(curve, terms, curve.times[0]!), 0, 0);
  yield* whole.fitSteps(frequency);
  const of = whole.coefficients(terms);
  const size = Math.hypot(...of) || 1;
  const cos = Array.from({ length: terms }, (_, m) => -of[2 * m]! / size);
  const sin = Array.from({ length: terms }, (_, m) => -of[2 * m + 1]! / size);
  const shape = new TemplateFit({ name: 'all points', mean: 0, cos, sin });
  const freedom = curve.times.length - 2 * terms - 2;
  const rest = Math.max((1 - whole.explained[terms]!) * whole.variance, Number.EPSILON * whole.variance);
  const out: Delay[] = [];
  let before = 0;
  for (const one of parts) {
    const even = yield* part(normalizedSteps(one), 0, 0);
    const sums = yield* part(NestedHarmonics.prepareSteps(even, terms, whole.origin), 0, 0);
    yield* sums.sumSteps(frequency);
    shape.load(sums.sums, terms);
    const best = shape.best();
    if (!(best.explained > 0)) continue;
    let weight = 0;
    let time = 0;
    const averaging = inBlocks(one.times.length, (from, to) => {
      for (let i = from; i < to; i++) {
        weight += one.weights[i]!;
        time += one.weights[i]! * (one.times[i]! - whole.origin);
      }
    });
    yield* part(averaging, 0, 0);
    const probe = 1e-3;
    const sides = shape.at(best.shift - probe).explained + shape.at(best.shift + probe).explained;
    const curvature = (freedom * weight * (2 * best.explained - sides)) / rest / (probe * probe);
    // The shape's phase runs ahead by the shift: the light comes earlier by it.
    const turns = -best.shift - Math.round(-best.shift - before);
    before = turns;
    const middle = time / weight;
    out.push({
      cycle: Math.round(middle * frequency),
      time: whole.origin + middle,
      delay: { value: turns / frequency, error: curvature > 0 ? Math.sqrt(2 / curvature) / frequency : NaN },
    });
  }
  return out;
}

/** A parabola through delays over cycles, c₀ + c₁E + c₂E², weighted by their errors. */
export interface Parabola {
  readonly coefficients: readonly [number, number, number];
  /** Standard deviation of c₂ (scaled by √(χ²/freedom) when that is above 1). */
  readonly error: number;
  readonly chi2: number;
}

/** Least squares; undefined with fewer than four delays that have an error, or fewer than three different cycles. */
export function parabolaThrough(delays: readonly Delay[]): Parabola | undefined {
  const used = delays.filter((d) => d.delay.error > 0 && d.delay.error < Infinity);
  if (used.length < 4) return undefined;
  const centre = used.reduce((s, d) => s + d.cycle, 0) / used.length;
  const scale = Math.max(...used.map((d) => Math.abs(d.cycle - centre)));
  if (!(scale > 0)) return undefined;
  // Legendre polynomials on [-1, 1] would do as well; three powers of a centred number keep their digits.
  const moment = (p: number): number => used.reduce((s, d) => s + ((d.cycle - centre) / scale) ** p / d.delay.error ** 2, 0);
  const right = (p: number): number => used.reduce((s, d) => s + (((d.cycle - centre) / scale) ** p * d.delay.value) / d.delay.error ** 2, 0);
  const [m0, m1, m2, m3, m4] = [0, 1, 2, 3, 4].map(moment) as [number, number, number, number, number];
  const [r0, r1, r2] = [0, 1, 2].map(right) as [number, number, number];
  const det = m0 * (m2 * m4 - m3 * m3) - m1 * (m1 * m4 - m2 * m3) + m2 * (m1 * m3 - m2 * m2);
  if (!(det > 1e-10 * m0 * m2 * m4)) return undefined;
  const a0 = (r0 * (m2 * m4 - m3 * m3) + r1 * (m2 * m3 - m1 * m4) + r2 * (m1 * m3 - m2 * m2)) / det;
  const a1 = (r0 * (m2 * m3 - m1 * m4) + r1 * (m0 * m4 - m2 * m2) + r2 * (m1 * m2 - m0 * m3)) / det;
  const a2 = (r0 * (m1 * m3 - m2 * m2) + r1 * (m1 * m2 - m0 * m3) + r2 * (m0 * m2 - m1 * m1)) / det;
  const variance = (m0 * m2 - m1 * m1) / det;
  const at = (d: Delay): number => {
    const u = (d.cycle - centre) / scale;
    return a0 + a1 * u + a2 * u * u;
  };
  const chi2 = used.reduce((s, d) => s + ((d.delay.value - at(d)) / d.delay.error) ** 2, 0);
  const inflate = Math.max(1, chi2 / (used.length - 3));
  const u0 = -centre / scale;
  return {
    coefficients: [a0 + a1 * u0 + a2 * u0 * u0, (a1 + 2 * a2 * u0) / scale, a2 / (scale * scale)],
    error: Math.sqrt(variance * inflate) / (scale * scale),
    chi2,
  };
}
