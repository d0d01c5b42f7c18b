import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convolveSteps } from '../../core/numerics/convolve/convolve';
import { type ConvolveOptions, CONVOLVE_DEFAULTS } from '../../core/numerics/convolve/convolve-options';
import type { KernelSpec } from '../../core/numerics/convolve/kernel-spec';
import { kernel2d } from '../../core/numerics/convolve/kernels';
import { drain } from '../../core/numerics/steps';
import { operations } from '../../core/operations/registry';
import type { Answer } from '../../core/query/query';
import type { Step } from '../../core/recipe/recipe';
import { Random } from '../../core/sample/random';
import { applyOnce } from './apply-once';
import { type BenchEngine, type Benchmark, type BenchWorld, type Contender, type Measurement, alternate, withEngine } from './bench';
import type { Executor } from '../engine/threads/executor';
import { ThreadPool } from '../engine/threads/pool';
import { pythonPeer, timed } from './catalogue';
import { writeImage } from './image-input';
import { imageInMemory, stepInMemory } from './image-step';

const OP = 'convolve.image';
/** Side of the image for the default number of rows. */
const SIDE = 4096;
/** One pixel in so many is missing. */
const MISSING = 100;

interface Case {
  readonly name: string;
  readonly title: string;
  readonly kernel: KernelSpec;
  readonly options: Partial<ConvolveOptions>;
  readonly isHoled: boolean;
  /** Python: who does it, what it imports, and the call on the image `a`, with the distance kernel as `k`. */
  readonly peers: readonly { readonly who: string; readonly needs: string; readonly call: string }[];
}

const DISTANCE: KernelSpec = { kernel: 'distance', width: 1, size: 15 };
const CASES: readonly Case[] = [
  {
    name: 'convolve.direct',
    title: '15 × 15 distances',
    kernel: DISTANCE,
    options: { normalize: false },
    isHoled: false,
    peers: [
      { who: 'scipy convolve2d', needs: 'from scipy.signal import convolve2d', call: 'convolve2d(a, k, "same")' },
      { who: 'scipy fftconvolve', needs: 'from scipy.signal import fftconvolve', call: 'fftconvolve(a, k, "same")' },
    ],
  },
  {
    name: 'convolve.missing',
    title: '15 × 15 distances, 1 % missing',
    kernel: DISTANCE,
    options: {},
    isHoled: true,
    peers: [{ who: 'astropy convolve', needs: 'from astropy.convolution import convolve', call: 'convolve(a, k)' }],
  },
  {
    name: 'convolve.gaussian',
    title: 'Gaussian, σ = 2',
    kernel: { kernel: 'gaussian', width: 2 },
    options: {},
    isHoled: false,
    peers: [{ who: 'scipy gaussian_filter', needs: 'from scipy.ndimage import gaussian_filter', call: 'gaussian_filter(a, 2, mode="constant")' }],
  },
];

function sideFor({ sizes }: BenchWorld): number {
  return Math.max(64, Math.round(SIDE * Math.min(1, Math.sqrt(sizes.rows / 10_000_000))));
}

/** Noise on a slope; some pixels missing. */
function pixels(side: number, isHoled: boolean): Float64Array {
  const random = new Random(5, 1);
  const values = new Float64Array(side * side);
  for (let i = 0; i < values.length; i++) values[i] = 100 + 1e-3 * (i % side) + random.normal();
  if (isHoled) for (let i = 0; i < values.length; i++) if (random.uniform() < 1 / MISSING) values[i] = NaN;
  // The pixel that is compared has a value.
  values[middleOf(side)] = 100;
  return values;
}

const middleOf = (side: number): number => (side >> 1) * side + (side >> 1);

async function imageFile(world: BenchWorld, side: number, isHoled: boolean, values: Float64Array): Promise<{ fits: string; raw: string }> {
  const stem = join(world.folder, `image-${side}${isHoled ? '-holed' : ''}`);
  const files = { fits: `${stem}.fits`, raw: `${stem}.f64` };
  if (!existsSync(files.raw)) {
    await writeImage(files.fits, side, side, values);
    await writeFile(files.raw, new Uint8Array(values.buffer));
  }
  return files;
}

/** The step without its residual: the peers make none. */
function paramsOf({ kernel, options }: Case): Record<string, unknown> {
  return { ...kernel, ...options, residual: false };
}

function stepOf(one: Case): Step {
  const { version } = operations.get(OP)!;
  return { id: `bench-${one.name}`, op: OP, version, params: paramsOf(one), bind: {}, scope: 'table', enabled: true };
}

async function convolvedAt(engine: BenchEngine, table: string, row: number): Promise<unknown> {
  const answer = (await engine.ask({ kind: 'row', table, row })) as Extract<Answer, { kind: 'row' }>;
  return answer.values['value_convolved'];
}

function peersOf(world: BenchWorld, raw: string, side: number, peers: Case['peers']): readonly Contender[] {
  return peers.flatMap(({ who, needs, call }) =>
    pythonPeer(world, who, {
      setup: [
        `import numpy as np\n${needs}\na = np.fromfile(${JSON.stringify(raw)}, "<f8").reshape(${side}, ${side})`,
        'y, x = np.mgrid[-7:8, -7:8]\nk = np.sqrt(x * x + y * y).astype("f8")',
      ].join('\n'),
      work: `r = ${call}`,
      check: `float(r[${side >> 1}, ${side >> 1}])`,
    }),
  );
}

/** The step's work on the threads, in memory as the peers do it; the same in one thread; the step as it is applied, with its file; and the peers. */
async function measure(world: BenchWorld, side: number, one: Case, executor: Executor): Promise<Measurement> {
  const values = pixels(side, one.isHoled);
  const { fits, raw } = await imageFile(world, side, one.isHoled, values);
  const kernel = kernel2d(one.kernel);
  const options = { ...CONVOLVE_DEFAULTS, ...one.options };
  const inMemory = (): number => drain(convolveSteps({ width: side, height: side, values }, kernel, options)).values[middleOf(side)]!;
  return withEngine(world, async (engine) => {
    const table = (await engine.open(fits)).id;
    const data = imageInMemory(values, side, side);
    const onThreads = async (): Promise<number> => (await stepInMemory(operations.get(OP)!, paramsOf(one), data, executor))[middleOf(side)]!;
    const onDisk = (): ReturnType<typeof applyOnce> => applyOnce(engine, table, stepOf(one), () => convolvedAt(engine, table, middleOf(side)));
    const contenders: Contender[] = [
      { who: 'skysift', run: () => timed(onThreads) },
      { who: 'skysift, a step with its file', run: onDisk },
      { who: 'skysift, 1 thread', run: () => timed(() => Promise.resolve(inMemory())) },
      ...peersOf(world, raw, side, one.peers),
    ];
    // Compiled code and a column that is in memory, as after a preview.
    await onDisk();
    await onThreads();
    const all = await alternate(contenders, world);
    return { name: one.name, title: `${side}² ⊗ ${one.title}`, ours: all[0]!, peers: all.slice(1), rows: side * side };
  });
}

/** Convolution of an image. */
export const convolve: Benchmark = {
  name: 'convolve',
  title: 'convolution of an image',
  async run(world) {
    const side = sideFor(world);
    const lines: Measurement[] = [];
    const executor = world.executor?.() ?? new ThreadPool({ threads: world.jobs });
    try {
      for (const one of CASES) lines.push(await measure(world, side, one, executor));
    } finally {
      await executor.dispose();
    }
    return lines;
  },
};
