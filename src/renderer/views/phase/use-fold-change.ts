import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import type { Fold, Session } from '../../client/session';
import type { PullHost } from '../../components/plot/gestures';
import { anchoredFold, COARSE, pulledFold, scaledFold, slidFold } from './fold-control';

const MOST_KEPT = 50;
/** Changes within so many milliseconds of each other are one to go back from. */
const ONE_CHANGE = 1500;

export interface FoldChange {
  /** One change: typed, or by a button. */
  set(fold: Fold): void;
  scale(factor: number): void;
  /** A change in one go: the slider or the hand. */
  grab(): void;
  /** Fine steps from where it was grabbed. */
  slide(steps: number): void;
  release(): void;
  /** Fine steps, by key. */
  step(steps: number): void;
  /** To the fold before the last change. */
  back(): void;
  readonly canGoBack: ComputedRef<boolean>;
  /** The hand on the plot. */
  readonly pull: Omit<PullHost, 'onMark'>;
}

/** How the fold of the window is changed from the phase view: about the middle of the data, and back again. */
export function useFoldChange(session: Session, fold: () => Fold | undefined, times: () => readonly [number, number] | undefined): FoldChange {
  const past = shallowRef<readonly Fold[]>([]);
  let grabbed: Fold | undefined;
  let hand: Fold | undefined;
  let before: Fold | undefined;
  let own: Fold | undefined;
  let lastStep = -Infinity;

  const baseline = (): number => {
    const t = times();
    return t ? t[1] - t[0] : 0;
  };
  const keep = (f: Fold | undefined): void => {
    if (f) past.value = [...past.value.slice(1 - MOST_KEPT), f];
  };
  /** Of changes in quick succession the fold before the first. */
  const keepOnce = (f: Fold | undefined): void => {
    const now = performance.now();
    if (now - lastStep > ONE_CHANGE) keep(f);
    lastStep = now;
  };
  // Not paced here: the browser reports a moving pointer once a frame, right before the frame is drawn. Waiting for the frame would be one late.
  const show = (next: Fold): void => {
    own = next;
    session.setFold(next);
  };
  const anchored = (): Fold | undefined => {
    const [f, t] = [fold(), times()];
    return f && (t ? anchoredFold(f, t) : f);
  };
  const grab = (): void => {
    before = fold();
    grabbed = hand = anchored();
  };
  const release = (): void => {
    if (!grabbed) return;
    if (before?.period !== fold()?.period) keep(before);
    grabbed = hand = before = undefined;
  };
  // What another view sets (a peak, a result) can be gone back from, too; what it sets in passing (peaks under the pointer) is one change.
  watch(
    () => session.fold.value,
    (now, was) => {
      if (now === undefined) past.value = [];
      else if (now !== own) keepOnce(was);
    },
  );

  const set = (next: Fold): void => {
    keep(fold());
    lastStep = -Infinity;
    // A first period comes without an epoch: the first time is one as good as any.
    show({ period: next.period, epoch: Number.isFinite(next.epoch) ? next.epoch : (times()?.[0] ?? 0) });
  };

  return {
    set,
    scale: (factor) => {
      const f = fold();
      if (f) set(scaledFold(f, factor));
    },
    grab,
    slide: (steps) => {
      if (!grabbed) grab();
      if (grabbed) show(slidFold(grabbed, steps, baseline()));
    },
    release,
    step: (steps) => {
      const from = anchored();
      if (!from) return;
      keepOnce(fold());
      show(slidFold(from, steps, baseline()));
    },
    back: () => {
      const last = past.value.at(-1);
      past.value = past.value.slice(0, -1);
      lastStep = -Infinity;
      if (last) show(last);
    },
    canGoBack: computed(() => past.value.length > 0),
    pull: {
      onGrab: grab,
      onPull: (by, isCoarse) => {
        if (hand) show((hand = pulledFold(hand, by * (isCoarse ? COARSE : 1), baseline())));
      },
      onRelease: (isCancelled) => {
        if (isCancelled && before) show(before);
        release();
      },
    },
  };
}
