import type { MessagePort } from 'node:worker_threads';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import { type RunMessage, type ThreadMessage, transferables } from './messages';
import { isGenerator, type TaskContext, type TaskRegistry } from './task';

const PROGRESS_MS = 50;

/** The thread's side of the pool: runs one task at a time, to the end or until the shared flag says that nobody waits any more. */
export function serveThread(port: MessagePort, tasks: TaskRegistry): void {
  const send = (message: ThreadMessage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  port.on('message', (message: RunMessage) => {
    const { id } = message;
    run(message, tasks, send).then(
      (value) => send({ t: 'ok', id, value }, [...transferables(value)]),
      (error: unknown) => {
        if (error instanceof Cancelled) send({ t: 'cancelled', id });
        else send({ t: 'err', id, error: AppError.from(error).fields });
      },
    );
  });
}

async function run(message: RunMessage, tasks: TaskRegistry, send: (message: ThreadMessage) => void): Promise<unknown> {
  const { id, args, cancel, wantsProgress } = message;
  const task = tasks.get(message.task);
  if (!task) throw new AppError({ code: 'internal', message: `no task named ${message.task} in this thread` });
  const isCancelled = (): boolean => Atomics.load(cancel, 0) !== 0;
  let last = performance.now();
  const progress = (fraction: number, note?: string): void => {
    if (!wantsProgress || performance.now() - last < PROGRESS_MS) return;
    last = performance.now();
    send({ t: 'progress', id, fraction, note });
  };
  if (isCancelled()) throw new Cancelled();
  const context: TaskContext = { isCancelled, progress };
  const work: unknown = task.run(args as never, context);
  if (!isGenerator(work)) return work;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (isCancelled()) throw new Cancelled();
    progress(step.value);
  }
}
