import { operations } from '../../../core/operations/registry';
import type { Step } from '../../../core/recipe/recipe';
import { predicateWords } from '../clean/predicate-words';

const SCOPES = { table: '', object: 'each object', 'object-band': 'each object and band' } as const;

/** What a step does in a line: its operation's own words, its selection, its scope. */
export function stepWords(step: Step): string {
  const def = operations.get(step.op);
  let own: string | undefined;
  try {
    own = def?.describe?.(step.params);
  } catch {
    // Parameters of another version: the card still shows the rest.
  }
  return (
    [own, step.with ? `with ${step.with.name}` : '', step.where ? predicateWords(step.where) : '', step.where ? '' : SCOPES[step.scope]]
      .filter(Boolean)
      .join(', ') ||
    (def?.id ?? step.op)
  );
}
