/** What keys and the palette ask of the phase view, whichever view the keyboard speaks to: there is one fold in a window. */
export type FoldCommand = 'drag' | 'back' | 'left' | 'right' | 'far-left' | 'far-right' | 'double' | 'half';

const EVENT = 'skysift:fold';

/** False when no phase view is open to take it. */
export function sendFoldCommand(command: FoldCommand): boolean {
  return !dispatchEvent(new CustomEvent<FoldCommand>(EVENT, { detail: command, cancelable: true }));
}

/** The first of several phase views takes a command; the returned function unsubscribes. */
export function onFoldCommand(handler: (command: FoldCommand) => void): () => void {
  const listen = (event: Event): void => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    handler((event as CustomEvent<FoldCommand>).detail);
  };
  addEventListener(EVENT, listen);
  return () => removeEventListener(EVENT, listen);
}
