import type { InjectionKey, ShallowRef } from 'vue';

/** The places in a view's header bar that the view itself fills, through `ViewHeader.vue`. */
export interface ViewHeaderPlaces {
  /** Beside the title: what is drawn, in words and numbers. */
  readonly subtitle: ShallowRef<HTMLElement | undefined>;
  /** At the right end: small buttons. */
  readonly tools: ShallowRef<HTMLElement | undefined>;
}

export const VIEW_HEADER: InjectionKey<ViewHeaderPlaces> = Symbol('view header');

/** What the keyboard asks of the active view (`Session.activeView`): sent as a `skysift:view` event of the window. */
export type ViewCommand = 'box' | 'lasso' | 'pan' | 'reset' | 'zoom-in' | 'zoom-out' | 'actual-size' | 'copy';

export interface ViewCommandDetail {
  /** The id of the view (its `ViewSpec.id`). */
  readonly view: string;
  readonly command: ViewCommand;
}

export const VIEW_COMMAND_EVENT = 'skysift:view';

/** Subscribes a view to its keyboard commands; the returned function unsubscribes. */
export function onViewCommand(view: string, handler: (command: ViewCommand) => void): () => void {
  const listen = (event: Event): void => {
    const { detail } = event as CustomEvent<ViewCommandDetail>;
    if (detail.view === view) handler(detail.command);
  };
  addEventListener(VIEW_COMMAND_EVENT, listen);
  return () => removeEventListener(VIEW_COMMAND_EVENT, listen);
}

export function sendViewCommand(view: string, command: ViewCommand): void {
  dispatchEvent(new CustomEvent<ViewCommandDetail>(VIEW_COMMAND_EVENT, { detail: { view, command } }));
}

/** The drag type of a column dragged from the data panel onto an axis; the data is the column's name. */
export const COLUMN_DRAG_TYPE = 'application/x-skysift-column';
