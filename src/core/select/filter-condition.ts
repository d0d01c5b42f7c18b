import type { Predicate } from './predicate';

/** The condition over columns that a filter of objects is; undefined when it is a part of an identifier: those hold no sign of a comparison. */
export function filterCondition(filter: string): Predicate | undefined {
  return /[<>=]/.test(filter) ? { kind: 'expression', expression: filter } : undefined;
}
