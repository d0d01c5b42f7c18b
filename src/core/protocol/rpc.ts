import { AppError, Cancelled, type ErrorFields, type Progress } from './outcome';

/**
 * Calls between processes in one small vocabulary: requests `call | cancel | listen | unlisten`, replies `ready | ok | err | progress | event`.
 * Typed arrays travel as they are (structured clone). One transport interface serves MessagePorts of every kind and an in-memory pair.
 */
export interface Transport {
  send(message: Message): void;
  onMessage(handler: (message: Message) => void): void;
  onClose(handler: () => void): void;
  close(): void;
}

export type Message =
  | { readonly t: 'ready'; readonly protocol: number }
  | {
      readonly t: 'call';
      readonly id: number;
      readonly service: string;
      readonly method: string;
      readonly arg: unknown;
      readonly slot?: string | undefined;
    }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'listen'; readonly id: number; readonly service: string; readonly event: string }
  | { readonly t: 'unlisten'; readonly id: number }
  | { readonly t: 'ok'; readonly id: number; readonly value: unknown }
  | { readonly t: 'err'; readonly id: number; readonly error: ErrorFields; readonly cancelled?: boolean }
  | { readonly t: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly t: 'event'; readonly id: number; readonly value: unknown };

export const PROTOCOL = 1;

/** Subscribe; the returned function unsubscribes. */
export type RemoteEvent<T> = (handler: (value: T) => void) => () => void;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** A newer call in the same slot cancels the older one. */
  readonly slot?: string | undefined;
}

/** What a service method receives besides its argument. */
export interface CallContext {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

type MethodNames<S> = {
  [K in keyof S]: K extends `on${Capitalize<string>}` ? never : S[K] extends (a: never) => Promise<unknown> ? K : never;
}[keyof S];

/** The calling side of a service: methods take the argument and CallOptions. */
export type Client<S> = {
  readonly [K in keyof S]: K extends MethodNames<S> ? (S[K] extends (a: infer A) => infer R ? (a: A, options?: CallOptions) => R : never) : S[K];
};

/** The serving side: methods take the argument and a CallContext; events are implemented as subscribe functions. */
export type Implementation<S> = {
  readonly [K in keyof S]: K extends MethodNames<S> ? (S[K] extends (a: infer A) => infer R ? (a: A, context: CallContext) => R : never) : S[K];
};

type Handler = (arg: unknown, context: CallContext) => Promise<unknown>;
type EventSource = RemoteEvent<unknown>;

/** One end of a connection: serves services and calls the other end's. */
export class Connection {
  private nextId = 1;
  private readonly services = new Map<string, Record<string, Handler | EventSource>>();
  private readonly pending = new Map<
    number,
    { resolve(v: unknown): void; reject(e: unknown): void; onProgress?: ((p: Progress) => void) | undefined }
  >();
  private readonly listeners = new Map<number, (value: unknown) => void>();
  private readonly running = new Map<number, AbortController>();
  private readonly subscriptions = new Map<number, () => void>();
  private readonly slots = new Map<string, { id: number; abort: AbortController }>();
  private closed: AppError | undefined;

  constructor(private readonly transport: Transport) {
    transport.onMessage((m) => this.receive(m));
    transport.onClose(() => this.shut());
    transport.send({ t: 'ready', protocol: PROTOCOL });
  }

  serve<S extends object>(name: string, service: Implementation<S>): void {
    this.services.set(name, service as unknown as Record<string, Handler | EventSource>);
  }

  client<S extends object>(name: string): Client<S> {
    return new Proxy({} as Client<S>, {
      get: (_, key) => {
        if (typeof key !== 'string' || key === 'then') return undefined;
        if (/^on[A-Z]/.test(key)) return (handler: (value: unknown) => void) => this.listen(name, key, handler);
        return (arg: unknown, options?: CallOptions) => this.call(name, key, arg, options);
      },
    });
  }

  close(): void {
    this.transport.close();
    this.shut();
  }

  get isClosed(): boolean {
    return this.closed !== undefined;
  }

