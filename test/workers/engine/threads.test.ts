import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';
import type { Executor } from '../../../src/workers/engine/threads/executor';
import { InlineExecutor } from '../../../src/workers/engine/threads/inline-executor';
import { transferables } from '../../../src/workers/engine/threads/messages';
import { ThreadPool } from '../../../src/workers/engine/threads/pool';
import { threadUrl } from '../../../src/workers/engine/threads/thread-url';
import { buildThread, type ThreadBundle } from '../thread-bundle';
import { big, deaf, die, double, fail, spin } from '../thread-tasks';

let bundle: ThreadBundle;
let pool: ThreadPool;

beforeAll(async () => {
  bundle = await buildThread('test/workers/thread-entry.ts');
  pool = new ThreadPool({ threads: 2, url: bundle.url });
});
afterAll(async () => {
  await pool.dispose();
  await bundle.remove();
});

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const newBeats = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

async function until(condition: () => boolean, ms = 5000): Promise<void> {
  for (const end = Date.now() + ms; !condition(); await wait(5)) if (Date.now() > end) throw new Error(`nothing happened within ${ms} ms`);
}

describe.each<[string, () => Executor]>([
  ['a pool of threads', () => pool],
  ['the current thread', () => new InlineExecutor()],
])('%s', (_, make) => {
  it('runs tasks and maps them in order', async () => {
    const executor = make();
    expect(await executor.run(double, { n: 4 })).toMatchObject({ twice: 8 });
    const many = await executor.map(
      double,
      Array.from({ length: 20 }, (__, n) => ({ n })),
    );
    expect(many.map((r) => r.twice)).toEqual(Array.from({ length: 20 }, (__, n) => 2 * n));
  });

  it('hands on an AppError as it is and says what else went wrong', async () => {
    const executor = make();
    const known = await executor.run(fail, { known: true }).catch((e: unknown) => e);
    expect(known).toBeInstanceOf(AppError);
    expect((known as AppError).fields).toEqual({ code: 'not-found', message: 'no column named q', hint: 'try p', column: 'q' });
    await expect(executor.run(fail, { known: false })).rejects.toThrow('something broke');
  });

  it('stops working soon after a cancel', async () => {
    const executor = make();
    const abort = new AbortController();
    const beats = newBeats();
    const run = executor.run(spin, { beats, steps: 2000 }, { signal: abort.signal });
    const outcome = run.catch((e: unknown) => e);
    await until(() => Atomics.load(beats, 0) > 2);
    abort.abort();
    expect(await outcome).toBeInstanceOf(Cancelled);
    await wait(60);
    const then = Atomics.load(beats, 0);
    await wait(100);
    expect(Atomics.load(beats, 0)).toBe(then);
  });

  it('does not begin what is cancelled already', async () => {
    const abort = new AbortController();
    abort.abort();
    const beats = newBeats();
    await expect(make().run(spin, { beats, steps: 5 }, { signal: abort.signal })).rejects.toThrow(Cancelled);
    expect(beats[0]).toBe(0);
  });

  it('lets a newer job in a slot cancel the older one, and that alone', async () => {
    const executor = make();
    const older = executor.run(spin, { beats: newBeats(), steps: 2000 }, { slot: 'view 1' }).catch((e: unknown) => e);
    const other = executor.run(spin, { beats: newBeats(), steps: 10 }, { slot: 'view 2' });
    const newer = executor.run(spin, { beats: newBeats(), steps: 3 }, { slot: 'view 1' });
    expect(await newer).toBe(3);
    expect(await older).toBeInstanceOf(Cancelled);
    expect(await other).toBe(10);
  });

  it('reports progress that never goes back', async () => {
    const seen: number[] = [];
    const pieces = [
      { beats: newBeats(), steps: 30 },
      { beats: newBeats(), steps: 30 },
    ];
    await make().map(spin, pieces, { onProgress: (f) => seen.push(f) });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(Math.max(...seen)).toBeLessThanOrEqual(1);
  });

  it('cancels the other pieces when one fails', async () => {
    const executor = make();
    const beats = newBeats();
    const spinning = executor.map(spin, [
      { beats, steps: 2000 },
      { beats: undefined as never, steps: 1 },
    ]);
    await expect(spinning).rejects.toThrow(/Atomics|undefined|shared|integer/i);
    await wait(80);
    const then = Atomics.load(beats, 0);
    await wait(80);
    expect(Atomics.load(beats, 0)).toBe(then);
  });
});

