import type { Preview } from '../../../core/protocol/engine-service';
import type { PointsAnswer } from '../../../core/query/query';
import { joinRows } from '../../components/plot/preview-overlay';

/** A point that the draft would flag. */
export interface ProposedPoint {
  readonly row: number;
  readonly time: number;
  readonly value: number;
  /** From the median of the values shown, in robust standard deviations (1.4826 MAD); NaN when they do not scatter. */
  readonly distance: number;
  /** Which detectors voted for it, where the operation says so. */
  readonly votes?: string | undefined;
  /** What flagging it would change, where the operation says so; otherwise undefined. */
  readonly impact?: number | undefined;
}

type Result = Preview['results'][number];

function numberOf(result: Result | undefined, key: string): number | undefined {
  const value = result?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function medianOf(values: Float64Array): number {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  const n = sorted.length;
  return n === 0 ? NaN : n % 2 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2;
}

/** Results by the time they name. */
function byTime(results: readonly Result[]): ReadonlyMap<number, Result> {
  return new Map(results.flatMap((r) => (typeof r['time'] === 'number' ? [[r['time'], r] as const] : [])));
}

/**
 * The rows a preview would flag, joined to their points, the ones with the largest impact first (without impacts the ones farthest from the median of the
 * values). Rows that have no time or value to show are left out.
 */
export function proposedPoints(preview: Preview | undefined, points: PointsAnswer | undefined): readonly ProposedPoint[] {
  if (!preview?.flags || preview.clears || !points) return [];
  const at = joinRows(points.rows, preview.rows);
  const results = byTime(preview.results);
  const middle = medianOf(points.y);
  const scatter = 1.4826 * medianOf(points.y.map((v) => Math.abs(v - middle)));
  const found: ProposedPoint[] = [];
  points.rows.forEach((row, i) => {
    if (at[i]! < 0 || preview.flags![at[i]!] !== 1) return;
    const [time, value] = [points.x[i]!, points.y[i]!];
    const result = results.get(time);
    const votes = result?.['votes'];
    const distance = scatter > 0 ? (value - middle) / scatter : NaN;
    found.push({ row, time, value, distance, votes: votes === undefined ? undefined : String(votes), impact: numberOf(result, 'impact') });
  });
  const rank = (p: ProposedPoint): number => p.impact ?? -1;
  return found.sort((a, b) => rank(b) - rank(a) || Math.abs(b.value - middle) - Math.abs(a.value - middle) || a.row - b.row);
}
