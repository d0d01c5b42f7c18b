import { timeUnit } from '../model/time-unit';
import { clippedRidgeSteps } from '../numerics/clipped-ridge';
import { fftSteps, powerOfTwo } from '../numerics/fft';
import { injectSteps, type TransitShape, transitTemplate } from '../numerics/inject';
import { linearModelSteps, type RidgeDesign, type RidgeSystem } from '../numerics/least-squares';
import { recoveredDepthSteps } from '../numerics/recover-signal';
import { medianSteps } from '../numerics/robust';
import { inBlocks, part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Batch } from './definition';
import { isMagnitude } from './params';
import type { Regressed, RegressionParams } from './regression-kernel';

/** Depth of the transit that is put in: 1 %, or 0.01 mag. */
const TEST_DEPTH = 0.01;
/** Cadences past which the spectra are not made: their memory would not be in proportion. */
const MOST_CADENCES = 2 ** 18;

/**
 * How much of the values all basis vectors explain beyond chance: the standard deviation of their weighted least-squares model, what as many random
 * vectors would explain subtracted (as in the adjusted R²). In the unit of the values; 0 when it is no more than chance; NaN without enough points.
 */
export function* systematicsSteps(design: RidgeDesign, system: RidgeSystem, values: Float64Array): Generator<Progress, number> {
  const { columns, weights } = design;
  const fit = yield* part(system.fitSteps(values), 0, 0.8);
  const model = yield* part(linearModelSteps(columns, fit, values.length), 0.8, 0.9);
  const free = columns.length - fit.dropped.length;
  if (fit.points <= free + 1) return NaN;
  let [total, mean, explained, rest] = [0, 0, 0, 0];
  const adding = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const w = weights[i]!;
      if (!(w > 0)) continue;
      const d = model[i]! - mean;
      total += w;
      mean += (w / total) * d;
      explained += w * d * (model[i]! - mean);
      rest += w * (values[i]! - model[i]!) ** 2;
    }
  });
  yield* part(adding, 0.9, 1);
  const byChance = (free * rest) / (fit.points - free - 1);
  return Math.sqrt(Math.max(0, explained - byChance) / total);
}

interface Spectra {
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly points: number;
}

/** Rows with `use` = 1, the first MOST_CADENCES + 1 of them. */
function usedRows(use: Uint8Array): Int32Array {
  const rows = new Int32Array(Math.min(use.length, MOST_CADENCES + 1));
  let n = 0;
  for (let i = 0; i < use.length && n < rows.length; i++) if (use[i] === 1) rows[n++] = i;
  return rows.subarray(0, n);
}

/** Amplitude spectra of two series at the same times, on a grid of their cadence, at least twice oversampled, up to the Nyquist frequency. */
function* spectraSteps(times: Float64Array, before: Float64Array, after: Float64Array, use: Uint8Array): Generator<Progress, Spectra | undefined> {
  const rows = usedRows(use);
  const n = rows.length;
  if (n < 3 || n > MOST_CADENCES) return undefined;
  const gaps = new Float64Array(n - 1);
  for (let k = 1; k < n; k++) gaps[k - 1] = times[rows[k]!]! - times[rows[k - 1]!]!;
  const cadence = yield* part(medianSteps(gaps), 0, 0.2);
  const first = times[rows[0]!]!;
  const length = Math.round((times[rows[n - 1]!]! - first) / cadence) + 1;
  if (!(cadence > 0) || !(length <= MOST_CADENCES)) return undefined;
  const size = powerOfTwo(2 * length);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const means = [before, after].map((a) => rows.reduce((sum, i) => sum + a[i]!, 0) / n);
  for (const i of rows) {
    const at = Math.round((times[i]! - first) / cadence);
    re[at]! += before[i]! - means[0]!;
    im[at]! += after[i]! - means[1]!;
  }
  // One transform of before + i·after holds both spectra.
  yield* part(fftSteps(re, im), 0.2, 0.9);
  const half = size / 2;
  const out: Spectra = { before: new Float64Array(half), after: new Float64Array(half), points: n };
  for (let k = 1; k <= half; k++) {
    const m = (size - k) % size;
    const a = re[k]! + re[m]!;
    const b = im[k]! - im[m]!;
    const c = im[k]! + im[m]!;
    const d = re[m]! - re[k]!;
    out.before[k - 1] = Math.sqrt(a * a + b * b) / n;
    out.after[k - 1] = Math.sqrt(c * c + d * d) / n;
  }
  return out;
}

