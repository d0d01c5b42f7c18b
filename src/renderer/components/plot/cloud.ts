import type { DensityAnswer, PointsAnswer, Query, RowSet } from '../../../core/query/query';
import type { Axis, Predicate } from '../../../core/select/predicate';
import type { Session } from '../../client/session';
import type { Viewport } from './frame';
import type { Range } from './scale';
import { ask } from './use-query';

/** Up to so many points a view draws them; past it the engine's density image. */
export const POINTS_UP_TO = 100_000;

export interface CloudQuestion {
  readonly table: string;
  /** Of the table, and how many of its rows are loaded: a change asks again. */
  readonly version: string;
  readonly rows: RowSet;
  readonly x: Axis;
  readonly y: Axis;
  readonly yError?: string | undefined;
  readonly third?: Axis | undefined;
  readonly xLog?: boolean | undefined;
  readonly yLog?: boolean | undefined;
  readonly view?: Viewport | undefined;
  readonly width: number;
  readonly height: number;
  readonly selection?: Predicate | undefined;
  /** Absent: {@link POINTS_UP_TO}. */
  readonly pointsUpTo?: number | undefined;
  /** About how many points there will be; 0 when that is not known before asking. */
  readonly expected: number;
}

/** Points, or a density image when there are too many; with the finite extent of all rows. */
export type Cloud = { readonly extent: Viewport | undefined; readonly total: number } & (
  | { readonly kind: 'points'; readonly points: PointsAnswer; readonly within?: Viewport | undefined }
  | { readonly kind: 'density'; readonly density: DensityAnswer }
);

/** Of one view: remembers which rows are too many for points, so that a zoom asks one question, not three. */
export class CloudSource {
  private known: { key: string; extent: Viewport; total: number } | undefined;
  /** What was too much for points at an earlier version (rows only arrive): the image is asked for at once. */
  private many: string | undefined;
  private last: { key: string; cloud: Cloud & { kind: 'points' } } | undefined;

  constructor(
    private readonly session: Session,
    private readonly slot: string,
    private readonly extentOfPoints: (points: PointsAnswer, q: CloudQuestion) => Viewport | undefined,
  ) {}

  async fetch(q: CloudQuestion): Promise<Cloud | undefined> {
    const key = JSON.stringify([q.table, q.version, q.rows, q.x, q.y, q.xLog, q.yLog]);
    const most = q.pointsUpTo ?? POINTS_UP_TO;
    const pointsKey = JSON.stringify([key, q.yError, q.third, q.selection]);
    if (this.last?.key === pointsKey && covers(this.last.cloud.within, q.view)) return this.last.cloud;
    const question = JSON.stringify([q.table, q.rows, q.x, q.y, q.xLog, q.yLog]);
    const skips = this.many === question || q.expected > 2 * most;
    if (this.known?.key !== key && !skips) {
      const points = await this.points(q, q.rows);
      if (!points) return undefined;
      this.many = points.tooMany ? question : undefined;
      if (!points.tooMany) return this.remember(pointsKey, { kind: 'points', points, extent: this.extentOfPoints(points, q), total: points.total });
    }
    if (this.known?.key !== key) {
      const full = await this.density(q, undefined);
      if (!full) return undefined;
      if (full.total <= most) this.many = undefined;
      if (skips && full.total <= most) {
        const points = await this.points(q, q.rows);
        if (points && !points.tooMany)
          return this.remember(pointsKey, { kind: 'points', points, extent: this.extentOfPoints(points, q), total: points.total });
      }
      this.known = { key, extent: { x: full.xRange, y: full.yRange }, total: full.total };
      if (!q.view) return { kind: 'density', density: full, extent: this.known.extent, total: full.total };
    }
    const { extent, total } = this.known;
    const density = await this.density(q, q.view);
    if (!density) return undefined;
    if (q.view && density.inside <= most) {
      const points = await this.points(q, inView(q, q.view));
      if (points && !points.tooMany) return this.remember(pointsKey, { kind: 'points', points, within: q.view, extent, total });
    }
    return { kind: 'density', density, extent, total };
  }

  private remember(key: string, cloud: Cloud & { kind: 'points' }): Cloud {
    this.last = { key, cloud };
    return cloud;
  }

  private points(q: CloudQuestion, rows: RowSet): Promise<PointsAnswer | undefined> {
    const query: Extract<Query, { kind: 'points' }> = { kind: 'points', table: q.table, rows, x: q.x, y: q.y, limit: q.pointsUpTo ?? POINTS_UP_TO };
    if (q.yError) query.yError = q.yError;
    if (q.third) query.third = q.third;
    if (q.selection) query.selection = q.selection;
    return ask<'points'>(this.session, query, this.slot);
  }

  private density(q: CloudQuestion, view: Viewport | undefined): Promise<DensityAnswer | undefined> {
    const query: Extract<Query, { kind: 'density' }> = {
      kind: 'density',
      table: q.table,
      rows: q.rows,
      x: q.x,
      y: q.y,
      width: q.width,
      height: q.height,
      xLog: q.xLog ?? false,
      yLog: q.yLog ?? false,
    };
    if (view) [query.xRange, query.yRange] = [view.x, view.y];
    if (q.selection) query.selection = q.selection;
    return ask<'density'>(this.session, query, this.slot);
  }
}

/** The rows of a question that a part of its plot shows. */
export function inView({ rows, x, y }: Pick<CloudQuestion, 'rows' | 'x' | 'y'>, view: Viewport): RowSet {
  const range = (axis: Axis, [low, high]: Range): Predicate => ({ kind: 'range', axis, low, high });
  const shown: Predicate[] = [range(x, view.x), range(y, view.y)];
  return { ...rows, where: { kind: 'and', of: rows.where ? [rows.where, ...shown] : shown } };
}

/** True when points fetched for `within` (undefined = all) hold everything `view` (undefined = all) shows. */
function covers(within: Viewport | undefined, view: Viewport | undefined): boolean {
  if (!within) return true;
  if (!view) return false;
  const inside = (a: Range, b: Range): boolean => a[0] <= b[0] && a[1] >= b[1];
  return inside(within.x, view.x) && inside(within.y, view.y);
}
