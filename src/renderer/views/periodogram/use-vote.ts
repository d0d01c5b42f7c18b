import { computed, type ComputedRef } from 'vue';
import { operations } from '../../../core/operations/registry';
import { draftStep } from '../../client/drafts';
import { answerOf, useAnswer, type QueryState } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import { FREQUENCIES } from './search-method';
import { rangeParams } from './search-step';
import type { PeriodogramCurve } from './use-curve';
import type { Search } from './use-search';
import { voteOf, type Vote } from './vote-rows';

const VOTE = 'periods.vote';

export interface VoteOfObject extends QueryState {
  readonly isAvailable: boolean;
  readonly vote: ComputedRef<Vote | undefined>;
}

/** Lets several methods vote on the period of the current object, while that is looked at. */
export function useVote(view: ViewContext, search: Search, curve: PeriodogramCurve, isShown: () => boolean): VoteOfObject {
  const { session, table, rows, spec } = view;
  const def = operations.get(VOTE);
  const question = computed(() => {
    const [t, r] = [table.value, rows.value];
    if (!isShown() || !def || !t || !r || !t.roles.time || !t.roles.value) return undefined;
    const { minimum, maximum } = search.settings.value;
    const known = def.params.properties as Record<string, unknown>;
    const params = Object.fromEntries(Object.entries(rangeParams({ range: FREQUENCIES }, { minimum, maximum })).filter(([name]) => name in known));
    const step = { ...draftStep(def, t, { params }), id: 'vote' };
    return { table: t.id, version: t.version, step, object: r.object, band: r.band };
  });
  const { answer, busy, error } = useAnswer(
    () => question.value,
    (q) => JSON.stringify([q.table, q.object, q.band, q.step.params]),
    async ({ table: id, step, object, band }) =>
      answerOf(await session.engine.preview({ table: id, step, object, band }, { slot: `view:${spec.value.id}:vote` })),
  );
  return {
    isAvailable: def !== undefined,
    vote: computed(() => voteOf(answer.value?.results[0], curve.relation, curve.repetitions.value.resolution)),
    busy,
    error,
  };
}
