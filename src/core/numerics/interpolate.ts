import type { Progress } from '../protocol/outcome';
import { splineSlopesSteps } from './cubic-spline';
import { inBlocks, part } from './steps';

/** Measured points with different, ascending times: the mean where several rows share a time. */
export interface Knots {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly count: number;
}

export type Interpolation = 'forward' | 'linear' | 'spline';

/** Rows that could not be filled, by reason. */
export interface Unfilled {
  /** Before the first knot, or (not `forward`) after the last. */
  outside: number;
  /** In a gap longer than the longest allowed. */
  wide: number;
  /** Without a time. */
  timeless: number;
}

/** The rows with `use` = 1 whose time and value are finite; `times` ascending, missing ones last. O(n). */
export function* knotsSteps(times: Float64Array, values: Float64Array, use: Uint8Array): Generator<Progress, Knots> {
  const x = new Float64Array(times.length);
  const y = new Float64Array(times.length);
  let count = 0;
  let same = 0;
  yield* inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const t = times[i]!;
      const v = values[i]!;
      if (use[i] !== 1 || t - t !== 0 || v - v !== 0) continue;
      if (count > 0 && x[count - 1] === t) {
        same++;
        y[count - 1]! += (v - y[count - 1]!) / same;
        continue;
      }
      same = 1;
      x[count] = t;
      y[count++] = v;
    }
  });
  return { x, y, count };
}

/** The value of the interpolation at `t`, where knot `k` is the last at or before it; the spline by its slopes at the knots. */
function valueAt({ x, y }: Knots, slopes: Float64Array | undefined, k: number, t: number): number {
  const d = t - x[k]!;
  if (d === 0) return y[k]!;
  const dx = x[k + 1]! - x[k]!;
  const secant = (y[k + 1]! - y[k]!) / dx;
  if (!slopes) return y[k]! + d * secant;
  const cubic = (slopes[k]! + slopes[k + 1]! - 2 * secant) / dx;
  return y[k]! + d * (slopes[k]! + d * ((secant - slopes[k]!) / dx - cubic + (d * cubic) / dx));
}

/**
 * Writes the interpolation into out[i] where `need[i]` is 1 and there is one; leaves the other entries alone. `times` ascending, missing ones
 * last. `forward` takes the last knot at or before a time; `linear` the straight line between the neighbours; `spline` the cubic with continuous
 * second derivative (not-a-knot ends, scipy's CubicSpline). Nothing is extrapolated. Gaps between knots longer than `maxGap` (Infinity = no limit)
 * are not bridged: each stretch between two of them has a spline of its own. O(n).
 */
export function* interpolateSteps(
  times: Float64Array,
  need: Uint8Array,
  knots: Knots,
  kind: Interpolation,
  maxGap: number,
  out: Float64Array,
): Generator<Progress, Unfilled> {
  const slopes = kind === 'spline' ? yield* part(splineSlopesSteps(knots.x, knots.y, knots.count, maxGap), 0, 0.7) : undefined;
  const unfilled: Unfilled = { outside: 0, wide: 0, timeless: 0 };
  const { x, y, count } = knots;
  let k = -1;
  const filling = inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (need[i] !== 1) continue;
      const t = times[i]!;
      if (t - t !== 0) {
        unfilled.timeless++;
        continue;
      }
      while (k + 1 < count && x[k + 1]! <= t) k++;
      if (k < 0 || (kind !== 'forward' && k === count - 1 && x[k] !== t)) unfilled.outside++;
      else if (x[k] !== t && (kind === 'forward' ? t : x[k + 1]!) - x[k]! > maxGap) unfilled.wide++;
      else out[i] = kind === 'forward' ? y[k]! : valueAt(knots, slopes, k, t);
    }
  });
  yield* part(filling, slopes ? 0.7 : 0, 1);
  return unfilled;
}
