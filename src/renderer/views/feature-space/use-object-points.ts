import { computed, onUnmounted, watch, type ComputedRef } from 'vue';
import { atObjects } from '../../../core/select/at-objects';
import type { AnswerTo } from '../../../core/query/query';
import type { Axis } from '../../../core/select/predicate';
import type { AppSession } from '../../client/app-session';
import { measured } from '../../components/plot/numbers';
import { ask, useAnswer } from '../../components/plot/use-query';
import { useRowTip, type RowTip, type Tip } from '../../components/plot/use-row-tip';

/** Where the current object stands on these axes; undefined when it has no place there. */
export function useCurrentPlace(
  session: AppSession,
  slot: string,
  axes: () => { readonly x: Axis; readonly y: Axis } | undefined,
  table: () => { readonly id: string; readonly version: number } | undefined,
): ComputedRef<readonly [number, number] | undefined> {
  const { answer } = useAnswer(
    () => {
      const [a, t, object] = [axes(), table(), session.object.value];
      return a && t && object !== undefined ? { ...a, table: t.id, version: t.version, object } : undefined;
    },
    (q) => JSON.stringify([q.table, q.x, q.y, q.object]),
    async ({ table: id, object, x, y }) => {
      const rows = { of: 'objects', where: { kind: 'objects', ids: [object] } } as const;
      const points = await ask<'points'>(session, { kind: 'points', table: id, rows, x, y, limit: 1 }, slot);
      return points && { place: points.total > 0 ? ([points.x[0]!, points.y[0]!] as const) : undefined };
    },
  );
  return computed(() => answer.value?.place);
}

/** The tooltip of an object: its identifier, the view's axes and its colour, how many rows it has and its label. */
export function useObjectTip(session: AppSession, slot: string, colour: () => string | undefined): RowTip {
  const tell = ({ values, columns }: AnswerTo<'row'>, first: Tip): Tip => {
    const names = [...first.lines.map(([name]) => name), colour(), 'rows', 'label'].filter((name) => name !== undefined);
    const lines = [...new Set(names)].flatMap((name) => {
      const value = values[name];
      return value === undefined || Number.isNaN(value)
        ? []
        : [[name, typeof value === 'number' ? measured(value) : String(value), columns.find((c) => c.name === name)?.unit ?? ''] as const];
    });
    return { at: first.at, title: String(values['id'] ?? ''), lines };
  };
  return useRowTip(session, slot, { of: 'objects', tell });
}

/** Lists the objects that this view selected; all of them again when nothing is selected any more. */
export function useNarrowedList(session: AppSession, source: () => string): void {
  let isOurs = false;
  const widen = (): void => {
    if (isOurs) void session.objects.only(undefined);
    isOurs = false;
  };
  watch(
    () => session.selection.value?.predicate,
    (predicate) => {
      const where = predicate && session.selection.value?.source === source() ? atObjects(predicate) : undefined;
      if (where) {
        isOurs = true;
        void session.objects.only({ where, words: 'selected in feature space' });
      } else if (!predicate) widen();
    },
  );
  onUnmounted(widen);
}
