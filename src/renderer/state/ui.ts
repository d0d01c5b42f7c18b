import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Which sheet is open over the window, and who was asked to take the focus. */
export const useUi = defineStore('ui', () => {
  const sheet = ref<'palette' | 'shortcuts' | 'export' | 'recipe' | 'lab' | undefined>();
  /** What the right side shows. */
  const right = ref<'clean' | 'quality'>('clean');
  /** The operation whose help is open. */
  const help = ref<string>();
  /** Grows with every request, so that asking twice focuses twice. */
  const focus = ref<{ readonly what: 'filter' | 'operations'; readonly tick: number }>({ what: 'filter', tick: 0 });

  return {
    sheet,
    right,
    help,
    focus,
    ask: (what: 'filter' | 'operations') => {
      focus.value = { what, tick: focus.value.tick + 1 };
    },
  };
});
