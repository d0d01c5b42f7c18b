import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue';

/** The height of an element in CSS pixels, as the user drags its dividers; 0 before it is mounted. */
export function useHeight(element: Readonly<ShallowRef<HTMLElement | null>>): ShallowRef<number> {
  const height = shallowRef(0);
  let sizes: ResizeObserver | undefined;
  onMounted(() => {
    sizes = new ResizeObserver(([entry]) => void (height.value = Math.round(entry?.contentRect.height ?? 0)));
    if (element.value) sizes.observe(element.value);
  });
  onBeforeUnmount(() => sizes?.disconnect());
  return height;
}
