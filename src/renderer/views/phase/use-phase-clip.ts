import { operations } from '../../../core/operations/registry';
import { useSession } from '../../client/app-session';
import { draftStep } from '../../client/drafts';
import type { Folded } from './use-folded';

const CLIP = 'outliers.phase-clip';

/** Starts the draft that clips about the folded curve, with the period and the epoch shown; one that is under way takes them over. */
export function usePhaseClip(folded: Folded): () => void {
  const session = useSession();
  return () => {
    const [def, table, fold] = [operations.get(CLIP), session.table.value, folded.fold.value];
    if (!def || !table || !fold) return;
    const params = { period: fold.period, epoch: fold.epoch };
    const draft = session.draft.value;
    if (draft?.op === CLIP) session.draft.value = { ...draft, params: { ...draft.params, ...params } };
    else {
      session.editing.value = undefined;
      session.draft.value = draftStep(def, table, { params });
    }
  };
}
