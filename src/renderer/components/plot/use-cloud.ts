import { computed, shallowRef, watch, type ShallowRef } from 'vue';
import type { PointsAnswer } from '../../../core/query/query';
import type { Axis } from '../../../core/select/predicate';
import { extentOf } from './axis-info';
import { CloudSource, type Cloud, type CloudQuestion } from './cloud';
import type { Viewport } from './frame';
import { useAnswer, type QueryState } from './use-query';
import type { ViewContext } from './use-view';

export interface CloudAxes {
  readonly x: Axis;
  readonly y: Axis;
  readonly yError?: string | undefined;
  /** For a colour. */
  readonly third?: Axis | undefined;
  readonly xLog?: boolean | undefined;
  readonly yLog?: boolean | undefined;
}

/** The points or the density image of a view, kept up to date with its table, object, selection, axes and zoom. */
export function useCloud(
  view: ViewContext,
  axes: () => CloudAxes | undefined,
  extentOfPoints: (points: PointsAnswer) => Viewport | undefined,
  pointsUpTo?: number,
): QueryState & { readonly cloud: ShallowRef<Cloud | undefined>; again(): void; resized(size: { width: number; height: number }): void } {
  const { session, table, rows, viewport, selection } = view;
  const source = new CloudSource(session, `view:${view.spec.value.id}`, (p) => extentOfPoints(p));
  // Margins of the axes are not worth bins; a coarse step keeps a dragged divider from asking at every pixel.
  const size = shallowRef({ width: 560, height: 360 });
  const question = computed<CloudQuestion | undefined>(() => {
    const a = axes();
    const t = table.value;
    if (!a || !t || !rows.value || t.state === 'failed') return undefined;
    return {
      table: t.id,
      version: `${t.version} ${t.loaded}`,
      rows: rows.value,
      ...a,
      view: viewport.value,
      ...size.value,
      pointsUpTo,
      selection: selection.value,
      expected: rows.value.object === undefined && !rows.value.where && rows.value.flagged !== 'only' ? t.meta.rows : 0,
    };
  });
  const identity = (q: CloudQuestion): string => JSON.stringify([q.table, q.rows, q.x, q.y, q.xLog, q.yLog]);
  const { answer, busy, error, again } = useAnswer(
    () => question.value,
    identity,
    (q) => source.fetch(q),
  );
  // Another object or other axes have another extent: the old zoom means nothing there.
  watch(
    () => question.value && identity(question.value),
    (now, before) => {
      if (before !== undefined && now !== undefined) viewport.value = undefined;
    },
    { flush: 'sync' },
  );
  const step = (px: number): number => Math.max(80, Math.min(1200, Math.round(px / 40) * 40));
  return {
    cloud: answer,
    busy,
    error,
    again,
    resized: ({ width, height }) => {
      const next = { width: step(width - 80), height: step(height - 50) };
      if (next.width !== size.value.width || next.height !== size.value.height) size.value = next;
    },
  };
}

/** The finite extent of all points, on log axes of the positive ones. */
export function fullExtent(points: PointsAnswer, xLog = false, yLog = false): Viewport | undefined {
  const x = extentOf(points.x, points.x.length, xLog);
  const y = extentOf(points.y, points.y.length, yLog);
  return x && y && { x, y };
}
