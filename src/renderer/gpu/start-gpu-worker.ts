import { Connection, type Client } from '../../core/protocol/rpc';
import { portTransport } from '../client/port-transport';
import { GpuFailure } from './gpu-failure';
import type { GpuService } from './gpu-service';

export interface RunningWorker {
  readonly gpu: Client<GpuService>;
  stop(): void;
}

/** Starts the worker that holds the GPU. `onLost`: it died, and with it all calls. Throws GpuFailure where pages have no workers. */
export function startGpuWorker(onLost: () => void): RunningWorker {
  if (typeof Worker === 'undefined') throw new GpuFailure('There is no GPU here.');
  const worker = new Worker(new URL('./entry.gpu.ts', import.meta.url), { type: 'module', name: 'gpu' });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(undefined, [port2]);
  const connection = new Connection(portTransport(port1));
  const stop = (): void => {
    worker.terminate();
    connection.close();
  };
  worker.addEventListener('error', () => {
    stop();
    onLost();
  });
  return { gpu: connection.client<GpuService>('gpu'), stop };
}
