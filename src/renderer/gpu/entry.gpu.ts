import { Connection } from '../../core/protocol/rpc';
import { portTransport } from '../client/port-transport';
import type { GpuService } from './gpu-service';
import { GpuWorker } from './gpu-worker';

// The worker's page: the first message brings the port over which the service is served.
addEventListener(
  'message',
  ({ ports: [port] }: MessageEvent<unknown>) => {
    if (port) new Connection(portTransport(port)).serve<GpuService>('gpu', new GpuWorker());
  },
  { once: true },
);
