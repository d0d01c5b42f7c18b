import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { PointsAnswer } from '../../../core/query/query';
import type { Axis } from '../../../core/select/predicate';
import type { Fold } from '../../client/session';
import { extentOf } from '../../components/plot/axis-info';
import type { Cloud } from '../../components/plot/cloud';
import { binPhases, foldTimes, type BinnedCurve } from '../../components/plot/fold';
import type { Viewport } from '../../components/plot/frame';
import { FLAGGED, type PointSet } from '../../components/plot/points-layer';
import { fullExtent, useCloud, type CloudAxes } from '../../components/plot/use-cloud';
import type { QueryState } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import { valueExtent } from '../../components/plot/value-extent';

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
  readonly points: ComputedRef<FoldedPoints | undefined>;
  readonly binned: ComputedRef<BinnedCurve | undefined>;
  /** The engine's density over phase, when there are too many rows to hold here. */
  readonly density: ComputedRef<(Cloud & { kind: 'density' }) | undefined>;
  readonly times: ComputedRef<readonly [number, number] | undefined>;
  readonly yExtent: ComputedRef<readonly [number, number] | undefined>;
  readonly total: ComputedRef<number>;
  again(): void;
  resized(size: { width: number; height: number }): void;
}

/** Rows of the current object, folded: up to 10⁵ points in the page at the pace of the slider, more in the engine as an image. */
export function useFolded(view: ViewContext, axes: () => (CloudAxes & { x: { column: string } }) | undefined, start: () => 0 | -0.5): Folded {
  const whole: ViewContext = { ...view, viewport: shallowRef<Viewport | undefined>() };
  const plain = useCloud(whole, axes, (p) => {
    const x = extentOf(p.x);
    const y = valueExtent({ count: p.y.length, ...p }).range;
    return x && y && { x, y };
  });
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
    return { phase: start() < 0 ? { ...phase, centred: true } : phase };
  });
  const isMany = computed(() => plain.cloud.value?.kind === 'density');
  // The engine's phases lie in one cycle whatever the view shows of the two.
  const oneCycle: ShallowRef<Viewport | undefined> = shallowRef();
  watch([() => view.viewport.value, start], ([v, s]) => void (oneCycle.value = v && { x: [s, s + 1], y: v.y }));
  const many = useCloud(
    { ...view, viewport: oneCycle },
    () => {
      const [a, x] = [axes(), phaseAxis.value];
      return isMany.value && a && x ? { x, y: a.y } : undefined;
    },
    (p) => fullExtent(p),
  );

  const answer = computed(() => (plain.cloud.value?.kind === 'points' ? plain.cloud.value.points : undefined));
  let buffer = new Float64Array(0);
  const points = computed<FoldedPoints | undefined>(() => {
    const f = fold.value;
    const cloud = many.cloud.value;
    if (isMany.value && cloud?.kind === 'points') return { count: cloud.points.x.length, ...cloud.points };
    const a = answer.value;
    if (!a || !f) return undefined;
    // The phases are drawn before the next fold overwrites them: no garbage while the slider moves.
    if (buffer.length !== a.x.length) buffer = new Float64Array(a.x.length);
    return { count: a.x.length, x: foldTimes(a.x, f.period, f.epoch, start(), buffer), y: a.y, marks: a.marks, rows: a.rows, yError: a.yError };
  });
  return {
    fold,
    phaseAxis,
    busy: plain.busy,
    error: computed(() => plain.error.value ?? many.error.value) as unknown as ShallowRef<string | undefined>,
    answer,
    points,
    binned: computed(() => {
      const p = points.value;
      if (!p || p.count < 20) return undefined;
      return binPhases(p.x, p.y, (i) => (p.marks[i]! & FLAGGED) !== 0, start(), p.count < 200 ? 20 : p.count < 2000 ? 40 : 100);
    }),
    density: computed(() => (isMany.value && many.cloud.value?.kind === 'density' ? many.cloud.value : undefined)),
    times,
    yExtent: computed(() => plain.cloud.value?.extent?.y),
    total: computed(() => plain.cloud.value?.total ?? 0),
    again: () => (plain.again(), many.again()),
    resized: (size) => (plain.resized(size), many.resized(size)),
  };
}
