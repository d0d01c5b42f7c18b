import { selectKth } from '../../../core/numerics/quickselect';
import type { Cloud } from './cloud';
import type { Viewport } from './frame';
import { padDomain, type Range } from './scale';

const CUT = 0.005;

/**
 * A viewport of the central 99 % along each axis: what to look at when a few sentinels or outliers stretch everything. From an image it is
 * as fine as its bins: asked again on the result it gets finer.
 */
export function centralView(cloud: Cloud, xLog: boolean, yLog: boolean): Viewport | undefined {
  if (cloud.kind === 'points') {
    const x = centralRange(cloud.points.x, xLog);
    const y = centralRange(cloud.points.y, yLog);
    return x && y && { x: padDomain(x, xLog ? 'log' : 'linear', 0.06), y: padDomain(y, yLog ? 'log' : 'linear', 0.06) };
  }
  const { counts, width, height, xRange, yRange } = cloud.density;
  const alongX = new Float64Array(width);
  const alongY = new Float64Array(height);
  for (let j = 0, k = 0; j < height; j++)
    for (let i = 0; i < width; i++, k++) {
      alongX[i]! += counts[k]!;
      alongY[j]! += counts[k]!;
    }
  const x = centralBins(alongX, xRange, xLog);
  const y = centralBins(alongY, yRange, yLog);
  return x && y && { x, y };
}

/** How much wider than its central 99 % a cloud may be before a view opens on those. */
const STRETCHED = 5;

/** Whether a few rows far off press all the others, those of the central view, flat. */
export function isStretched(extent: Viewport, central: Viewport, xLog: boolean, yLog: boolean): boolean {
  const length = ([low, high]: Range, isLog: boolean): number => (isLog ? Math.log(high / low) : high - low);
  const isWide = (whole: Range, part: Range, isLog: boolean): boolean => length(whole, isLog) > STRETCHED * length(part, isLog);
  return isWide(extent.x, central.x, xLog) || isWide(extent.y, central.y, yLog);
}

export function centralRange(values: Float64Array, positive = false): Range | undefined {
  const known = new Float64Array(values.length);
  let last = -1;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]!) && (!positive || values[i]! > 0)) known[++last] = values[i]!;
  if (last < 0) return undefined;
  const low = selectKth(known, Math.floor(CUT * last), 0, last);
  return [low, selectKth(known, Math.ceil((1 - CUT) * last), 0, last)];
}

function centralBins(counts: Float64Array, range: Range, log: boolean): Range | undefined {
  const total = counts.reduce((a, b) => a + b, 0);
  if (total === 0) return undefined;
  let first = 0;
  let last = counts.length - 1;
  for (let sum = counts[0]!; sum < CUT * total; sum += counts[first]!) first++;
  for (let sum = counts[last]!; sum < CUT * total; sum += counts[last]!) last--;
  const at = (bin: number): number => {
    const t = bin / counts.length;
    return log ? range[0] * (range[1] / range[0]) ** t : range[0] + (range[1] - range[0]) * t;
  };
  return [at(Math.max(0, first - 1)), at(Math.min(counts.length, last + 2))];
}
