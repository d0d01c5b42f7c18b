import { defineStore } from 'pinia';
import { reactive, watch } from 'vue';
import { load, save } from './stored';

export interface PaneSizes {
  left: number;
  right: number;
  /** The right side while it shows the quality report. */
  quality: number;
  history: number;
  /** The data tree's share of the left side. */
  data: number;
}

const DEFAULTS: PaneSizes = { left: 264, right: 304, quality: 430, history: 118, data: 330 };

/** Sizes of the panels around the views, in CSS pixels. */
export const usePanes = defineStore('panes', () => {
  const sizes = reactive<PaneSizes>({ ...DEFAULTS, ...load<Partial<PaneSizes>>('panes') });
  watch(sizes, () => save('panes', sizes));
  return { sizes, reset: () => Object.assign(sizes, DEFAULTS) };
});
