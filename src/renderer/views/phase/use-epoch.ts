import type { Session } from '../../client/session';
import { isMagnitude } from '../../components/plot/axis-info';
import { epochAtPhase } from './fold-control';
import { dipPhase, extremumPhase } from './epoch-phase';
import type { Curves } from './use-curves';
import type { FoldChange } from './use-fold-change';
import type { Folded } from './use-folded';

/** A box search knows the middle of its transit better than the binned curve does: its result counts when it is for this period. */
const SAME_PERIOD = 1e-3;

/** Sets phase 0 to the curve's maximum (brightest), minimum or dip. */
export function useEpoch(
  session: Session,
  folded: Folded,
  curves: Curves,
  change: FoldChange,
  unit: () => string | undefined,
): (which: 'max' | 'min' | 'dip') => void {
  const transitOf = (period: number): number | undefined => {
    if (session.draft.value?.op !== 'periods.bls') return undefined;
    const { epoch, period: found } = session.preview.value?.results[0] ?? {};
    const isSame = typeof found === 'number' && Math.abs(found / period - 1) < SAME_PERIOD;
    return isSame && typeof epoch === 'number' && Number.isFinite(epoch) ? epoch : undefined;
  };
  return (which) => {
    const fold = folded.fold.value;
    if (!fold) return;
    const found = which === 'dip' ? transitOf(fold.period) : undefined;
    if (found !== undefined) return change.set({ period: fold.period, epoch: found });
    const curve = curves.whole.value;
    const [bright, faint] = isMagnitude(unit()) ? (['lowest', 'highest'] as const) : (['highest', 'lowest'] as const);
    const phase = curve && (which === 'dip' ? dipPhase(curve, faint) : extremumPhase(curve, which === 'max' ? bright : faint));
    if (phase !== undefined) return change.set(epochAtPhase(fold, phase));
    session.say('no curve to take the epoch from: at least 20 points that are not flagged are needed', 'warning');
  };
}