describe('ThreadPool', () => {
  it('starts threads only when there is work for them', async () => {
    const own = new ThreadPool({ threads: 3, url: bundle.url });
    expect(own.started).toBe(0);
    await own.run(double, { n: 1 });
    await own.run(double, { n: 1 });
    expect(own.started).toBe(1);
    await own.dispose();
    expect(own.started).toBe(0);
  });

  it('warms as many threads as asked for, and never more than it may have', async () => {
    const own = new ThreadPool({ threads: 2, url: bundle.url });
    own.warm(1);
    own.warm(1);
    expect(own.started).toBe(1);
    await own.run(double, { n: 1 });
    expect(own.started).toBe(1);
    own.warm(9);
    // One more than batch work may use.
    expect(own.started).toBe(3);
    await own.dispose();
  });

  it('fails the job of a thread that dies, with a sentence, and replaces the thread', async () => {
    const others = pool.map(double, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    const error = await pool.run(die, {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).message).toMatch(/computing thread stopped while running die: exit code 7/);
    expect((await others).map((r) => r.twice)).toEqual([2, 4, 6]);
    expect(await pool.run(double, { n: 21 })).toMatchObject({ twice: 42 });
  });

  it('keeps a thread for the mouse while batches fill the others', async () => {
    const own = new ThreadPool({ threads: 1, url: bundle.url });
    const batches = [0, 1, 2].map(() => own.run(spin, { beats: newBeats(), steps: 60 }, { priority: 'batch' }));
    let batchesDone = 0;
    for (const b of batches) void b.then(() => batchesDone++);
    expect(await own.run(double, { n: 5 })).toMatchObject({ twice: 10 });
    expect(batchesDone).toBe(0);
    await Promise.all(batches);
    await own.dispose();
  });

  it('takes interactive work before batches that wait', async () => {
    const own = new ThreadPool({ threads: 1, url: bundle.url });
    const order: string[] = [];
    const job = (name: string, priority: 'batch' | 'interactive', steps = 4): Promise<unknown> =>
      own.run(spin, { beats: newBeats(), steps }, { priority }).then(() => order.push(name));
    await Promise.all([job('b1', 'batch'), job('i1', 'interactive'), job('b2', 'batch', 80), job('i2', 'interactive'), job('i3', 'interactive')]);
    expect(order.indexOf('b2')).toBe(4);
    await own.dispose();
  });

  it('ends and replaces a thread that does not hear a cancel', async () => {
    const own = new ThreadPool({ threads: 1, url: bundle.url });
    const abort = new AbortController();
    const beats = newBeats();
    const run = own.run(deaf, { beats }, { signal: abort.signal }).catch((e: unknown) => e);
    await until(() => Atomics.load(beats, 0) > 0, 20_000);
    abort.abort();
    expect(await run).toBeInstanceOf(Cancelled);
    await until(() => own.started === 0, 30_000);
    expect(await own.run(double, { n: 1 })).toMatchObject({ twice: 2 });
    await own.dispose();
  });

  it('shares memory with its threads and takes results over without a copy', async () => {
    const beats = newBeats();
    await pool.run(spin, { beats, steps: 2 });
    expect(beats[0]).toBe(2);
    const { values, shared } = await pool.run(big, { n: 1000 });
    expect(values.buffer).toBeInstanceOf(ArrayBuffer);
    expect(values[999]).toBe(1);
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('fails a job whose arguments cannot be sent, and goes on', async () => {
    await expect(pool.run(double, { n: (() => 1) as never })).rejects.toThrow(/could not be cloned/);
    expect(await pool.run(double, { n: 2 })).toMatchObject({ twice: 4 });
  });

  it('refuses work after dispose, and cancels what was under way', async () => {
    const own = new ThreadPool({ threads: 1, url: bundle.url });
    const run = own.run(spin, { beats: newBeats(), steps: 2000 }).catch((e: unknown) => e);
    await own.dispose();
    expect(await run).toBeInstanceOf(Cancelled);
    await expect(own.run(double, { n: 1 })).rejects.toThrow(/shut down/);
  });
});

describe('threadUrl', () => {
  it('finds the script beside the caller or one folder up, and says when it is missing', () => {
    const here = new URL('.', bundle.url);
    expect(threadUrl(new URL('engine.mjs', here).href).href).toBe(bundle.url.href);
    expect(threadUrl(new URL('chunks/pool.mjs', here).href).href).toBe(bundle.url.href);
    expect(() => threadUrl(import.meta.url)).toThrow(/entry.thread.js is missing/);
  });
});

describe('transferables', () => {
  it('are whole buffers in plain data: no shared ones, no parts', () => {
    const whole = new Float64Array(2);
    const part = new Float64Array(4).subarray(1);
    const shared = new Int32Array(new SharedArrayBuffer(4));
    expect([...transferables({ a: [{ whole }], part, shared, text: 'x' })]).toEqual([whole.buffer]);
  });
});
