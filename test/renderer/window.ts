import { createPinia, setActivePinia } from 'pinia';
import { mount, type VueWrapper } from '@vue/test-utils';
import type { Component } from 'vue';
import type { EngineService } from '../../src/core/protocol/engine-service';
import { Connection, memoryPair, type Transport } from '../../src/core/protocol/rpc';
import { Commands, COMMANDS } from '../../src/renderer/app/commands';
import { GRID, GridControl } from '../../src/renderer/app/grid-control';
import type { AppSession } from '../../src/renderer/client/app-session';
import { createSession } from '../../src/renderer/client/create-session';
import { SESSION } from '../../src/renderer/client/session';
import { useUi } from '../../src/renderer/state/ui';
import { FakeEngine } from './harness/fake-engine';
import { FakeMain } from './harness/fake-main';

export interface TestWindow {
  readonly engine: FakeEngine;
  readonly main: FakeMain;
  readonly session: AppSession;
  readonly commands: Commands;
  /** How often a connection to the engine was opened. */
  readonly connections: Transport[];
  mount(component: Component, props?: Record<string, unknown>): VueWrapper;
}

/** Resolves once `check` holds; fails after two seconds. */
export async function until(check: () => boolean): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (check()) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error(`never came true: ${check.toString()}`);
}

/** A window over the engine of arrays, over a real connection, with the sample survey open unless told otherwise. */
export async function openWindow({ empty = false } = {}): Promise<TestWindow> {
  globalThis.matchMedia ??= ((media: string) => ({
    media,
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  })) as never;
  setActivePinia(createPinia());
  const engine = new FakeEngine({ objects: 16, stars: 500 });
  engine.jobMilliseconds = 0;
  const main = new FakeMain();
  const connections: Transport[] = [];
  const session = createSession({
    main: main.client(),
    connectEngine: async () => {
      const [page, worker] = memoryPair();
      new Connection(worker).serve<EngineService>('engine', engine);
      connections.push(page);
      return page;
    },
  });
  await until(() => session.engineState.value.state === 'ready');
  if (!empty) {
    await session.actions.openSample();
    await until(() => session.object.value !== undefined);
  }
  const grid = new GridControl(new Map());
  const commands = new Commands({ session, ui: useUi(), grid });
  return {
    engine,
    main,
    session,
    commands,
    connections,
    mount: (component, props = {}) =>
      mount(component, {
        props,
        attachTo: document.body,
        global: { provide: { [SESSION as symbol]: session, [GRID as symbol]: grid, [COMMANDS as symbol]: commands } },
      }),
  };
}
