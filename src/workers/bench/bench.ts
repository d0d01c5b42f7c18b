import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineService, TableInfo } from '../../core/protocol/engine-service';
import { AppError, Cancelled, type Outcome } from '../../core/protocol/outcome';
import type { CallContext } from '../../core/protocol/rpc';
import { createEngine, type Engine } from '../engine/engine';
import { localHost } from '../engine/local-host';
import type { Executor } from '../engine/threads/executor';
import type { Peers } from './peers';

/** Sizes of the inputs; the defaults are the sizes the project's goals are stated for. */
export interface BenchSizes {
  readonly rows: number;
  readonly csvRows: number;
  readonly objects: number;
  readonly points: number;
  readonly frequencies: number;
}

/** What a benchmark works with. */
export interface BenchWorld {
  readonly folder: string;
  readonly sizes: BenchSizes;
  readonly repetitions: number;
  readonly jobs: number;
  readonly peers: Peers;
  readonly signal: AbortSignal;
  /** Where engines compute, instead of a pool of threads (tests). */
  readonly executor?: (() => Executor) | undefined;
  say(text: string): void;
}

/** Seconds of every repetition, and what came out, so that figures of wrong answers are noticed. */
export interface Timing {
  readonly who: string;
  readonly seconds: readonly number[];
  readonly check?: unknown;
  /** Why there are no seconds. */
  readonly missing?: string | undefined;
}

/** One line of the report: our time and that of others doing the same. */
export interface Measurement {
  readonly name: string;
  readonly title: string;
  readonly ours: Timing;
  readonly peers: readonly Timing[];
  /** Rows, for a rate. */
  readonly rows?: number | undefined;
  /** The project's goal in seconds, when it has one. */
  readonly goal?: number | undefined;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(world: BenchWorld): Promise<readonly Measurement[]>;
}

export const best = (t: Timing): number | undefined => (t.seconds.length > 0 ? Math.min(...t.seconds) : undefined);

/** One thing to time. `run` resolves to its own seconds (or undefined: use the wall clock) and a check value. */
export interface Contender {
  readonly who: string;
  run(): Promise<{ readonly seconds?: number | undefined; readonly check?: unknown }>;
}

/** Runs the contenders in turn, again and again: on a shared machine only neighbours in time compare. One that fails is out, with its reason. */
export async function alternate(contenders: readonly Contender[], world: BenchWorld): Promise<readonly Timing[]> {
  const seconds = contenders.map((): number[] => []);
  const checks: unknown[] = [];
  const missing: (string | undefined)[] = [];
  for (let k = 0; k < world.repetitions; k++) {
    for (const [i, contender] of contenders.entries()) {
      if (missing[i] !== undefined) continue;
      if (world.signal.aborted) throw new Cancelled();
      world.say(`${contender.who}, ${k + 1} of ${world.repetitions}`);
      const started = performance.now();
      try {
        const { seconds: own, check } = await contender.run();
        seconds[i]!.push(own ?? (performance.now() - started) / 1000);
        checks[i] = check;
      } catch (error) {
        // Our own failure is the bench's failure; a peer that cannot do it is a line that says so.
        if (i === 0 || error instanceof Cancelled || world.signal.aborted) throw error;
        missing[i] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return contenders.map((c, i) => ({ who: c.who, seconds: seconds[i]!, check: checks[i], missing: missing[i] }));
}

/** An engine over a fresh store, gone when `work` is done. */
export async function withEngine<T>(world: BenchWorld, work: (engine: BenchEngine) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(world.folder, 'store-'));
  const engine = createEngine({ folder, host: localHost(), threads: world.jobs, executor: world.executor?.() });
  try {
    const bench = new BenchEngine(engine, world.signal);
    await engine.service.openWorkspace({ grant: folder }, bench.context);
    return await work(bench);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The engine with outcomes unwrapped. */
export class BenchEngine {
  readonly context: CallContext;
  readonly service: Engine['service'];

  constructor(engine: Engine, signal: AbortSignal) {
    this.service = engine.service;
    this.context = { signal, progress: () => undefined };
  }

  take<T>(outcome: Outcome<T>): T {
    if ('cancelled' in outcome) throw new Cancelled();
    if ('failed' in outcome) throw new AppError(outcome.failed);
    return outcome.ok;
  }

  async open(path: string): Promise<TableInfo> {
    return this.take(await this.service.open({ grants: [path] }, this.context))[0]!;
  }

  async ask<K extends Parameters<EngineService['query']>[0]>(query: K): Promise<unknown> {
    return this.take(await this.service.query(query, this.context));
  }
}
