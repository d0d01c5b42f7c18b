import { findSentinelsSteps } from '../../../core/numerics/sentinels';
import { drain } from '../../../core/numerics/steps';
import { extentOf } from './axis-info';
import { FLAGGED, type PointSet } from './points-layer';
import type { Range } from './scale';

const known = new WeakMap<Float64Array, Float64Array>();

/** The values with those that stand for "no value" (99.99) missing. */
export function withoutSentinels(y: Float64Array): Float64Array {
  let honest = known.get(y);
  if (!honest) {
    const stored = new Set(drain(findSentinelsSteps(y)).map((s) => s.stored));
    honest = stored.size > 0 ? y.map((v) => (stored.has(v) ? NaN : v)) : y;
    known.set(y, honest);
  }
  return honest;
}

/**
 * The y range a light curve opens with: all rows not flagged, and flagged ones up to one span away. A sentinel, or a flagged value far off, does
 * not press the curve flat; `outside` says how many rows that hides until one zooms out.
 */
export function valueExtent(points: PointSet): { readonly range: Range | undefined; readonly outside: number } {
  const { marks, count } = points;
  const y = withoutSentinels(points.y);
  const good = marks ? extentOf(y.map((v, i) => (marks[i]! & FLAGGED ? NaN : v))) : extentOf(y, count);
  if (!good) return { range: extentOf(points.y, count), outside: 0 };
  const span = good[1] - good[0] || Math.abs(good[0]) * 0.01 || 1;
  let [low, high] = good;
  let outside = 0;
  for (let i = 0; i < count; i++) {
    const v = y[i]!;
    if (!Number.isFinite(v)) {
      if (Number.isFinite(points.y[i]!)) outside++;
    } else if (v < good[0] - span || v > good[1] + span) outside++;
    else if (v < low) low = v;
    else if (v > high) high = v;
  }
  return { range: [low, high], outside };
}
