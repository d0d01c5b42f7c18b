import { parentPort } from 'node:worker_threads';
import { tasks } from './engine/threads/registry';
import { serveThread } from './engine/threads/serve-thread';

if (!parentPort) throw new Error('entry.thread runs in a worker thread only');
serveThread(parentPort, tasks);
