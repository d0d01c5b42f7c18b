let tail: Promise<void> = Promise.resolve();

/** A window that is not drawn has no frames to wait for. Milliseconds. */
const LONGEST = 50;

/**
 * Resolves in a turn of the event loop that the caller has to itself, after what is there already has been laid out and drawn: parts of the window
 * that are mounted together take one turn each, so that the page's thread is never busy for long in one go.
 */
export function ownTurn(): Promise<void> {
  tail = tail.then(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => setTimeout(resolve));
        setTimeout(resolve, LONGEST);
      }),
  );
  return tail;
}
