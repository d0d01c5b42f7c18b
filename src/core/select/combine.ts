import type { Predicate } from './predicate';

/** How a new gesture meets the selection there is: plain, Shift, Alt, Shift+Alt. */
export type CombineMode = 'replace' | 'add' | 'subtract' | 'intersect';

function flat(kind: 'and' | 'or', parts: readonly Predicate[]): Predicate {
  const of = parts.flatMap((p) => (p.kind === kind ? p.of : [p]));
  return of.length === 1 ? of[0]! : { kind, of };
}

/** All of them; nested `and`s become one. */
export function allOf(...parts: readonly Predicate[]): Predicate {
  return flat('and', parts);
}

/** Any of them; nested `or`s become one. */
export function anyOf(...parts: readonly Predicate[]): Predicate {
  return flat('or', parts);
}

/** The complement; a double one is taken apart. */
export function negate(p: Predicate): Predicate {
  return p.kind === 'not' ? p.of : { kind: 'not', of: p };
}

/** The selection after a gesture; undefined when nothing is selected (subtracting from or intersecting with nothing). */
export function combinePredicates(current: Predicate | undefined, clause: Predicate, mode: CombineMode): Predicate | undefined {
  switch (mode) {
    case 'replace':
      return clause;
    case 'add':
      return current ? anyOf(current, clause) : clause;
    case 'subtract':
      return current && allOf(current, negate(clause));
    case 'intersect':
      return current && allOf(current, clause);
  }
}
