import type { PointsAnswer } from '../../../core/query/query';
import { ErrorBarsLayer } from '../../components/plot/error-bars-layer';
import type { Layer } from '../../components/plot/layer';
import { LineLayer } from '../../components/plot/line-layer';
import { PointsLayer, type PointSet } from '../../components/plot/points-layer';
import { maskedPoints, sortedCurve, type PreviewOverlay } from '../../components/plot/preview-overlay';

/** The light curve itself, and over it what the draft would do. `after` is drawn here only when it fits this y axis. */
export function seriesLayers(points: PointSet, yError: PointsAnswer['yError'], overlay: PreviewOverlay | undefined): Layer[] {
  const after = overlay?.sharesScale ? overlay.after : undefined;
  const out: Layer[] = [];
  if (yError) out.push(new ErrorBarsLayer(points, yError));
  out.push(new PointsLayer(points, after ? { colour: 'dim', opacity: 0.55 } : {}));
  if (after) out.push(new PointsLayer({ count: points.count, x: points.x, y: after.y }));
  for (const trend of overlay?.trends ?? []) {
    const curve = sortedCurve(points.x, trend.y);
    out.push(new LineLayer(curve.x, curve.y, { colour: 'ok', width: 1.6 }));
  }
  if (overlay?.flags) {
    const hit = maskedPoints(after ? { ...points, y: after.y } : points, overlay.flags);
    out.push(new PointsLayer(hit, { colour: overlay.clears ? 'ok' : 'flag', radius: 3.4, opacity: 1 }));
  }
  return out;
}
