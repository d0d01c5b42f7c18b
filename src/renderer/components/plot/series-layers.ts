import type { PointsAnswer } from '../../../core/query/query';
import { ErrorBarsLayer } from './error-bars-layer';
import type { Layer } from './layer';
import { LineLayer } from './line-layer';
import { PointsLayer, SELECTED, type PointSet } from './points-layer';
import { maskedPoints, sortedCurve, steppedCurve, type OverlayCurve, type PreviewOverlay } from './preview-overlay';

/** More rings than these say nothing. */
const MOST_RINGS = 50;

function curveLayer(points: PointSet, curve: OverlayCurve): Layer {
  const sorted = sortedCurve(points.x, curve.y);
  const { x, y } = curve.words === 'binned' ? steppedCurve(sorted) : sorted;
  return new LineLayer(x, y, { colour: 'ok', width: 1.6 });
}

/** A light curve, and over it what a draft would do. `after` is drawn here only when it fits this y axis; `filled` only over the time. */
export function seriesLayers(
  points: PointSet,
  yError: PointsAnswer['yError'],
  overlay: PreviewOverlay | undefined,
  isOverTime = true,
): readonly Layer[] {
  const after = overlay?.sharesScale ? overlay.after : undefined;
  // Under a curve that takes their place the points stand back.
  const isReplaced = after !== undefined || overlay?.trends.some((t) => t.words !== 'trend' && t.words !== 'fit');
  const out: Layer[] = [];
  if (yError) out.push(new ErrorBarsLayer(points, yError));
  out.push(new PointsLayer(points, isReplaced ? { colour: 'dim', opacity: 0.55 } : {}));
  if (after) out.push(new PointsLayer({ count: points.count, x: points.x, y: after.y }));
  for (const curve of overlay?.trends ?? []) out.push(curveLayer(points, curve));
  if (overlay?.filled && isOverTime) out.push(new PointsLayer(overlay.filled, { colour: 'ok', radius: 3.2, hollow: true }));
  if (overlay?.flags) {
    const hit = maskedPoints(after ? { ...points, y: after.y } : points, overlay.flags);
    out.push(new PointsLayer(hit, { colour: overlay.clears ? 'ok' : 'flag', radius: 3.4, opacity: 1 }));
    // What is looked at one by one is selected: it must not lie under what would be flagged.
    const looked = overlay.flags.map((f, i) => (f && points.marks && points.marks[i]! & SELECTED ? 1 : 0));
    const ringed = maskedPoints(after ? { ...points, y: after.y } : points, looked);
    if (ringed.count > 0 && ringed.count <= MOST_RINGS) out.push(new PointsLayer(ringed, { colour: 'sel', radius: 6.5, opacity: 1, hollow: true }));
  }
  return out;
}
