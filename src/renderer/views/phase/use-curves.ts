import { computed, type ComputedRef } from 'vue';
import { PhaseBinner, type BinnedCurve, type BinStatistic } from '../../components/plot/binned-curve';
import { FLAGGED, SECOND } from '../../components/plot/points-layer';
import { densityCurve } from './density-curve';
import type { FoldChoice, Folded } from './use-folded';

/** Fewer points than this have no curve. */
const FEWEST = 20;
/** Bins of what a harmonic fit is made from while the period moves: eight harmonics lose 0.4 % of their amplitude in them. */
const FINE_BINS = 160;

export interface Curves {
  /** All rows that are not flagged. */
  readonly whole: ComputedRef<BinnedCurve | undefined>;
  /** The earlier and the later half, when they are told apart. */
  readonly halves: ComputedRef<readonly [BinnedCurve, BinnedCurve] | undefined>;
  /** Means in more bins than are drawn. */
  readonly fine: ComputedRef<BinnedCurve | undefined>;
}

function autoBins(points: number): number {
  return points < 200 ? 20 : points < 2000 ? 40 : 100;
}

/** Binned curves of what is folded: of its points, or read off the engine's image, which has no halves. */
export function useCurves(folded: Folded, choice: () => FoldChoice & { readonly bins: number; readonly statistic: BinStatistic }): Curves {
  const binner = new PhaseBinner();
  const curveOf = (bins: number | 'auto', statistic: BinStatistic, of: number, is: number): BinnedCurve | undefined => {
    const { start } = choice();
    const image = folded.curveImage.value;
    if (image && of === FLAGGED) return densityCurve(image, start, bins === 'auto' ? 100 : bins, statistic);
    // Points of a zoom are not all points: a mean of them would be wrong.
    const p = folded.answer.value && folded.points.value;
    if (!p || p.count < FEWEST) return undefined;
    const number = bins === 'auto' ? autoBins(p.count) : bins;
    return binner.curve({ phase: p.x, y: p.y, marks: p.marks, start }, { bins: number, statistic, of, is });
  };
  const wanted = computed(() => choice().bins || 'auto');
  const statistic = computed(() => choice().statistic);
  return {
    whole: computed(() => curveOf(wanted.value, statistic.value, FLAGGED, 0)),
    halves: computed(() => {
      if (!choice().isHalved) return undefined;
      const of = FLAGGED | SECOND;
      const [early, late] = [curveOf(wanted.value, statistic.value, of, 0), curveOf(wanted.value, statistic.value, of, SECOND)];
      return early && late && ([early, late] as const);
    }),
    fine: computed(() => curveOf(FINE_BINS, 'mean', FLAGGED, 0)),
  };
}
