import { extentOf } from './axis-info';
import { FLAGGED, type PointSet } from './points-layer';
import type { Range } from './scale';

/**
 * The y range a light curve opens with: all rows not flagged, and flagged ones up to one span away. A flagged sentinel far off does not press
 * the curve flat; `outside` says how many rows that hides until one zooms out.
 */
export function valueExtent(points: PointSet): { readonly range: Range | undefined; readonly outside: number } {
  const { y, marks, count } = points;
  const good = marks ? extentOf(y.map((v, i) => (marks[i]! & FLAGGED ? NaN : v))) : extentOf(y, count);
  if (!good) return { range: extentOf(y, count), outside: 0 };
  const span = good[1] - good[0] || Math.abs(good[0]) * 0.01 || 1;
  let [low, high] = good;
  let outside = 0;
  for (let i = 0; i < count; i++) {
    const v = y[i]!;
    if (!Number.isFinite(v)) continue;
    if (v < good[0] - span || v > good[1] + span) outside++;
    else if (v < low) low = v;
    else if (v > high) high = v;
  }
  return { range: [low, high], outside };
}
