import type { Progress } from '../../protocol/outcome';
import { argsortSteps } from '../argsort';
import { MAD_TO_SIGMA, median } from '../robust';
import { inBlocks, part } from '../steps';
import { SortedWindow } from '../sorted-window';
import { pick, pickBytes } from '../pick';
import type { LightCurve } from './light-curve';
import { localLineSteps } from './local-line';

/** How a model predicts a point from others. */
export interface ModelSpec {
  /** `time` or `phase`, by band or pooled. */
  readonly name: string;
  /** Position of each point: its time, or its phase in turns. */
  readonly at: Float64Array;
  /** 1 for phases, which go round; else 0. */
  readonly wrap: 0 | 1;
  readonly values: Float64Array;
  readonly neighbours: number;
  /** Neighbours on either side over which the residuals' scale is taken. */
  readonly scaleReach: number;
  /** All bands follow one curve, each with its own level and amplitude. */
  readonly pooled: boolean;
}

export interface ModelFit {
  readonly spec: ModelSpec;
  /** value - prediction, in the value's unit; NaN where there is no prediction. */
  readonly residuals: Float64Array;
  /** Standard deviation of the residuals about each point, larger where the prediction is an extrapolation. */
  readonly scale: Float64Array;
  /** Variance of each prediction in units of that of one point. */
  readonly leverage: Float64Array;
  /** 1 for the points the predictions were made from. */
  readonly use: Uint8Array;
  /** Points in order of the model's positions: those of each band, or of all. */
  readonly groups: readonly Uint32Array[];
}

/** Rounds in which pooled bands settle on one curve. */
const POOL_ROUNDS = 2;

/** 1.4826 times the median |residual| of the used points `reach` to either side in the sequence; NaN with fewer than five of them in all. */
function* localScaleSteps(residuals: Float64Array, use: Uint8Array, reach: number, wrap: boolean): Generator<Progress, Float64Array> {
  const n = residuals.length;
  const used = new Uint32Array(n);
  let m = 0;
  for (let i = 0; i < n; i++) if (use[i] === 1 && residuals[i]! - residuals[i]! === 0) used[m++] = i;
  const out = new Float64Array(n).fill(NaN);
  if (m < 5) return out;
  const window = new SortedWindow(2 * reach + 1);
  const sizeOf = (j: number): number => Math.abs(residuals[used[wrap ? (j + m) % m : j]!]!);
  const last = wrap ? m - 1 + Math.min(reach, m) : m - 1;
  let next = wrap ? -Math.min(reach, m) : 0;
  let low = 0;
  yield* inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) {
        while (low < m - 1 && used[low]! < i) low++;
        for (; next <= last && next <= low + reach; next++) {
          if (window.size > 2 * reach) window.replace(sizeOf(next));
          else window.push(sizeOf(next));
        }
        // Towards the end nothing new comes in, but the old still goes.
        while (window.size > reach + 1 && next - window.size < low - reach) window.shift();
        out[i] = MAD_TO_SIGMA * window.median();
      }
    },
    4096,
  );
  return out;
}

function* groupsSteps(curve: LightCurve, spec: ModelSpec): Generator<Progress, readonly Uint32Array[]> {
  const sizes = new Uint32Array(spec.pooled ? 1 : curve.bands.length);
  const groupOf = (i: number): number => (spec.pooled ? (curve.bands[curve.band[i]!]!.spread > 0 ? 0 : -1) : curve.band[i]!);
  for (let i = 0; i < curve.count; i++) {
    const g = groupOf(i);
    if (g >= 0) sizes[g]!++;
  }
  const groups = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(sizes.length);
  for (let i = 0; i < curve.count; i++) {
    const g = groupOf(i);
    if (g >= 0) groups[g]![filled[g]!++] = i;
  }
  // Times are in order already.
  if (spec.wrap === 0) return groups;
  const inOrder: Uint32Array[] = [];
  for (const group of groups) {
    const order = yield* argsortSteps(pick(spec.at, group));
    inOrder.push(order.map((j) => group[j]!));
  }
  return inOrder;
}

interface Scaling {
  readonly level: Float64Array;
  readonly amplitude: Float64Array;
}

/** The values on the scale all bands have in common; as they are without one. */
function scaledOf(curve: LightCurve, spec: ModelSpec, rows: Uint32Array, scaling: Scaling | undefined): Float64Array {
  const out = pick(spec.values, rows);
  if (!scaling) return out;
  const { level, amplitude } = scaling;
  for (let j = 0; j < out.length; j++) {
    const b = curve.band[rows[j]!]!;
    out[j] = (out[j]! - level[b]!) / amplitude[b]!;
  }
  return out;
}

/** Straight line through (x, y) of the points `at`, thrice, each time without what lies over 4 robust standard deviations off. */
function clippedLine(x: Float64Array, y: Float64Array, at: readonly number[]): { slope: number; zero: number } | undefined {
  let kept = at;
  for (let round = 0; ; round++) {
    let sx = 0;
    let sy = 0;
    for (const j of kept) {
      sx += x[j]!;
      sy += y[j]!;
    }
    const mx = sx / kept.length;
    const my = sy / kept.length;
    let sxx = 0;
    let sxy = 0;
    for (const j of kept) {
      sxx += (x[j]! - mx) ** 2;
      sxy += (x[j]! - mx) * (y[j]! - my);
    }
    if (!(sxx > 0)) return undefined;
    const slope = sxy / sxx;
    const zero = my - slope * mx;
    if (round === 2) return { slope, zero };
    const off = Float64Array.from(kept, (j) => Math.abs(y[j]! - zero - slope * x[j]!));
    const limit = 4 * MAD_TO_SIGMA * median(off.slice());
    kept = kept.filter((_, j) => off[j]! <= limit);
    if (kept.length < 5) return undefined;
  }
}

