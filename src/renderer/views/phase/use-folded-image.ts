import { computed, type ShallowRef } from 'vue';
import type { DensityAnswer, PointsAnswer, Query, RowSet } from '../../../core/query/query';
import type { Axis, Predicate } from '../../../core/select/predicate';
import { inView, POINTS_UP_TO } from '../../components/plot/cloud';
import type { Range } from '../../components/plot/scale';
import { useBinSize, type PixelSize } from '../../components/plot/use-bin-size';
import { ask, useAnswer, type QueryState } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';

interface Question {
  readonly table: string;
  /** A change asks again. */
  readonly version: string;
  readonly rows: RowSet;
  readonly x: Axis;
  readonly y: Axis;
  readonly xRange: Range;
  readonly yRange: Range;
  /** Few enough points of a zoom are drawn as points. */
  readonly isZoomed: boolean;
  readonly width: number;
  readonly height: number;
  readonly selection?: Predicate | undefined;
}

export interface FoldedImage extends QueryState {
  readonly image: ShallowRef<DensityAnswer | PointsAnswer | undefined>;
  again(): void;
  resized(plot: PixelSize): void;
}

/** What is folded in the engine, when it is: the axes, and the ranges of the whole image. */
export interface ImageAxes {
  readonly x: Axis;
  readonly y: Axis;
  readonly start: number;
  /** Of all values shown. */
  readonly yRange: Range;
}

/**
 * The engine's image of a fold. Its ranges are known before it is asked for (one cycle, and the values' own extent, which no fold changes), so every
 * fold is one pass over the rows. A new question waits for the answer under way: what is shown is always a fold that was asked for.
 */
export function useFoldedImage(view: ViewContext, axes: () => ImageAxes | undefined, name: string): FoldedImage {
  const { session, table, rows, viewport, selection } = view;
  const slot = `view:${view.spec.value.id}:${name}`;
  const { size, resized } = useBinSize();
  const question = computed<Question | undefined>(() => {
    const [a, t] = [axes(), table.value];
    if (!a || !t || !rows.value || t.state === 'failed') return undefined;
    return {
      table: t.id,
      version: `${t.version} ${t.loaded}`,
      rows: rows.value,
      x: a.x,
      y: a.y,
      // The engine's phases lie in one cycle whatever the view shows of the two.
      xRange: [a.start, a.start + 1],
      yRange: viewport.value?.y ?? a.yRange,
      isZoomed: viewport.value !== undefined,
      ...size.value,
      selection: selection.value,
    };
  });
  async function fetch(q: Question): Promise<DensityAnswer | PointsAnswer | undefined> {
    const { table: id, x, y, xRange, yRange, width, height } = q;
    const density: Extract<Query, { kind: 'density' }> = { kind: 'density', table: id, rows: q.rows, x, y, xRange, yRange, width, height };
    if (q.selection) density.selection = q.selection;
    const image = await ask<'density'>(session, density, slot);
    if (!image || !q.isZoomed || image.inside > POINTS_UP_TO) return image;
    const points: Extract<Query, { kind: 'points' }> = {
      kind: 'points',
      table: id,
      rows: inView(q, { x: xRange, y: yRange }),
      x,
      y,
      limit: POINTS_UP_TO,
    };
    if (q.selection) points.selection = q.selection;
    const few = await ask<'points'>(session, points, slot);
    return few && !few.tooMany ? few : image;
  }
  const { answer, busy, error, again } = useAnswer(
    () => question.value,
    (q) => JSON.stringify([q.table, q.rows, q.y]),
    fetch,
  );
  return { image: answer, busy, error, again, resized };
}
