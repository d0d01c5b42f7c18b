import type { MessagePort, Worker } from 'node:worker_threads';
import { emitterTransport, type EmitterPort } from '../../core/protocol/emitter-port';
import type { Transport } from '../../core/protocol/rpc';

/** A transport over a MessagePort of worker_threads (`parentPort`, or one end of a channel). */
export function threadPortTransport(port: MessagePort): Transport {
  return emitterTransport(port as unknown as EmitterPort, (message) => message);
}

/** A transport to a thread, from the side that started it. Closing it ends the thread; a thread that ends closes it. */
export function threadTransport(worker: Worker): Transport {
  const port: EmitterPort = {
    postMessage: (message) => worker.postMessage(message),
    on: (event: 'message' | 'close', listener: (message: unknown) => void) => worker.on(event === 'close' ? 'exit' : 'message', listener),
    close: () => void worker.terminate(),
  };
  return emitterTransport(port, (message) => message);
}
