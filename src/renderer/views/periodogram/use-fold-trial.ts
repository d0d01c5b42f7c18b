import { onScopeDispose } from 'vue';
import type { Fold, Session } from '../../client/session';

/** How long the pointer rests before the first fold on trial, in milliseconds: on its way to somewhere else it changes nothing. */
const DWELL = 70;

export interface FoldTrial {
  /** Folds the phase view for as long as this goes on: at most once a frame. */
  over(fold: Fold): void;
  /** Back to the fold that was. */
  leave(): void;
  /** Keeps a fold. */
  adopt(fold: Fold): void;
  /** The fold that holds without the trial. */
  kept(): Fold | undefined;
}

/** Folds on trial: the window's fold follows the pointer over a periodogram and returns when it leaves. */
export function useFoldTrial(session: Session): FoldTrial {
  let before: { readonly fold: Fold | undefined } | undefined;
  let shown: Fold | undefined;
  let next: Fold | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame: number | undefined;

  const stop = (): void => {
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
    timer = frame = undefined;
  };
  /** Somebody else has set another fold: that one is kept. */
  const isOurs = (): boolean => before !== undefined && session.fold.value === shown;
  const show = (): void => {
    timer = frame = undefined;
    if (!next) return;
    if (!isOurs()) before = { fold: session.fold.value };
    shown = next;
    session.setFold(shown);
  };
  const leave = (): void => {
    stop();
    next = undefined;
    if (isOurs()) session.setFold(before?.fold);
    before = undefined;
  };
  onScopeDispose(leave);
  return {
    over: (fold) => {
      next = fold;
      if (timer !== undefined || frame !== undefined) return;
      if (before) frame = requestAnimationFrame(show);
      else timer = setTimeout(show, DWELL);
    },
    leave,
    adopt: (fold) => {
      stop();
      before = next = undefined;
      session.setFold(fold);
    },
    kept: () => (isOurs() ? before?.fold : session.fold.value),
  };
}
