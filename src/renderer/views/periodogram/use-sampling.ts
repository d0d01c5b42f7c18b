import { computed } from 'vue';
import type { RowSet } from '../../../core/query/query';
import { ask, useAnswer } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import type { Sampling } from './search-size';

/** How many points the current object has that are not flagged, and from when to when: the size of any search. */
export function useSampling(view: ViewContext) {
  const { session, table, rows, spec } = view;
  const question = computed(() => {
    const [t, r] = [table.value, rows.value];
    return t?.roles.time && t.roles.value && r
      ? { table: t.id, version: `${t.version} ${t.loaded}`, rows: { ...r, flagged: 'hide' } as RowSet, column: t.roles.time }
      : undefined;
  });
  return useAnswer(
    () => question.value,
    (q) => JSON.stringify([q.table, q.rows]),
    async (q): Promise<Sampling | undefined> => {
      const a = await ask<'histogram'>(
        session,
        { kind: 'histogram', table: q.table, rows: q.rows, x: { column: q.column }, bins: 1 },
        `view:${spec.value.id}:sampling`,
      );
      return a && { points: a.total - a.missing, first: a.edges[0]!, last: a.edges.at(-1)! };
    },
  );
}
