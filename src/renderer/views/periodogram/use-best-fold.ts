import { watch } from 'vue';
import type { Fold, Session } from '../../client/session';
import type { PeakRow } from './peak-rows';

/**
 * Folds a new object at the best peak of its search, so that its phase curve can be judged at once. A fold that somebody set for it meanwhile stays.
 *
 * @param object names the object shown; undefined while there is none
 */
export function useBestFold(
  session: Session,
  object: () => string | undefined,
  best: () => PeakRow | undefined,
  epoch: () => number | undefined,
  isOn: () => boolean,
): void {
  let pending: { readonly fold: Fold | undefined } | undefined = session.fold.value === undefined ? { fold: undefined } : undefined;
  watch(object, () => (pending = { fold: session.fold.value }), { flush: 'sync' });
  watch(
    [best, epoch],
    ([peak, time]) => {
      if (!pending || !peak || time === undefined) return;
      if (isOn() && session.fold.value === pending.fold) session.setFold({ period: peak.period, epoch: time });
      pending = undefined;
    },
    { immediate: true },
  );
}
