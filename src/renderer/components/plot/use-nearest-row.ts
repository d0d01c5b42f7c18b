import type { Query } from '../../../core/query/query';
import type { Session } from '../../client/session';
import { ask } from './use-query';

/** Finds the row nearest to a place of a density image; undefined when the engine finds none or was asked something newer. */
export function useNearestRow(session: Session, slot: string) {
  return async (place: Omit<Extract<Query, { kind: 'nearest' }>, 'kind'>): Promise<number | undefined> => {
    try {
      return (await ask<'nearest'>(session, { kind: 'nearest', ...place }, slot))?.row;
    } catch (error) {
      session.say(`no row was found there: ${error instanceof Error ? error.message : String(error)}`, 'warning');
      return undefined;
    }
  };
}
