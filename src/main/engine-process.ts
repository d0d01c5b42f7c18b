import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannelMain, utilityProcess, type MessagePortMain } from 'electron';
import { mainPortTransport, type EmitterPort } from '../core/protocol/emitter-port';
import type { HostService } from '../core/protocol/host-service';
import type { EngineState } from '../core/protocol/main-service';
import { Connection } from '../core/protocol/rpc';
import type { Grants } from './grants';
import { Supervisor, type Worker } from './supervisor';

type Port = MessagePortMain;

/** How long after the engine the first reader is started ahead of need. Milliseconds. */
const SPARE_AFTER = 250;

/** Forks a worker's file as a utility process. What it prints goes to this process's own output. */
function fork(file: string, serviceName: string): Worker<Port> {
  const child = utilityProcess.fork(file, [], { serviceName, stdio: 'inherit' });
  let spawned = false;
  child.once('spawn', () => (spawned = true));
  return {
    get pid() {
      return child.pid;
    },
    post: (message, port) => child.postMessage(message, [port]),
    onSpawn: (listener) => void child.once('spawn', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(spawned ? code : undefined)),
    kill: () => void child.kill(),
  };
}

/** The engine of one window with its readers: started, supervised, and ended with the window. */
export class EngineProcess {
  private readonly readers = new Map<string, Worker<Port>>();
  private readonly supervisor: Supervisor<Port>;
  private spare: Worker<Port> | undefined;
  private isDisposed = false;
  private temporary: string | undefined;

  constructor(
    private readonly workersFolder: string,
    private readonly grants: Grants,
    onState: (state: EngineState) => void,
  ) {
    this.supervisor = new Supervisor<Port>({
      fork: () => fork(join(workersFolder, 'entry.engine.js'), 'skysift-engine'),
      equip: (worker) => this.equip(worker),
      abandon: () => this.killReaders(),
      onState,
      setTimer: (ms, action) => void setTimeout(action, ms),
    });
    this.supervisor.start();
  }

  get pid(): number | undefined {
    return this.supervisor.pid;
  }

  /** Makes a channel between the page and the engine; returns the page's end. */
  async connect(): Promise<Port> {
    const { port1, port2 } = new MessageChannelMain();
    await this.supervisor.connect(() => port1);
    return port2;
  }

  restart(): void {
    this.supervisor.restart();
  }

  dispose(): void {
    this.isDisposed = true;
    this.supervisor.dispose();
    if (this.temporary) rmSync(this.temporary, { recursive: true, force: true });
  }

  private equip(worker: Worker<Port>): void {
    const { port1, port2 } = new MessageChannelMain();
    const host: HostService = {
      resolveGrant: async ({ grant }) => this.grants.resolve(grant),
      startReader: async () => ({ id: this.startReader(worker) }),
      killReader: async ({ id }) => {
        this.readers.get(id)?.kill();
        this.readers.delete(id);
      },
      temporaryFolder: async () => ({ path: (this.temporary ??= mkdtempSync(join(tmpdir(), 'skysift-'))) }),
    };
    new Connection(mainPortTransport(port1 as unknown as EmitterPort)).serve<HostService>('host', host);
    worker.post({ kind: 'main' }, port2);
    // The window's own start goes first.
    setTimeout(() => this.prepareReader(), SPARE_AFTER);
  }

  private forkReader(): Worker<Port> {
    return fork(join(this.workersFolder, 'entry.reader.js'), 'skysift-reader');
  }

  /** Keeps one reader waiting: starting a process is most of the time that opening a file takes. Each still reads one file only. */
  private prepareReader(): void {
    if (this.spare || this.isDisposed) return;
    const spare = this.forkReader();
    this.spare = spare;
    spare.onExit(() => this.spare === spare && (this.spare = undefined));
  }

  private startReader(engine: Worker<Port>): string {
    const id = randomUUID();
    const reader = this.spare ?? this.forkReader();
    this.spare = undefined;
    this.readers.set(id, reader);
    reader.onExit(() => {
      this.readers.delete(id);
      this.prepareReader();
    });
    const { port1, port2 } = new MessageChannelMain();
    reader.post({ kind: 'connect' }, port1);
    engine.post({ kind: 'reader', id }, port2);
    return id;
  }

  private killReaders(): void {
    for (const reader of this.readers.values()) reader.kill();
    this.readers.clear();
    this.spare?.kill();
    this.spare = undefined;
  }
}
