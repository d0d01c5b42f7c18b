import { shallowRef, type ShallowRef } from 'vue';

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Bins of a density image. Margins of the axes are not worth bins; a coarse step keeps a dragged divider from asking at every pixel. */
export function useBinSize(): { readonly size: ShallowRef<PixelSize>; resized(plot: PixelSize): void } {
  const size = shallowRef<PixelSize>({ width: 560, height: 360 });
  const step = (px: number): number => Math.max(80, Math.min(1200, Math.round(px / 40) * 40));
  return {
    size,
    resized: ({ width, height }) => {
      const next = { width: step(width - 80), height: step(height - 50) };
      if (next.width !== size.value.width || next.height !== size.value.height) size.value = next;
    },
  };
}
