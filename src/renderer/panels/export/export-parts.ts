import type { ObjectOrder } from '../../client/object-list';
import { allOf } from '../../../core/select/combine';
import { filterCondition } from '../../../core/select/filter-condition';
import type { Predicate } from '../../../core/select/predicate';

/**
 * The rows of the objects that the list shows, when it shows a part of them that can be said: those a view narrowed it to, those of a condition in
 * the filter. Undefined when all are listed, or a part of an identifier is looked for.
 */
export function listedRows({ only, filter }: ObjectOrder): Predicate | undefined {
  const parts: Predicate[] = [];
  if (only) parts.push('ids' in only ? { kind: 'objects', ids: only.ids } : { kind: 'objects-where', of: only.where });
  const condition = filterCondition(filter);
  if (condition) parts.push({ kind: 'objects-where', of: condition });
  else if (filter) return undefined;
  return parts.length > 0 ? allOf(...parts) : undefined;
}
