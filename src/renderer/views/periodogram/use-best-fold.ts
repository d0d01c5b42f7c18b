import { watch } from 'vue';
import type { Fold, Session } from '../../client/session';
import type { PeakRow } from './peak-rows';

/**
 * Folds a new object at the best peak of its search, so that its phase curve can be judged at once. A fold that somebody set for it stays.
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
  /** The fold set here last: as long as nobody has set another one it follows a better search of the same object. */
  let own: Fold | undefined;
  watch(object, () => (pending = { fold: session.fold.value }), { flush: 'sync' });
  watch(
    [best, epoch],
    ([peak, time]) => {
      const now = session.fold.value;
      const isFree = pending ? now === pending.fold : own !== undefined && now === own;
      if (!peak || time === undefined) return;
      pending = undefined;
      if (!isOn() || !isFree) return;
      own = { period: peak.period, epoch: time };
      session.setFold(own);
    },
    { immediate: true },
  );
}
