import { computed, type ComputedRef, type ShallowRef } from 'vue';
import type { AnswerTo, ImageStretch } from '../../../core/query/query';
import { colourTable, type ColourTable } from '../../components/pixels/colour-maps';
import type { Display } from '../../components/pixels/DisplayControls.vue';
import { limitsOf } from '../../components/pixels/limits';
import type { Range } from '../../components/plot/scale';
import { ask, useAnswer } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';

const FIRST: Display = { limits: 'zscale', stretch: 'linear', colours: 'viridis', isInverted: false };

/** What the values of a column are like; undefined while that is not known. */
export function useStretch(
  view: ViewContext,
  column: () => string | undefined,
): ShallowRef<(ImageStretch & { readonly column: string }) | undefined> {
  type Question = { readonly table: string; readonly column: string; readonly version: string };
  return useAnswer<Question, ImageStretch & { readonly column: string }>(
    () => {
      const [t, name] = [view.table.value, column()];
      return t && name !== undefined && t.state === 'ready' ? { table: t.id, column: name, version: `${t.version}` } : undefined;
    },
    (q) => `${q.table} ${q.column}`,
    async ({ table, column: name }) => {
      const answer = await ask<'image-stretch'>(
        view.session,
        { kind: 'image-stretch', table, column: name },
        `view:${view.spec.value.id}:limits:${name}`,
      );
      return answer && { ...(answer satisfies AnswerTo<'image-stretch'>), column: name };
    },
  ).answer;
}

export interface DisplayState {
  readonly display: ComputedRef<Display>;
  readonly colours: ComputedRef<ColourTable>;
  /** Of the first picture; others share them where that shows anything. */
  readonly limits: ComputedRef<Range | undefined>;
  change(change: Partial<Display>): void;
}

/** How the pictures of a view are coloured: kept in its options. */
export function useDisplay(view: ViewContext, first: () => ImageStretch | undefined): DisplayState {
  const display = computed<Display>(() => ({ ...FIRST, ...view.option<Partial<Display>>('display', {}) }));
  return {
    display,
    colours: computed(() => colourTable(display.value.colours, display.value.isInverted, display.value.stretch)),
    limits: computed(() => {
      const of = first();
      return of && limitsOf(display.value.limits, of);
    }),
    change: (change) => view.setOption('display', { ...display.value, ...change }),
  };
}
