import { computed, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { PointsAnswer } from '../../../core/query/query';
import type { Axis } from '../../../core/select/predicate';
import { extentOf } from './axis-info';
import { CloudSource, type Cloud, type CloudQuestion } from './cloud';
import type { Viewport } from './frame';
import { useBinSize, type PixelSize } from './use-bin-size';
import { useAnswer, type QueryState } from './use-query';
import type { ViewContext } from './use-view';
import { valueExtent } from './value-extent';

export interface CloudAxes {
  readonly x: Axis;
  readonly y: Axis;
  readonly yError?: string | undefined;
  /** For a colour. */
  readonly third?: Axis | undefined;
  readonly xLog?: boolean | undefined;
  readonly yLog?: boolean | undefined;
}

export interface ViewCloud extends QueryState {
  readonly cloud: ShallowRef<Cloud | undefined>;
  /** What is drawn as points; undefined while an image is. */
  readonly points: ComputedRef<(PointsAnswer & { readonly count: number }) | undefined>;
  again(): void;
  resized(plot: PixelSize): void;
}

/** The points or the density image of a view, kept up to date with its table, object, selection, axes and zoom. */
export function useCloud(
  view: ViewContext,
  axes: () => CloudAxes | undefined,
  extentOfPoints: (points: PointsAnswer) => Viewport | undefined,
  pointsUpTo?: number,
): ViewCloud {
  const { session, table, rows, viewport, selection } = view;
  const source = new CloudSource(session, `view:${view.spec.value.id}`, (p) => extentOfPoints(p));
  const { size, resized } = useBinSize();
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
  const points = computed(() => (answer.value?.kind === 'points' ? { count: answer.value.points.x.length, ...answer.value.points } : undefined));
  return { cloud: answer, points, busy, error, again, resized };
}

/** The finite extent of all points, on log axes of the positive ones. */
export function fullExtent(points: PointsAnswer, xLog = false, yLog = false): Viewport | undefined {
  const x = extentOf(points.x, points.x.length, xLog);
  const y = extentOf(points.y, points.y.length, yLog);
  return x && y && { x, y };
}

/** The extent of a curve over its x: all of them, and the values without those far off. */
export function curveExtent(points: PointsAnswer): Viewport | undefined {
  const x = extentOf(points.x);
  const y = valueExtent({ count: points.y.length, ...points }).range;
  return x && y && { x, y };
}
