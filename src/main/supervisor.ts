import type { EngineState } from '../core/protocol/main-service';
import { AppError } from '../core/protocol/outcome';
import { RestartPolicy } from './restart-policy';

/** A forked process, as far as the supervisor needs it. `P` is the kind of port it can be sent. */
export interface Worker<P> {
  readonly pid: number | undefined;
  post(message: unknown, port: P): void;
  onSpawn(listener: () => void): void;
  /** `code` is undefined when the process could not be started at all. */
  onExit(listener: (code: number | undefined) => void): void;
  kill(): void;
}

export interface Surroundings<P> {
  fork(): Worker<P>;
  /** Called once for every new engine, before any page is connected: hands over what the engine needs of main. */
  equip(worker: Worker<P>): void;
  /** The engine is gone: its readers must not outlive it. */
  abandon(): void;
  onState(state: EngineState): void;
  setTimer(ms: number, action: () => void): void;
  readonly policy?: RestartPolicy;
}

/** Keeps one engine process alive for one window: starts it, starts it again when it dies, gives up when it keeps dying. */
export class Supervisor<P> {
  private worker: Worker<P> | undefined;
  private state: EngineState = { state: 'starting' };
  private disposed = false;
  private readonly policy: RestartPolicy;
  private waiting: { resolve(): void; reject(error: AppError): void }[] = [];

  constructor(private readonly around: Surroundings<P>) {
    this.policy = around.policy ?? new RestartPolicy();
  }

  get pid(): number | undefined {
    return this.worker?.pid;
  }

  start(): void {
    if (this.disposed || this.worker) return;
    this.tell({ state: 'starting' });
    const worker = this.around.fork();
    this.worker = worker;
    worker.onSpawn(() => {
      if (this.worker !== worker) return;
      this.around.equip(worker);
      this.tell({ state: 'ready' });
      for (const w of this.waiting.splice(0)) w.resolve();
    });
    worker.onExit((code) => this.onExit(worker, code));
  }

  /** Gives the engine a page's port, as soon as there is an engine. Throws AppError `engine-lost` when there will be none. */
  async connect(makePort: () => P): Promise<void> {
    if (this.state.state === 'failed') throw failure(this.state.message);
    if (this.state.state !== 'ready') await new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.worker?.post({ kind: 'connect' }, makePort());
  }

  /** By hand, from the window: also ends an engine that hangs. */
  restart(): void {
    this.policy.reset();
    const old = this.worker;
    this.worker = undefined;
    old?.kill();
    this.around.abandon();
    if (old) this.tell({ state: 'lost', message: 'The engine is being restarted. Every applied step is safe.' });
    this.start();
  }

  /** The window is gone. */
  dispose(): void {
    this.disposed = true;
    this.worker?.kill();
    this.worker = undefined;
    this.around.abandon();
    for (const w of this.waiting.splice(0)) w.reject(failure('the window was closed'));
  }

  private onExit(worker: Worker<P>, code: number | undefined): void {
    if (this.worker !== worker || this.disposed) return;
    this.worker = undefined;
    this.around.abandon();
    const wait = this.policy.afterCrash();
    const how = code === undefined ? 'could not be started' : `stopped (code ${code})`;
    if (wait === undefined) {
      const message = `The engine ${how} four times within a minute and stays down. Every applied step is safe; press Restart to try again.`;
      this.tell({ state: 'failed', message });
      for (const w of this.waiting.splice(0)) w.reject(failure(message));
      return;
    }
    // No sentence here: the page adds what it was doing at that moment.
    this.tell({ state: 'lost' });
    this.around.setTimer(wait, () => this.start());
  }

  private tell(state: EngineState): void {
    this.state = state;
    this.around.onState(state);
  }
}

function failure(message = 'the engine is not running'): AppError {
  return new AppError({ code: 'engine-lost', message, hint: 'press Restart, or close the window and open it again' });
}
