import type { Decision } from '../../client/proposal-desk';

export type KeyAction =
  { readonly kind: 'move'; readonly by: 1 | -1 } | { readonly kind: 'decide'; readonly decision: Decision | undefined; readonly all: boolean };

const MOVES: Readonly<Record<string, 1 | -1>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const DECISIONS: Readonly<Record<string, Decision | undefined>> = { a: 'accepted', Enter: 'accepted', x: 'rejected', u: undefined };

/** What a key means over the list of proposed points; undefined when it is left to the window. A button keeps its own Enter. */
export function keyAction(event: KeyboardEvent): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === 'Enter' && (event.target as Element).tagName === 'BUTTON') return undefined;
  const by = MOVES[key];
  if (by) return { kind: 'move', by };
  return key in DECISIONS ? { kind: 'decide', decision: DECISIONS[key], all: event.shiftKey } : undefined;
}
