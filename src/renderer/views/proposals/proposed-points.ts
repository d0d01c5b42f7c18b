import { MAD_TO_SIGMA, median } from '../../../core/numerics/robust';
import type { Preview } from '../../../core/protocol/engine-service';
import type { PointsAnswer } from '../../../core/query/query';
import { joinRows } from '../../components/plot/preview-overlay';

/** A point that the draft would flag, or that it lists and keeps. */
export interface ProposedPoint {
  readonly row: number;
  readonly time: number;
  readonly value: number;
  /** In standard deviations: the operation's own measure, else from the median of the values shown by 1.4826 MAD. NaN when they do not scatter. */
  readonly distance: number;
  /** Which detectors voted for it, where the operation says so. */
  readonly votes?: string | undefined;
  /** What flagging it would change, where the operation says so. */
  readonly impact?: number | undefined;
  /** The operation would flag it; otherwise it is listed to be looked at. */
  readonly isSuggested: boolean;
  /** Why it would be kept: a flare, a dip. */
  readonly keptAs?: string | undefined;
}

type Result = Preview['results'][number];

const keyOf = (time: unknown, value: unknown): string => `${String(time)} ${String(value)}`;

function numberOf(result: Result | undefined, key: string): number | undefined {
  const value = result?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function textOf(result: Result | undefined, key: string): string | undefined {
  const value = result?.[key];
  return value === undefined || value === '' ? undefined : String(value);
}

/** Whether a preview and points are of the same rows: after a step to another light curve they come one after the other. */
export function isOf(preview: Preview | undefined, points: PointsAnswer | undefined): boolean {
  if (!preview || !points) return false;
  return points.rows.length === 0 || joinRows(points.rows, preview.rows).some((i) => i >= 0);
}

const medianOf = (values: Float64Array): number => median(values.filter((v) => Number.isFinite(v)));

/**
 * The rows a preview would flag, and those its results list by time and value, joined to their points: suggested ones first, the largest impact before the
 * others (without impacts the ones farthest off). Rows that have no time or value to show are left out.
 */
export function proposedPoints(preview: Preview | undefined, points: PointsAnswer | undefined): readonly ProposedPoint[] {
  if (!preview?.flags || preview.clears || !points) return [];
  const at = joinRows(points.rows, preview.rows);
  const results = new Map(preview.results.map((r) => [keyOf(r['time'], r['value']), r]));
  const middle = medianOf(points.y);
  const scatter = MAD_TO_SIGMA * medianOf(points.y.map((v) => Math.abs(v - middle)));
  const found: ProposedPoint[] = [];
  points.rows.forEach((row, i) => {
    const [time, value] = [points.x[i]!, points.y[i]!];
    const result = results.get(keyOf(time, value));
    const isSuggested = at[i]! >= 0 && preview.flags![at[i]!] === 1;
    if (!isSuggested && !result) return;
    const own = scatter > 0 ? (value - middle) / scatter : NaN;
    found.push({
      row,
      time,
      value,
      distance: numberOf(result, 'sigma') ?? own,
      votes: textOf(result, 'votes'),
      impact: numberOf(result, 'impact'),
      isSuggested,
      keptAs: textOf(result, 'kept_as'),
    });
  });
  const far = (p: ProposedPoint): number => (Number.isFinite(p.distance) ? Math.abs(p.distance) : 0);
  return found.sort(
    (a, b) => Number(b.isSuggested) - Number(a.isSuggested) || (b.impact ?? -1) - (a.impact ?? -1) || far(b) - far(a) || a.row - b.row,
  );
}
