import { mainPortTransport } from '../core/protocol/emitter-port';
import type { EngineService } from '../core/protocol/engine-service';
import type { EngineMessage } from '../core/protocol/host-service';
import { Connection } from '../core/protocol/rpc';
import { createEngine } from './engine/engine';
import { ElectronHost } from './ports/electron-host';
import { onParentMessage } from './ports/parent-port';

// The engine process of one window.
const host = new ElectronHost();
const engine = createEngine({ host });

onParentMessage<EngineMessage>((message, port) => {
  if (message.kind === 'main') host.connectMain(port);
  else if (message.kind === 'reader') host.addReader(message.id, port);
  else new Connection(mainPortTransport(port)).serve<EngineService>('engine', engine.service);
});
