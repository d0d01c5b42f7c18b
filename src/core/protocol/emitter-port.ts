import type { Message, Transport } from './rpc';

/** What Electron's MessagePortMain and the ports of worker_threads have in common. */
export interface EmitterPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  close(): void;
  start?(): void;
}

/**
 * A transport over a port that emits events. `unwrap` takes the message out of what is emitted: Electron wraps it in an event, worker_threads
 * do not. Sending on a closed port is no error: the closing is told by `onClose`.
 */
export function emitterTransport(port: EmitterPort, unwrap: (emitted: unknown) => unknown): Transport {
  let open = true;
  const closers: (() => void)[] = [];
  const closed = (): void => {
    if (!open) return;
    open = false;
    for (const c of closers) c();
  };
  port.on('close', closed);
  return {
    send: (message) => {
      if (open) port.postMessage(message);
    },
    onMessage: (handler) => {
      port.on('message', (emitted) => handler(unwrap(emitted) as Message));
      port.start?.();
    },
    onClose: (handler) => void closers.push(handler),
    close: () => {
      port.close();
      closed();
    },
  };
}

/** A transport over Electron's MessagePortMain, in the main process and in utility processes. */
export function mainPortTransport(port: EmitterPort): Transport {
  return emitterTransport(port, (emitted) => (emitted as { data: unknown }).data);
}
