import { computed, onUnmounted, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { atObjects } from '../../../core/select/at-objects';
import type { AnswerTo } from '../../../core/query/query';
import type { Axis } from '../../../core/select/predicate';
import type { AppSession } from '../../client/app-session';
import { Latest } from '../../client/latest';
import { axisName } from '../../components/plot/axis-info';
import { measured } from '../../components/plot/numbers';
import { ask, useAnswer } from '../../components/plot/use-query';
import type { Tip } from '../../components/plot/use-row-tip';

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

/** The tooltip of an object: its identifier, the view's axes, how many rows it has and its label. */
export function useObjectTip(
  session: AppSession,
  slot: string,
): {
  readonly tip: ShallowRef<Tip | undefined>;
  show(table: string, object: number, at: readonly [number, number], axes: readonly Axis[]): void;
  hide(): void;
} {
  const tip = shallowRef<Tip>();
  let wanted: number | undefined;
  interface Question {
    readonly table: string;
    readonly object: number;
    readonly at: readonly [number, number];
    readonly axes: readonly Axis[];
  }
  const latest = new Latest<Question, AnswerTo<'row'> | undefined>(
    ({ table, object }) => ask<'row'>(session, { kind: 'row', table, row: object, of: 'objects' }, slot),
    (answer, q) => {
      if (!answer || wanted !== q.object) return;
      const { values, columns } = answer;
      const names = q.axes.flatMap((a) => ('column' in a ? [a.column] : []));
      const lines = [...new Set([...names, 'rows', 'label'])].flatMap((name) => {
        const value = values[name];
        return value === undefined || Number.isNaN(value)
          ? []
          : [[name, typeof value === 'number' ? measured(value) : String(value), columns.find((c) => c.name === name)?.unit ?? ''] as const];
      });
      tip.value = { at: q.at, title: String(values['id'] ?? ''), lines };
    },
    // The point stays to be seen without its name.
    () => undefined,
  );
  onUnmounted(() => latest.drop());
  return {
    tip,
    show(table, object, at, axes) {
      if (wanted === object && tip.value) return;
      wanted = object;
      const lines = axes.slice(0, 2).map((a, k) => [axisName(a), measured(at[k]!)] as const);
      tip.value = { at, title: '…', lines };
      latest.ask({ table, object, at, axes });
    },
    hide() {
      wanted = undefined;
      if (tip.value) tip.value = undefined;
    },
  };
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
