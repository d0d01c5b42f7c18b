import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_EXPERIMENTS, type LabRequest } from '../../../src/core/lab/lab';
import { curves } from '../../../src/core/lab/parts/curves';
import { fill } from '../../../src/core/lab/parts/fill';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';
import { drain } from '../../../src/core/numerics/steps';
import { InlineExecutor } from '../../../src/workers/engine/threads/inline-executor';
import { ThreadPool } from '../../../src/workers/engine/threads/pool';
import { MATERIALS } from '../../../src/workers/lab/materials';
import { type LabPlace, runLab } from '../../../src/workers/lab/run-lab';
import { threadCrew } from '../../../src/workers/lab/thread-crew';
import { expectClose, golden } from '../../golden/load';
import { buildThread, type ThreadBundle } from '../thread-bundle';

const inline = (abort = new AbortController()): LabPlace => ({
  createThreads: () => new InlineExecutor(),
  processScript: () => {
    throw new AppError({ code: 'internal', message: 'no script here' });
  },
  signal: abort.signal,
  progress: () => undefined,
});

const order = (part: Partial<LabRequest>): LabRequest => ({
  experiment: 'sum',
  sizes: [64],
  workers: [2, 3],
  repetitions: 1,
  processes: false,
  ...part,
});

describe('the compute lab', () => {
  it.each(LAB_EXPERIMENTS)('%s: every count of workers finds the same', async (experiment) => {
    const size = experiment === 'curves' ? 3 : 96;
    const { rows } = await runLab(order({ experiment, sizes: [size] }), inline());
    expect(rows.map((r) => r.workers)).toEqual([1, 2, 3]);
    for (const r of rows) {
      expect(r.agrees, `${r.workers} workers: ${r.check} (one: ${rows[0]!.check})`).toBe(true);
      expect(r.computeMs).toBeGreaterThan(0);
      expect(r.check).not.toBeNaN();
    }
  });

  it('tells what came out: the sum of the same numbers, the lecture’s grid as scipy convolves it', async () => {
    const values = new Float32Array(64 * 64);
    drain(fill.run({ values, first: 0 }));
    const sum = (await runLab(order({}), inline())).rows[0]!.check!;
    expect(sum).toBeCloseTo(
      values.reduce((s, v) => s + v, 0),
      6,
    );
    expect(sum / values.length).toBeGreaterThan(0.48);
    expect(sum / values.length).toBeLessThan(0.52);
    const { grid } = golden<{ grid: { side: number; sum: number; places: [number, number][]; values: number[] } }>('lab.json');
    const convolved = await runLab(order({ experiment: 'convolve', sizes: [grid.side] }), inline());
    for (const r of convolved.rows) expectClose(r.check, grid.sum, 1e-12, `${r.workers} workers`);
    const material = MATERIALS.convolve(grid.side);
    material.reset();
    const crew = await threadCrew(1, () => new InlineExecutor(), new AbortController().signal);
    const calls = material.stages(3)[0]!.calls(3);
    await crew.run(calls);
    for (const [k, [row, column]] of grid.places.entries()) {
      const call = calls.find((c) => c.part === 'convolve' && c.args.out.byteOffset / 8 + c.args.to * grid.side > row * grid.side + column)!;
      if (call.part !== 'convolve') throw new Error('not a convolution');
      const at = row * grid.side + column - call.args.out.byteOffset / 8;
      expectClose(call.args.out[at], grid.values[k], 1e-12, `pixel ${row}, ${column}`);
    }
  });

  it('finds the periods that its light curves were made with', () => {
    const time = Float64Array.from({ length: 500 }, (_, i) => i * 0.37 + 0.1 * Math.sin(i));
    const value = time.map((t) => Math.sin(2 * Math.PI * 0.71 * t));
    const peaks = new Float64Array(2);
    drain(curves.run({ time, value, peaks }));
    expect(peaks[0]).toBeGreaterThan(0.99);
    expect(Math.abs(peaks[1]! - 0.71)).toBeLessThan(0.001);
  });

  it('says why there are no processes', async () => {
    const { rows } = await runLab(order({ processes: true }), inline());
    const processes = rows.filter((r) => r.how === 'processes');
    expect(processes).toHaveLength(3);
    for (const r of processes) expect(r).toMatchObject({ missing: 'no script here' });
  });

  it('refuses sizes that are none, and stops when asked to', async () => {
    await expect(runLab(order({ sizes: [0] }), inline())).rejects.toThrow('invalid size: 0');
    await expect(runLab(order({ sizes: [10_000] }), inline())).rejects.toThrow('8192');
    await expect(runLab(order({ repetitions: 0 }), inline())).rejects.toThrow('invalid repetitions');
    const abort = new AbortController();
    abort.abort();
    await expect(runLab(order({}), inline(abort))).rejects.toThrow(Cancelled);
  });
});

describe('with real threads and processes', () => {
  let threads: ThreadBundle;
  let processes: ThreadBundle;
  beforeAll(async () => {
    threads = await buildThread();
    processes = await buildThread('src/workers/entry.lab.ts');
  }, 120_000);
  afterAll(async () => {
    await threads.remove();
    await processes.remove();
  });
  const place = (abort = new AbortController()): LabPlace => ({
    createThreads: (n) => new ThreadPool({ threads: n, url: threads.url }),
    processScript: () => processes.url,
    signal: abort.signal,
    progress: () => undefined,
  });

  it.each(LAB_EXPERIMENTS)(
    '%s: the same result from both',
    async (experiment) => {
      const { rows } = await runLab(order({ experiment, sizes: [experiment === 'curves' ? 3 : 96], workers: [3], processes: true }), place());
      expect(rows.map((r) => [r.how, r.workers, r.agrees])).toEqual([
        ['threads', 1, true],
        ['threads', 3, true],
        ['processes', 1, true],
        ['processes', 3, true],
      ]);
      expect(rows[0]!.transferMs).toBe(0);
      expect(rows[2]!.transferMs).toBeGreaterThan(0);
    },
    60_000,
  );

  it('a cancel ends threads and processes', async () => {
    const abort = new AbortController();
    const running = runLab(order({ experiment: 'curves', sizes: [2000], processes: true }), place(abort));
    setTimeout(() => abort.abort(), 300);
    await expect(running).rejects.toThrow(Cancelled);
  }, 60_000);
});
