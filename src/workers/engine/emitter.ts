import type { RemoteEvent } from '../../core/protocol/rpc';

/** An event of a service: `emit` on one side, `subscribe` for the other. */
export class Emitter<T> {
  private readonly handlers = new Set<(value: T) => void>();

  readonly subscribe: RemoteEvent<T> = (handler) => {
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  };

  emit(value: T): void {
    for (const handler of [...this.handlers]) handler(value);
  }
}
