import { parentPort } from 'node:worker_threads';
import { serveThread } from '../../src/workers/engine/threads/serve-thread';
import type { TaskDef } from '../../src/workers/engine/threads/task';
import { misbehaving } from './thread-tasks';

/** The thread of the pool's tests: the tasks that answer queries, and some that misbehave. */
const modules = import.meta.glob<{ default: TaskDef }>(
  '../../src/workers/engine/tasks/{density,histogram,points,count,nearest,extents,kept-rows,mask,order,order-numbers,turn-order,object-index,object-stats,moments,column-bins,missing,distinct}.ts',
  { eager: true },
);
const tasks = [...Object.values(modules).map((m) => m.default), ...misbehaving];
serveThread(parentPort!, new Map(tasks.map((task) => [task.name, task])));
