import { computed, onUnmounted, watch, type ComputedRef } from 'vue';
import { DensityLayer } from './density-layer';

/** An image layer from what it is made of; it owns a canvas, which goes when the next image comes. */
export function useDensityImage(make: () => DensityLayer | undefined): ComputedRef<DensityLayer | undefined> {
  const image = computed(make);
  watch(image, (_, old) => old?.dispose(), { flush: 'post' });
  onUnmounted(() => image.value?.dispose());
  return image;
}
