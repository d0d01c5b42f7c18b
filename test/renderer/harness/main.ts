import { Connection, memoryPair, type Transport } from '../../../src/core/protocol/rpc';
import type { EngineService } from '../../../src/core/protocol/engine-service';
import { mountApp } from '../../../src/renderer/app/mount';
import { FakeEngine } from './fake-engine';
import { FakeMain } from './fake-main';

const engine = new FakeEngine();
const main = new FakeMain();
const connectEngine = async (): Promise<Transport> => {
  const [page, worker] = memoryPair();
  new Connection(worker).serve<EngineService>('engine', engine);
  return page;
};
const session = mountApp(document.querySelector('#app')!, { main: main.client(), connectEngine });
// For shoot.mjs and for the console: the harness's handles.
Object.assign(window, { harness: { engine, main, session } });
