import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { ImageAnswer } from '../../../core/query/query';
import type { Step } from '../../../core/recipe/recipe';
import type { AppSession } from '../../client/app-session';
import { isImageStep, type ImageLook } from '../../client/image-draft';
import { kernelOfParams } from '../../client/kernel-of-params';
import type { ColourTable } from '../../components/pixels/colour-maps';
import type { Range } from '../../components/plot/scale';
import type { ViewContext } from '../../components/plot/use-view';
import { kernelPicture, residualPicture, resultPicture, type Noted } from './draft-pictures';

export interface DraftState {
  /** The original's cells, for the residual. */
  readonly original: ShallowRef<ImageAnswer | undefined>;
  readonly result: ComputedRef<Noted | undefined>;
  readonly residual: ComputedRef<Noted | undefined>;
  readonly kernel: ComputedRef<ReturnType<typeof kernelPicture> | undefined>;
  readonly error: ComputedRef<string | undefined>;
}

/** The draft, when it works on the image of this view. */
export function useDraftStep(view: ViewContext, session: AppSession): ComputedRef<Step | undefined> {
  return computed(() => {
    const isOwn = session.table.value?.id === view.table.value?.id;
    return isOwn && isImageStep(session.draft.value, view.table.value) ? session.draft.value : undefined;
  });
}

/** What the draft makes of the part of the image that is looked at. */
export function useDraft(
  session: AppSession,
  step: ComputedRef<Step | undefined>,
  look: () => ImageLook | undefined,
  display: () => { readonly limits: Range | undefined; readonly colours: ColourTable },
): DraftState {
  const original = shallowRef<ImageAnswer>();
  watch(
    [step, look],
    ([draft, now]) => {
      if (draft && now) session.imageDraft.look.value = now;
    },
    { immediate: true },
  );
  const preview = computed(() => (step.value ? session.imageDraft.preview.value : undefined));
  // While the view moves the two answers come one after the other: until both are there the last pair stays.
  const residual = shallowRef<Noted>();
  watch([preview, original, () => display().colours], ([p, o, colours]) => {
    residual.value = p ? (residualPicture(p, o, colours) ?? residual.value) : undefined;
  });
  return {
    original,
    result: computed(() => {
      const { limits, colours } = display();
      return preview.value && limits && resultPicture(preview.value, limits, colours);
    }),
    residual: computed(() => residual.value),
    kernel: computed(() => {
      const kernel = step.value && kernelOfParams(step.value.params);
      return kernel && kernelPicture(kernel, display().colours);
    }),
    error: computed(() => (step.value && !preview.value ? session.previewError.value?.message : undefined)),
  };
}
