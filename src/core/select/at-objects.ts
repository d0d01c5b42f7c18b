import type { Predicate } from './predicate';

/**
 * A predicate about rows as one about the object table, for predicates that take whole objects; undefined when one is about single rows, or about
 * objects in one band.
 */
export function atObjects(p: Predicate): Predicate | undefined {
  switch (p.kind) {
    case 'objects-where':
      return p.of;
    case 'objects':
      return p.band === undefined ? p : undefined;
    case 'not': {
      const of = atObjects(p.of);
      return of && { kind: 'not', of };
    }
    case 'and':
    case 'or': {
      const of = p.of.map(atObjects);
      return of.every((q) => q !== undefined) ? { kind: p.kind, of } : undefined;
    }
    default:
      return undefined;
  }
}
