import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { drain } from '../../src/core/numerics/steps';
import type { GpuBackend } from '../../src/renderer/gpu/gpu-device';
import type { GpuProgram } from '../../src/renderer/gpu/gpu-program';
import type { GpuFound, GpuTask, RunResult } from '../../src/renderer/gpu/gpu-service';
import { PROGRAMS } from '../../src/renderer/gpu/programs';
import type { GoldenConvolution } from '../renderer/gpu/convolve-cases';
import { programCases } from '../renderer/gpu/program-cases';
import { FAULTS, patchedWorker } from './gpu-faults';
import { ROOT } from './harness';

function workerAsset(): string {
  const name = readdirSync(join(ROOT, 'out/renderer/assets')).find((n) => /^entry\.gpu-.*\.js$/.test(n));
  if (!name) throw new Error('the build has no GPU worker');
  return `/assets/${name}`;
}

/** Starts a worker in the page as `window.callGpu(method, arg)`. */
export async function startGpuWorker(page: Page, fault: keyof typeof FAULTS = 'none'): Promise<void> {
  await page.evaluate(
    (source) => {
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' });
      worker.onerror = (e) => console.error(`worker: ${e.message}`);
      const { port1, port2 } = new MessageChannel();
      worker.postMessage(undefined, [port2]);
      const waiting = new Map<number, (m: { t: string; value?: unknown; error?: { message: string } }) => void>();
      let id = 0;
      port1.onmessage = ({ data }) => waiting.get(data.id)?.(data);
      port1.postMessage({ t: 'ready', protocol: 1 });
      const callGpu = (method: string, arg: unknown): Promise<unknown> =>
        new Promise((resolve, reject) => {
          waiting.set(++id, (m) => {
            if (m.t === 'ok') resolve(m.value);
            else reject(new Error(m.error?.message));
          });
          port1.postMessage({ t: 'call', id, service: 'gpu', method, arg });
        });
      Object.assign(window, { callGpu });
    },
    patchedWorker(FAULTS[fault], new URL(workerAsset(), page.url()).href),
  );
}

/** The GPUs the worker finds. */
export async function findGpus(page: Page): Promise<readonly GpuFound[]> {
  return (await page.evaluate(() => (window as unknown as { callGpu(m: string, a: object): unknown }).callGpu('find', {}))) as GpuFound[];
}

/** Runs tasks one after the other on the real thing. */
export async function runAll(
  page: Page,
  tasks: readonly GpuTask[],
  { backend = 'webgl2', allowSoftware = true }: { backend?: GpuBackend; allowSoftware?: boolean } = {},
): Promise<readonly RunResult[]> {
  const requests: readonly object[] = tasks.map(({ program, input }) => ({ program, input, backend, allowSoftware }));
  const results = await page.evaluate(async (all) => {
    const { callGpu } = window as unknown as { callGpu(method: string, arg: unknown): Promise<{ values: Float64Array; receipt: object }> };
    const out = [];
    for (const request of all) {
      const { values, receipt } = await callGpu('run', request);
      out.push({ values: [...values], receipt });
    }
    return out;
  }, requests);
  return (results as { values: number[]; receipt: RunResult['receipt'] }[]).map((r) => ({ ...r, values: Float64Array.from(r.values) }));
}

/** Every number to 1e-5 of itself, or of what it is a sum of. */
function expectWithin(made: Float64Array, wanted: Float64Array, scales: Float64Array | undefined, what: string): void {
  const largest = wanted.reduce((a, v) => (Math.abs(v) > a ? Math.abs(v) : a), 0);
  wanted.forEach((v, i) => {
    if (Number.isNaN(v)) expect(made[i], `${what} ${i}`).toBeNaN();
    else
      expect(Math.abs(made[i]! - v), `${what} ${i}: ${made[i]} (must be ${v})`).toBeLessThanOrEqual(
        1e-5 * Math.max(Math.abs(v), scales?.[i] ?? largest),
      );
  });
}

/** The convolutions are those of astropy. The largest difference that the worker's own checks found. */
export async function expectConvolutions(page: Page, cases: readonly GoldenConvolution[], backend: GpuBackend): Promise<number> {
  const programOf = ({ dimensions }: GoldenConvolution) => (dimensions === 1 ? 'convolve-1d' : 'convolve-2d');
  const convolved = await runAll(
    page,
    cases.map((c) => ({ program: programOf(c), input: c.input })),
    { backend },
  );
  let largest = 0;
  for (const [i, c] of cases.entries()) {
    const { receipt, values: made } = convolved[i]!;
    expect(receipt.fallback, c.name).toBeUndefined();
    const places = Uint32Array.from(c.values, (_, k) => k);
    expectWithin(made, c.values, PROGRAMS[programOf(c)].sample(c.input, places).scales, c.name);
    largest = Math.max(largest, receipt.largestDifference!);
  }
  return largest;
}

/** Every program makes the numbers of its float64 twin. */
export async function expectTwins(page: Page, backend: GpuBackend): Promise<void> {
  const cases = programCases();
  const results = await runAll(page, cases, { backend });
  for (const [i, { name, program, input }] of cases.entries()) {
    const { receipt, values } = results[i]!;
    expect(receipt.fallback, name).toBeUndefined();
    expectWithin(values, drain((PROGRAMS[program] as GpuProgram<unknown>).exact(input)), undefined, name);
    console.info(`${name}: ${receipt.largestDifference!.toExponential(1)}`);
  }
}
