/** Every key of the window, in one place. `inText`: also while a field has the focus. */
export interface Binding {
  readonly keys: string;
  readonly command: string;
  readonly inText?: boolean;
}

export const KEYMAP: readonly Binding[] = [
  { keys: 'Ctrl+K', command: 'palette.open', inText: true },
  { keys: '?', command: 'shortcuts.open' },
  { keys: 'Ctrl+O', command: 'file.open', inText: true },
  { keys: 'Ctrl+E', command: 'file.export', inText: true },
  { keys: 'Ctrl+S', command: 'recipe.save', inText: true },
  { keys: 'Ctrl+Z', command: 'history.undo' },
  { keys: 'Ctrl+Shift+Z', command: 'history.redo' },
  { keys: 'Ctrl+Y', command: 'history.redo' },
  { keys: 'Ctrl+Enter', command: 'draft.apply', inText: true },
  { keys: 'Escape', command: 'selection.clear' },
  { keys: 'F', command: 'selection.flag' },
  { keys: 'O', command: 'operations.find' },
  { keys: 'Q', command: 'quality.toggle' },
  { keys: 'C', command: 'compare.open' },
  { keys: 'E', command: 'effects.open' },
  { keys: 'V', command: 'proposals.open' },
  { keys: '/', command: 'objects.filter' },
  { keys: 'J', command: 'object.next' },
  { keys: 'ArrowDown', command: 'object.next' },
  { keys: 'K', command: 'object.previous' },
  { keys: 'ArrowUp', command: 'object.previous' },
  { keys: 'PageDown', command: 'object.page-down' },
  { keys: 'PageUp', command: 'object.page-up' },
  { keys: 'N', command: 'band.next' },
  { keys: 'B', command: 'view.box' },
  { keys: 'L', command: 'view.lasso' },
  { keys: 'P', command: 'view.pan' },
  { keys: 'R', command: 'view.reset' },
  { keys: '+', command: 'view.zoom-in' },
  { keys: '-', command: 'view.zoom-out' },
  { keys: '=', command: 'view.actual-size' },
  { keys: 'M', command: 'view.maximize' },
  { keys: 'W', command: 'view.close' },
  { keys: ']', command: 'view.next' },
  { keys: '[', command: 'view.previous' },
  { keys: 'D', command: 'fold.drag' },
  { keys: ',', command: 'fold.left' },
  { keys: '.', command: 'fold.right' },
  { keys: '<', command: 'fold.far-left' },
  { keys: '>', command: 'fold.far-right' },
  // Shift with comma and full stop on many keyboards.
  { keys: ';', command: 'fold.far-left' },
  { keys: ':', command: 'fold.far-right' },
  { keys: 'U', command: 'fold.back' },
  ...Array.from({ length: 10 }, (_, n): Binding => ({ keys: String(n), command: `object.label-${n}` })),
];

/** `Ctrl+Shift+Z`, `F`, `?`: how the keymap spells what was pressed. Command counts as Ctrl; Shift is named only with letters and named keys. */
export function keysOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const isSymbol = key.length === 1 && !/[A-Z]/.test(key);
  return [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', event.shiftKey && !isSymbol ? 'Shift' : '', key]
    .filter(Boolean)
    .join('+');
}

/** What a slider does with a key itself. */
const SLIDER_KEYS = /^(Arrow\w+|Page\w+|Home|End)$/;
const TAKES_KEYS = 'input, select, textarea, [contenteditable="true"], [role="menu"], dialog';

function takesKeys(target: Element | null, key: string): boolean {
  if (!target?.closest?.(TAKES_KEYS)) return false;
  return target.matches('input[type="range"]') ? SLIDER_KEYS.test(key) : !target.matches('input[type="checkbox"], input[type="radio"]');
}

/** The field a press of Escape leaves, before Escape means anything else: with the focus in a field single keys are text. */
export function fieldToLeave(event: KeyboardEvent): HTMLElement | undefined {
  const target = event.target as Partial<HTMLElement> | null;
  if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || !target?.matches?.('input, select, textarea')) return undefined;
  return target.closest?.('dialog, [role="menu"]') ? undefined : (target as HTMLElement);
}

/** The command a key press means where it happened; undefined when it means none. */
export function commandFor(event: KeyboardEvent): string | undefined {
  if (event.defaultPrevented || event.isComposing) return undefined;
  const target = event.target as Element | null;
  const inText = takesKeys(target, event.key);
  const keys = keysOf(event);
  return KEYMAP.find((b) => b.keys === keys && (!inText || b.inText))?.command;
}

/** The first key of a command, for tooltips and menus. */
export function keysFor(command: string): string | undefined {
  return KEYMAP.find((b) => b.command === command)?.keys;
}
