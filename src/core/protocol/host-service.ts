/** What a grant stands for, told only to the engine. */
export interface ResolvedGrant {
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
  /** `write`: chosen in a save dialog, or the window's own workspace. */
  readonly access: 'read' | 'write';
}

/**
 * What the main process does for the engine it started, over the port of the engine's `main` message: service `host`. Throws AppError
 * `not-found` for a grant that main never gave to this window.
 */
export interface HostService {
  resolveGrant(a: { readonly grant: string }): Promise<ResolvedGrant>;
  /**
   * Gives the engine a reader process of its own, which has read nothing yet. Its port arrives apart from the answer, as the message `{kind: 'reader', id}` of the engine's parent port, before
   * or after it. The reader lives until it exits, `killReader` is called, or the engine ends.
   */
  startReader(a: Record<string, never>): Promise<{ readonly id: string }>;
  /** Ends the reader's process now. Unknown or ended readers are no error. */
  killReader(a: { readonly id: string }): Promise<void>;
  /** An existing folder for files that need not outlive the engine; main empties it when the window closes. */
  temporaryFolder(a: Record<string, never>): Promise<{ readonly path: string }>;
}

/** What main says to an engine process by its parent port; each comes with exactly one port. */
export type EngineMessage =
  /** A page wants to talk: serve the service `engine` on the port. */
  | { readonly kind: 'connect' }
  /** The port on which the engine calls main's service `host`. Comes once, first. */
  | { readonly kind: 'main' }
  /** The port of the reader `id`, which serves the service `reader`. */
  | { readonly kind: 'reader'; readonly id: string };

/** What main says to a reader process by its parent port, with one port: serve the service `reader` on it. */
export interface ReaderMessage {
  readonly kind: 'connect';
}
