import { cpus } from 'node:os';
import type { Page } from 'playwright-core';
import { it } from 'vitest';
import type { GpuFound, RunResult } from '../../src/renderer/gpu/gpu-service';
import { startGpuWorker } from '../e2e/gpu-in-page';
import { launchApp } from '../e2e/harness';

// What the GPU's programs take in the built worker, beside the same in float64 on one thread of the page:
//   npx vitest run --config test/bench/vitest.config.ts gpu.window
// SCALE=0.01 makes all sizes smaller, RUNS=3 is how often each is run (the shortest counts), SOFTWARE=1 also times a software renderer, CPU=0 leaves the
// CPU out. test/bench/gpu_cupy.py times CuPy on the same arrays.
const SCALE = Number(process.env['SCALE'] ?? 1);
const RUNS = Number(process.env['RUNS'] ?? 3);
const SOFTWARE = process.env['SOFTWARE'] === '1';
const CPU = process.env['CPU'] !== '0';

interface Job {
  readonly name: string;
  /** A function of the page, as text, from the size to the program's input. */
  readonly make: string;
  readonly program: string;
  readonly size: number;
}

const scaled = (n: number): number => Math.max(64, Math.round(n * SCALE));
const side = (n: number): number => Math.max(64, Math.round(n * Math.sqrt(SCALE)));

const OPTIONS = `{ boundary: 'fill', fillValue: 0, missing: 'interpolate', missingFill: 0, normalize: true, mode: 'convolution', method: 'auto' }`;
const DISTANCE = `Float64Array.from({ length: 225 }, (_, i) => Math.hypot((i % 15) - 7, Math.floor(i / 15) - 7))`;
const deltas = `Float64Array.from({ length: n * n }, (_, i) => ((i % n) % 16 === 8 && Math.floor(i / n) % 16 === 8 ? 1 : 0))`;
const image = (values: string, kernel: string): string =>
  `(n) => { const k = ${kernel}; return { raster: { width: n, height: n, values: ${values} }, kernel: { ...k, sum: k.values.reduce((a, b) => a + b) }, options: ${OPTIONS} }; }`;
const square = `{ width: 15, height: 15, values: ${DISTANCE} }`;
const outer = `(() => { const g = Float64Array.from({ length: 33 }, (_, i) => Math.exp(-((i - 16) ** 2) / 32));
  return { width: 33, height: 33, values: Float64Array.from({ length: 1089 }, (_, i) => g[i % 33] * g[Math.floor(i / 33)]), separable: { x: g, y: g } }; })()`;
const curve = `const times = Float64Array.from({ length: n }, (_, i) => i * 0.02 + 0.005 * Math.sin(i)); const values = times.map((t) => Math.sin(11 * t) + 0.1 * Math.cos(7919 * t));`;

const JOBS: readonly Job[] = [
  { name: 'deltas ⊗ 15² distance', program: 'convolve-2d', size: side(4096), make: image(deltas, square) },
  { name: 'deltas ⊗ 15² distance', program: 'convolve-2d', size: side(2048), make: image(deltas, square) },
  {
    name: 'the same, 1 % missing',
    program: 'convolve-2d',
    size: side(2048),
    make: image(`${deltas}.map((v, i) => (i % 100 === 3 ? NaN : v))`, square),
  },
  { name: 'Gaussian σ 4, separable', program: 'convolve-2d', size: side(4096), make: image(deltas, outer) },
  {
    name: 'fold into 200 bins',
    program: 'fold-and-bin',
    size: scaled(1e6),
    make: `(n) => { ${curve} return { times, values, frequency: 1.7507, epoch: 0, bins: 200 }; }`,
  },
  {
    name: 'moving mean of 101',
    program: 'moving-statistics',
    size: scaled(1e6),
    make: `(n) => { ${curve} return { values, half: 50, statistic: 'mean' }; }`,
  },
  {
    name: 'moving median of 11',
    program: 'moving-statistics',
    size: scaled(1e6),
    make: `(n) => { ${curve} return { values, half: 5, statistic: 'median' }; }`,
  },
  {
    name: 'periodogram, 20 000 frequencies',
    program: 'periodogram',
    size: scaled(1e4),
    make: `(n) => { ${curve} return { times, values, grid: { first: 0.1, step: 0.0002, count: ${scaled(20_000)} } }; }`,
  },
  {
    name: 'sum',
    program: 'reduce',
    size: scaled(2 ** 24),
    make: `(n) => ({ values: Float64Array.from({ length: n }, (_, i) => Math.sin(i)), reduction: 'sum' })`,
  },
  { name: 'sort', program: 'sort', size: scaled(2 ** 22), make: `(n) => ({ values: Float64Array.from({ length: n }, (_, i) => Math.sin(i * i)) })` },
  {
    name: 'add',
    program: 'add',
    size: scaled(2 ** 24),
    make: `(n) => ({ a: new Float64Array(n).fill(1.5), b: Float64Array.from({ length: n }, (_, i) => i % 1000) })`,
  },
];

/** The shortest of some runs, and the first, which compiles. */
async function timed(
  page: Page,
  { program, make, size }: Job,
  backend: string,
  runs: number,
): Promise<{ first: RunResult['receipt']; best: RunResult['receipt'] }> {
  // As text: the input is made in the page, because large arrays take long on the way there.
  return page.evaluate(`(async () => {
    const input = (${make})(${size});
    const total = (r) => r.uploadMs + r.computeMs + r.readBackMs;
    const all = [];
    for (let i = 0; i < ${runs}; i++)
      all.push((await callGpu('run', { program: '${program}', backend: '${backend}', input, allowSoftware: true })).receipt);
    return { first: all[0], best: all.reduce((a, b) => (total(b) < total(a) ? b : a)) };
  })()`);
}

const ms = (v: number): string => (v < 10 ? v.toFixed(2) : v.toFixed(0)).padStart(8);

it('times every program', async () => {
  const { page } = await launchApp();
  await startGpuWorker(page);
  const found = (await page.evaluate(() => (window as unknown as { callGpu(m: string, a: object): unknown }).callGpu('find', {}))) as GpuFound[];
  console.info(`${cpus()[0]?.model}, ${cpus().length} cores; shortest of ${RUNS} runs, in milliseconds`);
  for (const f of found)
    console.info(`${f.backend}: ${f.device ?? f.refused}${f.isSoftware && !SOFTWARE ? ' (software: not timed; SOFTWARE=1 does)' : ''}`);
  const backends = found.filter((f) => f.device !== undefined && (SOFTWARE || !f.isSoftware)).map((f) => f.backend);
  console.info(
    `${'program'.padEnd(34)}${'size'.padStart(10)}  ${'on'.padEnd(8)}${'first'.padStart(8)}${'upload'.padStart(8)}${'compute'.padStart(8)}${'back'.padStart(8)}   difference`,
  );
  for (const job of JOBS)
    for (const backend of [...backends, ...(CPU ? ['cpu'] : [])]) {
      const { first, best } = await timed(page, job, backend, backend === 'cpu' ? 1 : RUNS);
      const told = best.fallback ?? best.largestDifference?.toExponential(1) ?? '';
      const size = job.program === 'convolve-2d' ? `${job.size}²` : String(job.size);
      const all = first.uploadMs + first.computeMs + first.readBackMs;
      console.info(
        `${job.name.padEnd(34)}${size.padStart(10)}  ${backend.padEnd(8)}${ms(all)}${ms(best.uploadMs)}${ms(best.computeMs)}${ms(best.readBackMs)}   ${told}`,
      );
    }
});
