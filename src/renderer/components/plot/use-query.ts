import { onUnmounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { Outcome } from '../../../core/protocol/outcome';
import type { Answer, AnswerTo, Query } from '../../../core/query/query';
import type { Session } from '../../client/session';
import { Latest } from '../../client/latest';

export interface QueryState {
  readonly busy: ShallowRef<boolean>;
  /** What went wrong, in words with what to do; undefined when nothing did. */
  readonly error: Readonly<Ref<string | undefined>>;
}

/** The answer of an outcome; undefined when it was cancelled. Throws a readable error when it failed. */
export function answerOf<T>(outcome: Outcome<T>): T | undefined {
  if ('ok' in outcome) return outcome.ok;
  if ('cancelled' in outcome) return undefined;
  const { message, hint } = outcome.failed;
  throw new Error(hint ? `${message}; ${hint}` : message);
}

export async function ask<K extends Query['kind']>(
  session: Session,
  query: Extract<Query, { kind: K }>,
  slot: string,
): Promise<AnswerTo<K> | undefined> {
  return answerOf(await session.engine.query(query, { slot })) as AnswerTo<K> | undefined;
}

/**
 * Keeps an answer up to date with what it depends on. `question` is re-evaluated when anything reactive in it changes; undefined means there
 * is nothing to ask and clears the answer. One request in flight at most.
 *
 * @param identity answers to a question of another identity (another table, another object) are dropped, not shown late
 */
export function useAnswer<Q, A>(
  question: () => Q | undefined,
  identity: (q: Q) => string,
  work: (q: Q) => Promise<A | undefined>,
): QueryState & { readonly answer: ShallowRef<A | undefined>; again(): void } {
  const answer = shallowRef<A | undefined>();
  const busy = shallowRef(false);
  const error = shallowRef<string | undefined>();
  let shown: string | undefined;
  let wanted: string | undefined;
  const latest = new Latest<Q, A | undefined>(
    work,
    (result, q) => {
      if (identity(q) !== wanted || result === undefined) return;
      shown = wanted;
      answer.value = result;
      error.value = undefined;
    },
    (e) => void (error.value = e instanceof Error ? e.message : String(e)),
    (b) => void (busy.value = b),
  );
  const go = (): void => {
    const q = question();
    if (q === undefined) {
      latest.drop();
      answer.value = undefined;
      error.value = undefined;
      shown = wanted = undefined;
      return;
    }
    wanted = identity(q);
    if (shown !== undefined && shown !== wanted) {
      answer.value = undefined;
      error.value = undefined;
    }
    latest.ask(q);
  };
  watch(() => JSON.stringify(question()), go, { immediate: true });
  onUnmounted(() => latest.drop());
  return { answer, busy, error, again: go };
}

export type { Answer };
