import type { EngineService } from '../../core/protocol/engine-service';
import { AppError } from '../../core/protocol/outcome';
import { Connection, type CallOptions, type Client, type Transport } from '../../core/protocol/rpc';

type Handler = (value: never) => void;

/**
 * The engine as the window calls it: one client that outlives the engine process. When the connection closes, calls fail with `engine-lost`;
 * `connect` opens the next one and every listener is registered again.
 */
export class EngineLink {
  private connection: Connection | undefined;
  private target: Client<EngineService> | undefined;
  private readonly listeners = new Map<symbol, { event: string; handler: Handler; stop: (() => void) | undefined }>();

  constructor(private readonly open: () => Promise<Transport>) {}

  async connect(): Promise<void> {
    this.connection?.close();
    const connection = new Connection(await this.open());
    this.connection = connection;
    this.target = connection.client<EngineService>('engine');
    for (const entry of this.listeners.values()) entry.stop = this.attach(entry.event, entry.handler);
  }

  /** The process went away: everything pending fails now, not after a timeout. */
  drop(): void {
    this.connection?.close();
    this.connection = undefined;
    this.target = undefined;
    for (const entry of this.listeners.values()) entry.stop = undefined;
  }

  readonly client: Client<EngineService> = new Proxy({} as Client<EngineService>, {
    get: (_, key) => {
      if (typeof key !== 'string' || key === 'then') return undefined;
      if (/^on[A-Z]/.test(key)) return (handler: Handler) => this.listen(key, handler);
      return (arg: unknown, options?: CallOptions) => this.call(key, arg, options);
    },
  });

  private call(method: string, arg: unknown, options?: CallOptions): Promise<unknown> {
    if (!this.target)
      return Promise.reject(
        new AppError({ code: 'engine-lost', message: 'the engine is not running', hint: 'it is being restarted; try again in a moment' }),
      );
    const f = this.target[method as keyof Client<EngineService>] as (arg: unknown, options?: CallOptions) => Promise<unknown>;
    return f(arg, options);
  }

  private attach(event: string, handler: Handler): (() => void) | undefined {
    const subscribe = this.target?.[event as keyof Client<EngineService>] as ((h: Handler) => () => void) | undefined;
    return subscribe?.(handler);
  }

  private listen(event: string, handler: Handler): () => void {
    const key = Symbol(event);
    this.listeners.set(key, { event, handler, stop: this.attach(event, handler) });
    return () => {
      this.listeners.get(key)?.stop?.();
      this.listeners.delete(key);
    };
  }
}
