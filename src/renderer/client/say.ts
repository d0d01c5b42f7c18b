import { shallowRef, type ShallowRef } from 'vue';

export interface Saying {
  readonly id: number;
  readonly message: string;
  readonly kind: 'info' | 'warning' | 'error';
}

/** What the window has said, newest last; the bottom bar shows the last, its menu the rest. */
export class Sayings {
  readonly all: ShallowRef<readonly Saying[]> = shallowRef([]);
  private nextId = 1;

  say(message: string, kind: Saying['kind'] = 'info'): void {
    this.all.value = [...this.all.value.slice(-99), { id: this.nextId++, message, kind }];
  }
}
