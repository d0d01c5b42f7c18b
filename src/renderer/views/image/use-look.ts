import { computed, shallowRef, type ComputedRef } from 'vue';
import type { ImageShape } from '../../../core/model/table';
import type { ImageLook } from '../../client/image-draft';
import { actualSize, enlargement, squared, type PaneSize } from '../../components/pixels/camera';
import type { ViewContext } from '../../components/plot/use-view';

/** In coarse steps a dragged divider does not ask at every pixel. */
const STEP = 16;

export interface LookState {
  readonly look: ComputedRef<ImageLook | undefined>;
  /** Pixels of the screen for one of the image. */
  readonly scale: ComputedRef<number | undefined>;
  resized(size: PaneSize): void;
  showActualSize(): void;
}

/** Which part of the image is looked at, and with how many pixels of the screen. All panes of a view have one size. */
export function useLook(view: ViewContext, image: () => ImageShape | undefined): LookState {
  const size = shallowRef<PaneSize>();
  /** What the panes show, with squares for pixels. */
  const shown = computed(() => {
    const shape = image();
    return shape && size.value && squared(view.viewport.value, shape, size.value);
  });
  return {
    look: computed(() => {
      if (!shown.value || !size.value) return undefined;
      const cells = (px: number): number => Math.ceil((px * window.devicePixelRatio) / STEP) * STEP;
      return { xRange: shown.value.x, yRange: shown.value.y, width: cells(size.value.width), height: cells(size.value.height) };
    }),
    scale: computed(() => shown.value && size.value && enlargement(shown.value, size.value)),
    resized: (next) => {
      if (next.width > 0 && next.height > 0 && (next.width !== size.value?.width || next.height !== size.value.height)) size.value = next;
    },
    showActualSize: () => {
      if (shown.value && size.value) view.viewport.value = actualSize(shown.value, size.value, 1 / window.devicePixelRatio);
    },
  };
}
