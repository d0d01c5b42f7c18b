let tail: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that the caller has to itself: parts of the window that are mounted together take one turn each, so that
 * the page's thread is never busy for long in one go.
 */
export function ownTurn(): Promise<void> {
  tail = tail.then(() => new Promise((resolve) => setTimeout(resolve)));
  return tail;
}