  private call(service: string, method: string, arg: unknown, options: CallOptions = {}): Promise<unknown> {
    if (this.closed) return Promise.reject(this.closed);
    if (options.signal?.aborted) return Promise.reject(new Cancelled());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.transport.send({ t: 'cancel', id });
      options.signal?.addEventListener('abort', cancel, { once: true });
      const done = (): void => options.signal?.removeEventListener('abort', cancel);
      this.pending.set(id, {
        resolve: (v) => (done(), resolve(v)),
        reject: (e) => (done(), reject(e)),
        onProgress: options.onProgress,
      });
      this.transport.send({ t: 'call', id, service, method, arg, slot: options.slot });
    });
  }

  private listen(service: string, event: string, handler: (value: unknown) => void): () => void {
    const id = this.nextId++;
    this.listeners.set(id, handler);
    this.transport.send({ t: 'listen', id, service, event });
    return () => {
      if (this.listeners.delete(id) && !this.closed) this.transport.send({ t: 'unlisten', id });
    };
  }

  private receive(m: Message): void {
    switch (m.t) {
      case 'ready':
        if (m.protocol !== PROTOCOL) {
          this.closed = new AppError({ code: 'internal', message: `invalid protocol: ${m.protocol} (must be ${PROTOCOL})`, hint: 'restart Skysift' });
          this.transport.close();
        }
        return;
      case 'call':
        void this.answer(m);
        return;
      case 'cancel':
        this.running.get(m.id)?.abort();
        return;
      case 'listen': {
        const source = this.services.get(m.service)?.[m.event] as EventSource | undefined;
        if (source)
          this.subscriptions.set(
            m.id,
            source((value) => this.transport.send({ t: 'event', id: m.id, value })),
          );
        return;
      }
      case 'unlisten':
        this.subscriptions.get(m.id)?.();
        this.subscriptions.delete(m.id);
        return;
      case 'ok':
        this.pending.get(m.id)?.resolve(m.value);
        this.pending.delete(m.id);
        return;
      case 'err':
        this.pending.get(m.id)?.reject(m.cancelled ? new Cancelled() : new AppError(m.error));
        this.pending.delete(m.id);
        return;
      case 'progress':
        this.pending.get(m.id)?.onProgress?.(m.progress);
        return;
      case 'event':
        this.listeners.get(m.id)?.(m.value);
    }
  }

  private async answer(m: Extract<Message, { t: 'call' }>): Promise<void> {
    const method = this.services.get(m.service)?.[m.method] as Handler | undefined;
    const abort = new AbortController();
    this.running.set(m.id, abort);
    if (m.slot !== undefined) {
      this.slots.get(m.slot)?.abort.abort();
      this.slots.set(m.slot, { id: m.id, abort });
    }
    try {
      if (typeof method !== 'function') throw new AppError({ code: 'internal', message: `unknown method: ${m.service}.${m.method}` });
      const value = await method.call(this.services.get(m.service), m.arg, {
        signal: abort.signal,
        progress: (progress) => this.transport.send({ t: 'progress', id: m.id, progress }),
      });
      this.transport.send({ t: 'ok', id: m.id, value });
    } catch (error) {
      const cancelled = error instanceof Cancelled;
      this.transport.send({ t: 'err', id: m.id, error: AppError.from(error, `${m.service}.${m.method}`).fields, cancelled });
    } finally {
      this.running.delete(m.id);
      if (m.slot !== undefined && this.slots.get(m.slot)?.id === m.id) this.slots.delete(m.slot);
    }
  }

  private shut(): void {
    if (this.closed) return;
    this.closed = new AppError({ code: 'engine-lost', message: 'the other process went away', hint: 'it is being restarted; try again in a moment' });
    for (const p of this.pending.values()) p.reject(this.closed);
    this.pending.clear();
    for (const a of this.running.values()) a.abort();
    this.running.clear();
    for (const u of this.subscriptions.values()) u();
    this.subscriptions.clear();
  }
}

/** Two transports joined in memory, for tests and for a service in the same process. Messages are cloned, as between processes. */
export function memoryPair(): [Transport, Transport] {
  const make = (): { handlers: ((m: Message) => void)[]; closers: (() => void)[] } => ({ handlers: [], closers: [] });
  const ends = [make(), make()] as const;
  let open = true;
  const end = (mine: 0 | 1): Transport => ({
    send: (m) => {
      const copy = structuredClone(m);
      queueMicrotask(() => open && ends[mine === 0 ? 1 : 0].handlers.forEach((h) => h(copy)));
    },
    onMessage: (h) => void ends[mine].handlers.push(h),
    onClose: (h) => void ends[mine].closers.push(h),
    close: () => {
      open = false;
      for (const e of ends) e.closers.forEach((c) => c());
    },
  });
  return [end(0), end(1)];
}
