import { computed, shallowRef, type ComputedRef } from 'vue';
import type { Step } from '../../../core/recipe/recipe';
import { answerOf, useAnswer } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import { expectedSeconds } from './cost';
import type { Search } from './use-search';
import { zoomWindow, type Curve } from './zoom';

/** A finer look that takes longer than this is not worth an interrupted zoom, in seconds. */
const WORTH = 2;

/** The curve alone is wanted: its peaks are known, and what they mean. */
function lightly(params: Step['params']): Step['params'] {
  const lighter = { peaks: 1, falseAlarm: 'baluev', window: false };
  return { ...params, ...Object.fromEntries(Object.entries(lighter).filter(([name]) => name in params)) };
}

export interface Zoomed {
  /** The stretch in sight, computed anew in finer steps; undefined while the whole curve shows all there is. */
  readonly curve: ComputedRef<(Curve & { readonly step: number }) | undefined>;
  /** A finer look would take so long that it is left out. */
  readonly isTooLong: ComputedRef<boolean>;
  resized(size: { readonly width: number }): void;
}

/** Looks closer than the grid of the search: the frequencies in sight are tried again, as finely as the pixels show. */
export function useZoomed(
  view: ViewContext,
  search: Search,
  whole: () => Curve | undefined,
  inSight: () => readonly [number, number] | undefined,
): Zoomed {
  const { session, table, rows, spec } = view;
  const pixels = shallowRef(600);
  const window = computed(() => {
    const [curve, seen, grid] = [whole(), inSight(), search.grid.value];
    if (!curve || !seen || !grid) return undefined;
    return zoomWindow(seen, pixels.value, curve.frequency, grid);
  });
  const wanted = computed(() => {
    const [w, t, r, size] = [window.value, table.value, rows.value, search.size.value];
    // So many as wanted, said in either way.
    const peaks = w && size ? (w.maximum - w.minimum) * (size.sampling.last - size.sampling.first) : 1;
    const step = w && search.step({ ...w, samplesPerPeak: w.count / peaks });
    if (!w || !t || !r || !size || !step) return undefined;
    const expected = expectedSeconds({ ...size, params: step.params }, w.count);
    return {
      table: t.id,
      step: { ...step, id: 'periodogram-zoom', params: lightly(step.params) },
      object: r.object,
      band: r.band,
      of: search.key.value,
      expected,
    };
  });
  const { answer } = useAnswer(
    () => (wanted.value && wanted.value.expected <= WORTH ? wanted.value : undefined),
    (q) => q.of,
    async (q) => {
      const request = { table: q.table, step: q.step, object: q.object, band: q.band, whole: true };
      const preview = answerOf(await session.engine.preview(request, { slot: `view:${spec.value.id}:zoom` }));
      const series = preview?.series[0];
      if (!series) return undefined;
      const frequency = series.x.values;
      const count = series.thinnedFrom ?? frequency.length;
      return { frequency, power: series.y.values, step: count > 1 ? (frequency.at(-1)! - frequency[0]!) / (count - 1) : 0 };
    },
  );
  return {
    curve: computed(() => answer.value),
    isTooLong: computed(() => (wanted.value?.expected ?? 0) > WORTH),
    resized: ({ width }) => void (pixels.value = Math.max(200, Math.round((width - 80) / 100) * 100)),
  };
}
