import { shallowRef, type InjectionKey, type ShallowRef } from 'vue';

interface Places {
  readonly subtitle: ShallowRef<HTMLElement | undefined>;
  readonly tools: ShallowRef<HTMLElement | undefined>;
}

/** The header elements of every view of the grid: put there by its tab, filled by the view. */
export class ViewPlaces {
  private readonly byId = new Map<string, Places>();

  of(id: string): Places {
    let places = this.byId.get(id);
    if (!places) this.byId.set(id, (places = { subtitle: shallowRef(), tools: shallowRef() }));
    return places;
  }

  forget(id: string): void {
    this.byId.delete(id);
  }
}

export const VIEW_PLACES: InjectionKey<ViewPlaces> = Symbol('view places');
