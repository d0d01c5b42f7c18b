import { AppError, type ErrorFields } from '../../core/protocol/outcome';
import type { Message, Transport } from '../../core/protocol/rpc';
import type { Bridge } from './main-client';

/** A transport over a MessagePort of the page (to the engine, or to a Web Worker of the page). */
export function portTransport(port: MessagePort): Transport {
  const closers: (() => void)[] = [];
  let open = true;
  const closed = (): void => {
    if (!open) return;
    open = false;
    for (const c of closers) c();
  };
  port.addEventListener('close', closed);
  return {
    send: (message) => {
      if (open) port.postMessage(message);
    },
    onMessage: (handler) => {
      port.addEventListener('message', (event: MessageEvent<Message>) => handler(event.data));
      port.start();
    },
    onClose: (handler) => void closers.push(handler),
    close: () => {
      port.close();
      closed();
    },
  };
}

/** The message by which the preload script hands a port to the page. */
interface PortMessage {
  readonly skysiftEnginePort: string;
}

function isPortMessage(data: unknown): data is PortMessage {
  return typeof data === 'object' && data !== null && 'skysiftEnginePort' in data;
}

/** Asks main for a port to this window's engine. Rejects with AppError when the engine cannot be started. */
export async function connectEngine(bridge: Bridge): Promise<Transport> {
  const request = crypto.randomUUID();
  const stop = new AbortController();
  const port = new Promise<MessagePort>((resolve) => {
    const listener = (event: MessageEvent<unknown>): void => {
      const [first] = event.ports;
      if (event.source === window && isPortMessage(event.data) && event.data.skysiftEnginePort === request && first) resolve(first);
    };
    window.addEventListener('message', listener, { signal: stop.signal });
  });
  try {
    const answer = (await bridge.invoke('connectEngine', { request })) as { failed?: ErrorFields } | undefined;
    if (answer?.failed) throw new AppError(answer.failed);
    return portTransport(await port);
  } finally {
    stop.abort();
  }
}
