import { shallowRef, type ShallowRef } from 'vue';

/** Narrower than this, in CSS pixels, the header of a view has no room for two axes beside its title, its tools and other tabs. */
const NARROW = 560;

/** Whether the plot of a view is narrow; `measure` is told its size. */
export function useNarrow(): { readonly isNarrow: ShallowRef<boolean>; measure(size: { readonly width: number }): void } {
  const isNarrow = shallowRef(false);
  return { isNarrow, measure: ({ width }) => void (isNarrow.value = width < NARROW) };
}
