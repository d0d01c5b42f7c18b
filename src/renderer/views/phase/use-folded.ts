import { computed, shallowRef, type ComputedRef } from 'vue';
import { median } from '../../../core/numerics/robust';
import type { DensityAnswer, PointsAnswer } from '../../../core/query/query';
import type { Axis } from '../../../core/select/predicate';
import type { Fold } from '../../client/session';
import { foldTimes } from '../../components/plot/fold';
import type { Viewport } from '../../components/plot/frame';
import { padDomain } from '../../components/plot/scale';
import { SECOND, type PointSet } from '../../components/plot/points-layer';
import { curveExtent, useCloud, type CloudAxes } from '../../components/plot/use-cloud';
import type { QueryState } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import { useFoldedImage, type ImageAxes } from './use-folded-image';

export interface FoldedPoints extends PointSet {
  readonly rows: Uint32Array;
  readonly yError?: Float32Array | undefined;
  readonly marks: Uint8Array;
}

export interface Folded extends QueryState {
  /** The fold shown: that of the session, beginning at the first time when it has no epoch yet. */
  readonly fold: ComputedRef<Fold | undefined>;
  /** The phase as an axis of predicates and queries. */
  readonly phaseAxis: ComputedRef<Extract<Axis, { phase: unknown }> | undefined>;
  /** Times and values; folded here, in the page. */
  readonly answer: ComputedRef<PointsAnswer | undefined>;
  /** Rows and values of what is drawn as points, whatever the fold. */
  readonly source: ComputedRef<PointsAnswer | undefined>;
  readonly points: ComputedRef<FoldedPoints | undefined>;
  /** The engine's density over phase, when there are too many rows to hold here. */
  readonly density: ComputedRef<DensityAnswer | undefined>;
  /** The image a curve is read off: of all rows that are not flagged, whatever part of them is shown. */
  readonly curveImage: ComputedRef<DensityAnswer | undefined>;
  readonly times: ComputedRef<readonly [number, number] | undefined>;
  readonly yExtent: ComputedRef<readonly [number, number] | undefined>;
  readonly total: ComputedRef<number>;
  again(): void;
  resized(size: { width: number; height: number }): void;
}

export interface FoldChoice {
  readonly start: 0 | -0.5;
  /** Marks the rows of the later half as `SECOND`. */
  readonly isHalved: boolean;
}

/** The marks, with the later half of the points (in time) marked too. */
function halvedMarks({ x, marks }: PointsAnswer): Uint8Array {
  const middle = median(x.slice());
  return marks.map((m, i) => (x[i]! >= middle ? m | SECOND : m));
}

/** Rows of the current object, folded: up to 10⁵ points in the page at the pace of the hand, more in the engine as an image. */
export function useFolded(view: ViewContext, axes: () => (CloudAxes & { x: { column: string } }) | undefined, choice: () => FoldChoice): Folded {
  const whole: ViewContext = { ...view, viewport: shallowRef<Viewport | undefined>() };
  const plain = useCloud(whole, axes, curveExtent);
  const start = computed(() => choice().start);
  const times = computed(() => plain.cloud.value?.extent?.x);
  const fold = computed<Fold | undefined>(() => {
    const f = view.session.fold.value;
    if (!f || Number.isFinite(f.epoch)) return f;
    return times.value && { period: f.period, epoch: times.value[0] };
  });
  const phaseAxis = computed(() => {
    const [f, x] = [fold.value, axes()?.x];
    if (!f || !x) return undefined;
    const phase = { column: x.column, period: f.period, epoch: f.epoch };
    return { phase: start.value < 0 ? { ...phase, centred: true } : phase };
  });
  const isMany = computed(() => plain.cloud.value?.kind === 'density');
  const imageAxes = (): ImageAxes | undefined => {
    const [x, y, yRange] = [phaseAxis.value, axes()?.y, plain.cloud.value?.extent?.y];
    if (!isMany.value || !x || !y || !yRange) return undefined;
    // Values that are all the same have an image, too.
    return { x, y, start: start.value, yRange: yRange[0] < yRange[1] ? yRange : padDomain(yRange, 'linear') };
  };
  const many = useFoldedImage(view, imageAxes, 'fold');
  const density = computed(() => (isMany.value && many.image.value?.kind === 'density' ? many.image.value : undefined));
  const { rows, table, viewport } = view;
  const showsFlagged = computed(() => rows.value?.flagged !== 'hide' && (table.value?.flagged ?? 0) > 0);
  const isPartial = computed(() => showsFlagged.value || viewport.value !== undefined);
  const unflagged = useFoldedImage(
    {
      ...view,
      viewport: shallowRef<Viewport | undefined>(),
      selection: computed(() => undefined),
      rows: computed(() => rows.value && { ...rows.value, flagged: 'hide' as const }),
    },
    () => (isPartial.value ? imageAxes() : undefined),
    'fold-curve',
  );
  const curveImage = computed(() => {
    const image = isPartial.value ? unflagged.image.value : density.value;
    return isMany.value && image?.kind === 'density' ? image : undefined;
  });

  const answer = computed(() => (plain.cloud.value?.kind === 'points' ? plain.cloud.value.points : undefined));
  const zoomed = computed(() => (isMany.value && many.image.value?.kind === 'points' ? many.image.value : undefined));
  const isHalved = computed(() => choice().isHalved);
  const marks = computed(() => answer.value && (isHalved.value ? halvedMarks(answer.value) : answer.value.marks));
  let buffer = new Float64Array(0);
  const points = computed<FoldedPoints | undefined>(() => {
    const f = fold.value;
    if (zoomed.value) return { count: zoomed.value.x.length, ...zoomed.value };
    const a = answer.value;
    if (!a || !f) return undefined;
    // The phases are drawn before the next fold overwrites them: no garbage while the period moves.
    if (buffer.length !== a.x.length) buffer = new Float64Array(a.x.length);
    const x = foldTimes(a.x, f.period, f.epoch, start.value, buffer);
    return { count: a.x.length, x, y: a.y, marks: marks.value!, rows: a.rows, yError: a.yError };
  });
  return {
    fold,
    phaseAxis,
    busy: plain.busy,
    error: computed(() => plain.error.value ?? many.error.value),
    answer,
    source: computed(() => zoomed.value ?? answer.value),
    points,
    density,
    curveImage,
    times,
    yExtent: computed(() => plain.cloud.value?.extent?.y),
    total: computed(() => plain.cloud.value?.total ?? 0),
    again: () => (plain.again(), many.again(), unflagged.again()),
    resized: (size) => (plain.resized(size), many.resized(size), unflagged.resized(size)),
  };
}
