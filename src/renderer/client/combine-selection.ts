import type { Predicate } from '../../core/select/predicate';
import type { SelectMode } from './session';

/** The selection after a clause is added, taken away or intersected. Subtracting from nothing selects nothing new. */
export function combineSelection(current: Predicate | undefined, clause: Predicate, mode: SelectMode): Predicate | undefined {
  if (mode === 'replace' || current === undefined) return mode === 'subtract' ? undefined : clause;
  if (mode === 'add') return current.kind === 'or' ? { kind: 'or', of: [...current.of, clause] } : { kind: 'or', of: [current, clause] };
  const narrower: Predicate = mode === 'subtract' ? { kind: 'not', of: clause } : clause;
  return current.kind === 'and' ? { kind: 'and', of: [...current.of, narrower] } : { kind: 'and', of: [current, narrower] };
}
