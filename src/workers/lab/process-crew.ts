import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type LabCall, partOf } from '../../core/lab/parts';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import type { Crew } from './crew';
import { pack, type ReplyMessage } from './process-messages';

/** One process, which does one call at a time. */
class Hand {
  private readonly child: ChildProcess;
  private waiting: { resolve(reply: ReplyMessage): void; reject(error: Error): void } | undefined;
  private end: string | undefined;

  constructor(script: URL) {
    this.child = fork(fileURLToPath(script), [], {
      serialization: 'advanced',
      execArgv: [],
      // Electron's program is a plain Node when it is told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', (reply: ReplyMessage) => this.settle((w) => w.resolve(reply)));
    this.child.on('error', (error) => this.lose(error.message));
    this.child.on('exit', (code, signal) => this.lose(`it ended with ${signal ?? `exit code ${code}`}`));
  }

  reply(): Promise<ReplyMessage> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.end !== undefined) this.lose(this.end);
    });
  }

  async run(call: LabCall): Promise<Extract<ReplyMessage, { t: 'done' }>> {
    const answer = this.reply();
    this.child.send(pack(call), (error) => error && this.lose(error.message));
    const reply = await answer;
    if (reply.t !== 'done') throw new AppError({ code: 'internal', message: 'a process of the lab answered out of turn' });
    const targets = partOf(call).results(call.args);
    for (const [k, target] of targets.entries()) target.set(reply.results[k]!);
    return reply;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private lose(reason: string): void {
    this.end = reason;
    this.settle((w) => w.reject(new AppError({ code: 'internal', message: `a process of the lab was lost: ${reason}` })));
  }

  private settle(how: (waiting: NonNullable<Hand['waiting']>) => void): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting) how(waiting);
  }
}

/**
 * Processes that share no memory: inputs are carried there and results back, through pipes. The time to compute is that of the process which
 * computed longest; the rest of the time until all results are here is the transfer.
 */
export async function processCrew(count: number, script: URL, signal: AbortSignal): Promise<Crew> {
  if (signal.aborted) throw new Cancelled();
  const started = performance.now();
  const hands = Array.from({ length: count }, () => new Hand(script));
  const stop = (): void => hands.forEach((hand) => hand.stop());
  signal.addEventListener('abort', stop, { once: true });
  const dispose = (): Promise<void> => {
    signal.removeEventListener('abort', stop);
    return Promise.resolve(stop());
  };
  const all = async <T>(work: (hand: Hand, k: number) => Promise<T>, of = hands): Promise<readonly T[]> => {
    try {
      return await Promise.all(of.map(work));
    } catch (error) {
      await dispose();
      throw signal.aborted ? new Cancelled() : error;
    }
  };
  await all((hand) => hand.reply());
  return {
    prepareMs: performance.now() - started,
    async run(calls) {
      const begun = performance.now();
      const replies = await all((hand, k) => hand.run(calls[k]!), hands.slice(0, calls.length));
      const wall = performance.now() - begun;
      const computeMs = Math.max(...replies.map((r) => r.computeMs));
      return { computeMs, transferMs: Math.max(0, wall - computeMs), figures: replies.map((r) => r.figure) };
    },
    dispose,
  };
}
