import { computed, onUnmounted, shallowRef, watch, type ComputedRef } from 'vue';
import { drain } from '../../../core/numerics/steps';
import type { Curves } from './use-curves';
import { binsModelSteps, pointsModelSteps, type HarmonicModel } from './harmonic-model';
import type { Folded, FoldedPoints } from './use-folded';

/** How long the period rests before all points are fitted, in milliseconds, and the longest slice of that work. */
const REST = 180;
const SLICE = 6;

export interface Harmonics {
  /** While the period moves that of bins, once it rests that of all points. */
  readonly model: ComputedRef<HarmonicModel | undefined>;
}

/** A sum of `terms` harmonics through the folded points: of bins while the period moves, of every point once it rests. */
export function useHarmonics(folded: Folded, curves: Curves, terms: () => number, start: () => 0 | -0.5): Harmonics {
  const exact = shallowRef<{ readonly of: FoldedPoints; readonly terms: number; readonly model: HarmonicModel | undefined }>();
  const quick = computed(() => {
    const n = terms();
    const curve = n > 0 ? curves.fine.value : undefined;
    return curve && drain(binsModelSteps(curve, n, start()));
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fit = (of: FoldedPoints, n: number): void => {
    const steps = pointsModelSteps(of, n, start());
    const slice = (): void => {
      const until = performance.now() + SLICE;
      while (performance.now() < until) {
        const next = steps.next();
        if (!next.done) continue;
        exact.value = { of, terms: n, model: next.value };
        return;
      }
      timer = setTimeout(slice);
    };
    slice();
  };
  const wanted = computed(() => (folded.answer.value && terms() > 0 ? folded.points.value : undefined));
  watch(
    [wanted, terms],
    ([of, n]) => {
      clearTimeout(timer);
      if (of) timer = setTimeout(() => fit(of, n), REST);
    },
    { immediate: true },
  );
  onUnmounted(() => clearTimeout(timer));
  const current = computed(() => (exact.value && exact.value.of === wanted.value && exact.value.terms === terms() ? exact.value.model : undefined));
  return { model: computed(() => current.value ?? quick.value) };
}
