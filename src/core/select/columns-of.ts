import { columnsOfExpression, parseExpression } from './expression';
import type { Axis, Predicate } from './predicate';

/** Calls `visit` on the predicate and everything in it that is about rows: what `objects-where` asks of the object table is not. */
export function walkPredicate(p: Predicate, visit: (p: Predicate) => void): void {
  visit(p);
  if (p.kind === 'and' || p.kind === 'or') for (const part of p.of) walkPredicate(part, visit);
  else if (p.kind === 'not') walkPredicate(p.of, visit);
}

/** Names of the columns an axis is computed from. Throws AppError `invalid-argument` for an expression that does not parse. */
export function columnsOfAxis(axis: Axis): readonly string[] {
  if ('column' in axis) return [axis.column];
  if ('phase' in axis) return [axis.phase.column];
  return [...columnsOfExpression(parseExpression(axis.expression))];
}

/** Names of the columns a predicate reads, in the order they are met. Flags and object identifiers are not columns here. */
export function columnsOf(p: Predicate): readonly string[] {
  const names = new Set<string>();
  const add = (more: readonly string[]): void => more.forEach((n) => names.add(n));
  walkPredicate(p, (part) => {
    if (part.kind === 'range') add(columnsOfAxis(part.axis));
    else if (part.kind === 'polygon') add([...columnsOfAxis(part.x), ...columnsOfAxis(part.y)]);
    else if (part.kind === 'compare') add([part.column]);
    else if (part.kind === 'expression') add(columnsOfAxis({ expression: part.expression }));
  });
  return [...names];
}

/** Names of the flags a predicate reads. */
export function flagsOf(p: Predicate): readonly string[] {
  const names = new Set<string>();
  walkPredicate(p, (part) => void (part.kind === 'flag' && names.add(part.name)));
  return [...names];
}

/** Whether a predicate names objects, so that the object index is needed to evaluate it. */
export function namesObjects(p: Predicate): boolean {
  let found = false;
  walkPredicate(p, (part) => void ((part.kind === 'objects' || part.kind === 'objects-where') && (found = true)));
  return found;
}

/** Names of the columns of the object table that a predicate reads; undefined when it reads none of it. */
export function objectColumnsOf(p: Predicate): readonly string[] | undefined {
  const parts: Predicate[] = [];
  walkPredicate(p, (part) => void (part.kind === 'objects-where' && parts.push(part.of)));
  return parts.length === 0 ? undefined : [...new Set(parts.flatMap(columnsOf))];
}
