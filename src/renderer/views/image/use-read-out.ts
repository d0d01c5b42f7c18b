import { computed, onUnmounted, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import { isNumeric } from '../../../core/model/column';
import { wcsOf } from '../../../core/numerics/wcs';
import type { AnswerTo, ImageRegion, ImageStatsAnswer, Query } from '../../../core/query/query';
import { Latest } from '../../client/latest';
import type { Shape } from '../../components/plot/shape';
import { ask, useAnswer } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import { pixelReading, regionReadings, skyReading, valueReadings, type Reading } from './read-out';

export interface ReadOut {
  readonly pixel: ShallowRef<readonly [number, number] | undefined>;
  readonly region: ShallowRef<Shape | undefined>;
  readonly pixelReadings: ComputedRef<readonly Reading[]>;
  readonly regionReadings: ComputedRef<readonly Reading[]>;
  hover(pixel: readonly [number, number] | undefined): void;
}

function regionOf(shape: Shape): ImageRegion {
  if (shape.kind === 'lasso') return { kind: 'polygon', points: shape.points };
  return { kind: 'box', xRange: shape.x, yRange: shape.y ?? [-Infinity, Infinity] };
}

/** What is under the pointer, with all digits and its place on the sky, and the numbers of the region that was drawn. */
export function useReadOut(view: ViewContext, column: () => string | undefined): ReadOut {
  const { session, table } = view;
  const pixel = shallowRef<readonly [number, number] | undefined>();
  const region = shallowRef<Shape | undefined>();
  const row = shallowRef<AnswerTo<'row'> & { readonly at: string }>();
  const rows = new Latest<{ at: string; table: string; row: number }, AnswerTo<'row'> | undefined>(
    (q) => ask<'row'>(session, { kind: 'row', table: q.table, row: q.row }, `view:${view.spec.value.id}:row`),
    (answer, { at }) => void (row.value = answer && { ...answer, at }),
    // The pixel's place is still told; its value comes with the next move.
    () => undefined,
  );
  onUnmounted(() => rows.drop());
  const wcs = computed(() => wcsOf(table.value?.meta.header ?? []));

  type Question = Extract<Query, { kind: 'image-stats' }> & { version: string };
  const stats = useAnswer<Question, ImageStatsAnswer>(
    () => {
      const [t, shape, name] = [table.value, region.value, column()];
      if (!t || !shape || name === undefined || t.state !== 'ready') return undefined;
      const flagged = view.option<'show' | 'hide'>('flagged', 'show');
      return { kind: 'image-stats', table: t.id, column: name, region: regionOf(shape), flagged, version: `${t.version}` };
    },
    (q) => JSON.stringify(q),
    ({ version: _, ...q }) => ask<'image-stats'>(session, q, `view:${view.spec.value.id}:stats`),
  );

  return {
    pixel,
    region,
    hover: (next) => {
      const [t, size] = [table.value, table.value?.meta.image];
      if (!next || !t || !size) {
        pixel.value = undefined;
        return;
      }
      if (next[0] === pixel.value?.[0] && next[1] === pixel.value[1]) return;
      pixel.value = next;
      rows.ask({ at: `${t.id} ${next.join()}`, table: t.id, row: next[1] * size.width + next[0] });
    },
    pixelReadings: computed(() => {
      const [at, t] = [pixel.value, table.value];
      if (!at || !t) return [];
      const values =
        row.value?.at === `${t.id} ${at.join()}`
          ? valueReadings(
              row.value,
              t.meta.columns.filter((c) => isNumeric(c.type)),
            )
          : [];
      const sky = 'reason' in wcs.value ? { text: 'no sky position', title: wcs.value.reason } : skyReading(wcs.value, ...at);
      return [pixelReading(at), ...values, ...(sky ? [sky] : [])];
    }),
    regionReadings: computed(() => {
      const [shape, answer] = [region.value, stats.answer.value];
      const unit = table.value?.meta.columns.find((c) => c.name === column())?.unit;
      return shape && answer ? regionReadings(shape, answer, unit) : [];
    }),
  };
}