/** Each band's level and amplitude over the common curve, from regressions on it. */
function* poolSteps(curve: LightCurve, spec: ModelSpec, rows: Uint32Array, use: Uint8Array): Generator<Progress, Scaling> {
  const level = Float64Array.from(curve.bands, (b) => b.level);
  const amplitude = Float64Array.from(curve.bands, (b) => b.spread || 1);
  const x = pick(spec.at, rows);
  const y = pick(spec.values, rows);
  const used = pickBytes(use, rows);
  for (let round = 0; round < POOL_ROUNDS; round++) {
    const scaled = scaledOf(curve, spec, rows, { level, amplitude });
    const { fit } = yield* part(localLineSteps(x, scaled, used, spec.neighbours, spec.wrap), round / POOL_ROUNDS, (round + 1) / POOL_ROUNDS);
    for (let b = 0; b < curve.bands.length; b++) {
      const own: number[] = [];
      for (let j = 0; j < rows.length; j++) if (curve.band[rows[j]!] === b && used[j] === 1 && fit[j]! - fit[j]! === 0) own.push(j);
      const line = own.length >= 10 ? clippedLine(fit, y, own) : undefined;
      // A band that does not follow the others keeps its own spread.
      if (!line || !(line.slope > 0.2 * amplitude[b]!)) continue;
      amplitude[b] = line.slope;
      level[b] = line.zero;
    }
    yield { fraction: (round + 1) / POOL_ROUNDS };
  }
  return { level, amplitude };
}

/**
 * 1 for the points of a sequence whose k nearest neighbours may have changed: no more than k of the used points lie between them and one that
 * was taken in or out.
 */
function staleOf(before: Uint8Array, now: Uint8Array, k: number): Uint8Array {
  const n = now.length;
  const stale = new Uint8Array(n);
  for (const step of [1, -1]) {
    let since = Infinity;
    for (let j = step > 0 ? 0 : n - 1; j >= 0 && j < n; j += step) {
      if (before[j] !== now[j]) since = -1;
      if (since <= k) stale[j] = 1;
      if (before[j] === 1) since++;
    }
  }
  return stale;
}

/** Median of the positive ones; 0 without any. */
function typicalOf(leverage: Float64Array): number {
  const known = new Float64Array(leverage.length);
  let n = 0;
  for (let j = 0; j < leverage.length; j++) if (leverage[j]! > 0) known[n++] = leverage[j]!;
  return n > 0 ? median(known, n) : 0;
}

/**
 * Predicts every point from the others with `use` = 1. With an earlier fit of the same model only what has changed is predicted anew.
 * O(n · neighbours).
 */
export function* fitModelSteps(curve: LightCurve, spec: ModelSpec, use: Uint8Array, earlier?: ModelFit): Generator<Progress, ModelFit> {
  const residuals = new Float64Array(curve.count).fill(NaN);
  const scale = new Float64Array(curve.count).fill(NaN);
  const leverage = new Float64Array(curve.count).fill(NaN);
  const groups = earlier ? earlier.groups : yield* part(groupsSteps(curve, spec), 0, 0);
  // A change anywhere moves what all bands have in common, and goes round in phase.
  const old = spec.pooled || spec.wrap === 1 ? undefined : earlier;
  for (const [g, rows] of groups.entries()) {
    const start = g / groups.length;
    const share = 1 / groups.length;
    const pool = spec.pooled ? yield* part(poolSteps(curve, spec, rows, use), start, start + 0.6 * share) : undefined;
    const v = scaledOf(curve, spec, rows, pool);
    const used = pickBytes(use, rows);
    const stale = old && staleOf(pickBytes(old.use, rows), used, spec.neighbours);
    const fitting = localLineSteps(pick(spec.at, rows), v, used, spec.neighbours, spec.wrap, stale);
    const line = yield* part(fitting, start + 0.6 * share, start + 0.85 * share);
    const own = new Float64Array(rows.length);
    for (let j = 0; j < rows.length; j++) {
      const i = rows[j]!;
      const isOld = old !== undefined && stale![j] === 0;
      if (isOld) line.leverage[j] = old.leverage[i]!;
      own[j] = isOld ? old.residuals[i]! : (v[j]! - line.fit[j]!) * (pool ? pool.amplitude[curve.band[i]!]! : 1);
    }
    const local = yield* part(localScaleSteps(own, used, spec.scaleReach, spec.wrap === 1), start + 0.85 * share, start + share);
    const typical = typicalOf(line.leverage);
    for (let j = 0; j < rows.length; j++) {
      const i = rows[j]!;
      residuals[i] = own[j]!;
      leverage[i] = line.leverage[j]!;
      scale[i] = local[j]! * Math.sqrt((1 + leverage[i]) / (1 + typical));
    }
    yield { fraction: start + share };
  }
  return { spec, residuals, scale, leverage, use, groups };
}

/** Mean of |residual| / error over the used points, each at most 10: 0.8 for a model that is right, with Gaussian noise. Infinity when it predicts nothing. */
export function modelCost(curve: LightCurve, fit: ModelFit, use: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < curve.count; i++) {
    const r = fit.residuals[i]!;
    if (use[i] === 0 || r - r !== 0) continue;
    const error = curve.errors[i]!;
    sum += error > 0 ? Math.min(10, Math.abs(r) / error) : r === 0 ? 0 : 10;
    count++;
  }
  return count > 0 ? sum / count : Infinity;
}
