import { argsortSteps } from '../argsort';
import { pick } from '../pick';
import { median, percentile } from '../robust';
import { part } from '../steps';
import type { Progress } from '../../protocol/outcome';

/** One object's usable points in order of time, of equal times in order of band, then value. */
export interface LightCurve {
  readonly count: number;
  /** Row each point came from. */
  readonly rows: Uint32Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Standard error of each point: as given, at most five times its band's median; of its band's point-to-point scatter where there is none. */
  readonly errors: Float64Array;
  readonly hasErrors: boolean;
  readonly band: Int32Array;
  readonly bands: readonly Band[];
  /** 1 where the value is within the reach of its band: not a sentinel, not absurd. Only these are fitted to. */
  readonly plausible: Uint8Array;
  /** Values without each band's slow linear drift. */
  readonly driftless: Float64Array;
}

export interface Band {
  /** Median of the driftless values, and the width of their inner 84 %. */
  readonly level: number;
  readonly spread: number;
  /** Bounds of the inner 96 % of the driftless values. */
  readonly low: number;
  readonly high: number;
}

/** Half a band's inner 84 % in standard deviations of a Gaussian. */
export const SPREAD_SIGMA = 1.405;

const CHUNKS = 8;
/** Widths of the inner 96 % a value may lie outside of it and still be fitted to. */
const REACH = 3;
const ERROR_CAP = 5;

/** The indices from 0 to n - 1 that hold. */
function whereOf(n: number, holds: (i: number) => boolean): Uint32Array {
  const out = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (holds(i)) out[count++] = i;
  return out.slice(0, count);
}

/** Slope by the medians of eight stretches of equal length (Theil 1950, Sen 1968, of few points): outliers and signals hardly move it. */
function driftOf(times: Float64Array, values: Float64Array, at: Uint32Array): number {
  const t: number[] = [];
  const y: number[] = [];
  for (let c = 0; c < CHUNKS; c++) {
    const chunk = at.subarray(Math.floor((c * at.length) / CHUNKS), Math.floor(((c + 1) * at.length) / CHUNKS));
    if (chunk.length < 3) continue;
    t.push(median(pick(times, chunk)));
    y.push(median(pick(values, chunk)));
  }
  const slopes: number[] = [];
  for (let a = 0; a < t.length; a++) for (let b = a + 1; b < t.length; b++) if (t[b]! > t[a]!) slopes.push((y[b]! - y[a]!) / (t[b]! - t[a]!));
  return slopes.length > 0 ? median(Float64Array.from(slopes)) : 0;
}

/** Point-to-point scatter as a standard deviation: 1.4826 / √2 times the median step. */
function stepScatter(values: Float64Array, at: Uint32Array): number {
  if (at.length < 2) return 0;
  const steps = new Float64Array(at.length - 1);
  for (let k = 0; k < steps.length; k++) steps[k] = Math.abs(values[at[k + 1]!]! - values[at[k]!]!);
  return 1.0484 * median(steps);
}

function* fillBandSteps(curve: LightCurve, at: Uint32Array): Generator<Progress, Band> {
  const { times, values, errors, plausible, driftless } = curve;
  const own = pick(values, at);
  const low = percentile(own, 2);
  const high = percentile(own, 98);
  yield { fraction: 0.2 };
  for (const i of at) plausible[i] = values[i]! >= low - REACH * (high - low) && values[i]! <= high + REACH * (high - low) ? 1 : 0;
  const good = at.filter((i) => plausible[i] === 1);
  const drift = driftOf(times, values, good);
  const middle = median(pick(times, at));
  for (const i of at) driftless[i] = values[i]! - drift * (times[i]! - middle);
  yield { fraction: 0.5 };
  const given = at.filter((i) => errors[i]! > 0 && errors[i]! < Infinity);
  const typical = given.length > 0 ? median(pick(errors, given)) : stepScatter(driftless, good);
  for (const i of at) errors[i] = errors[i]! > 0 ? Math.min(errors[i]!, ERROR_CAP * typical) : typical;
  yield { fraction: 0.7 };
  const d = pick(driftless, good);
  const level = median(d);
  const spread = percentile(d, 92) - percentile(d, 8);
  yield { fraction: 0.9 };
  return { level, spread, low: percentile(d, 2), high: percentile(d, 98) };
}

/** Sorted times as they are, points of equal times by band, then value: an order that no order of rows changes. */
function settleTies(order: Uint32Array, times: Float64Array, band: ArrayLike<number>, values: Float64Array): void {
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && times[order[to]!] === times[order[from]!]) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => band[a]! - band[b]! || values[a]! - values[b]!);
    from = to;
  }
}

/** `band`: a number from 0 for each row; `use` = 1 for rows with a finite time and value. O(n log n). */
export function* lightCurveSteps(
  times: Float64Array,
  values: Float64Array,
  errors: Float64Array | undefined,
  band: ArrayLike<number>,
  bands: number,
  use: Uint8Array,
): Generator<Progress, LightCurve> {
  const masked = new Float64Array(use.length);
  let count = 0;
  for (let i = 0; i < use.length; i++) {
    masked[i] = use[i] === 1 ? times[i]! : NaN;
    count += use[i]!;
  }
  yield { fraction: 0.05 };
  const rows = (yield* part(argsortSteps(masked), 0.05, 0.5)).slice(0, count);
  settleTies(rows, times, band, values);
  yield { fraction: 0.52 };
  const at = <A extends Float64Array | Int32Array>(a: ArrayLike<number> | undefined, out: A): A => {
    for (let k = 0; k < count; k++) out[k] = a ? a[rows[k]!]! : NaN;
    return out;
  };
  const curve: LightCurve = {
    count,
    rows,
    times: at(times, new Float64Array(count)),
    values: at(values, new Float64Array(count)),
    errors: at(errors, new Float64Array(count)),
    hasErrors: errors !== undefined,
    band: at(band, new Int32Array(count)),
    bands: [],
    plausible: new Uint8Array(count),
    driftless: at(values, new Float64Array(count)),
  };
  const found: Band[] = [];
  for (let b = 0; b < bands; b++) {
    const own = whereOf(count, (i) => curve.band[i] === b);
    yield { fraction: 0.6 + (0.4 * b) / bands };
    const filling = part(fillBandSteps(curve, own), 0.6 + (0.4 * b) / bands, 0.6 + (0.4 * (b + 1)) / bands);
    found.push(own.length > 0 ? yield* filling : { level: NaN, spread: 0, low: NaN, high: NaN });
  }
  return { ...curve, bands: found };
}