/**
 * lightkurve's over-fitting score: where the correction raised the amplitude spectrum, by how much in units of the amplitude that noise of the size of the
 * errors has on average; 2 / (1 + exp(that)). 1 is good; 0.5 and less means noise as large as the errors was put in. The noise level σ √(π/n) is the
 * expectation that lightkurve estimates with random numbers. NaN without errors or with too few points.
 */
export function* overfitSteps(
  times: Float64Array,
  before: Float64Array,
  after: Float64Array,
  errors: Float64Array,
  use: Uint8Array,
): Generator<Progress, number> {
  const spectra = yield* spectraSteps(times, before, after, use);
  if (!spectra) return NaN;
  let sum = 0;
  for (let i = 0; i < use.length; i++) if (use[i] === 1) sum += errors[i]!;
  const noise = (sum / spectra.points) * Math.sqrt(Math.PI / spectra.points);
  let [raised, bins] = [0, 0];
  for (let k = 0; k < spectra.after.length; k++) {
    const change = spectra.after[k]! - spectra.before[k]!;
    if (!(change > 0)) continue;
    raised += change;
    bins++;
  }
  return bins === 0 ? 1 : 2 / (1 + Math.exp(raised / bins / noise));
}

/** Three transits of three hours (of 1/16 of the time span where it is short, or the unit is not the day) within the light curve. */
export function* testTransitSteps(times: Float64Array, use: Uint8Array, unit: string | undefined): Generator<Progress, TransitShape | undefined> {
  let [low, high] = [Infinity, -Infinity];
  yield* inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (use[i] !== 1 || times[i]! - times[i]! !== 0) continue;
      low = Math.min(low, times[i]!);
      high = Math.max(high, times[i]!);
    }
  });
  const span = high - low;
  if (!(span > 0)) return undefined;
  const duration = Math.min(timeUnit(unit) === 'd' ? 0.125 : Infinity, span / 16);
  return { period: span / 3, epoch: low + span / 6, duration, flank: 0.1 };
}

/** One test transit: the share of its depth that is left after the same regression. */
function* keptOfSteps(
  input: Batch,
  columns: readonly Float64Array[],
  fitted: Regressed,
  params: RegressionParams,
  use: Uint8Array,
  shape: TransitShape,
): Generator<Progress, number> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const mode = isMagnitude(input.unit(input.nameOf('value')!)) ? 'magnitude' : 'flux';
  const injected = yield* part(injectSteps(times, values, transitTemplate(shape), TEST_DEPTH, mode), 0, 0.1);
  const precision = columns.map(() => params.alpha);
  const problem = { columns, values: injected, weights: fitted.weights, precision };
  const again = yield* part(clippedRidgeSteps(problem, params.sigma, params.iterations, fitted.system), 0.1, 0.8);
  const added = new Float64Array(values.length);
  const left = new Float64Array(values.length);
  const comparing = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      added[i] = injected[i]! - values[i]!;
      left[i] = added[i]! - (again.model[i]! - fitted.model[i]!);
    }
  });
  yield* part(comparing, 0.8, 0.85);
  const whole = yield* part(recoveredDepthSteps(times, added, use, shape), 0.85, 0.9);
  const kept = yield* part(recoveredDepthSteps(times, left, use, shape), 0.9, 1);
  return whole.depth !== 0 ? kept.depth / whole.depth : NaN;
}

/** How many places the test transit is tried at. */
const PLACES = 3;

/**
 * Which part of a transit's depth survives: transits of 1 % (0.01 mag) are put into the values, the same regression is made, and the depth of what they
 * added is compared with what was put in. 1 = all of it. The least of three tries, a third of the period apart. NaN where no transit falls on enough
 * points.
 */
export function* transitKeptSteps(
  input: Batch,
  columns: readonly Float64Array[],
  fitted: Regressed,
  params: RegressionParams,
  use: Uint8Array,
): Generator<Progress, number> {
  const shape = yield* part(testTransitSteps(input.role('time')!, use, input.unit(input.nameOf('time')!)), 0, 0.04);
  if (!shape) return NaN;
  let least = NaN;
  for (let place = 0; place < PLACES; place++) {
    const moved = { ...shape, epoch: shape.epoch + (place / PLACES) * shape.period };
    const work = keptOfSteps(input, columns, fitted, params, use, moved);
    const kept = yield* part(work, 0.04 + (0.96 * place) / PLACES, 0.04 + (0.96 * (place + 1)) / PLACES);
    if (!(kept >= least)) least = kept === kept ? kept : least;
  }
  return least;
}
