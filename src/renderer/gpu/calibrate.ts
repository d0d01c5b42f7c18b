import { CONVOLVE_DEFAULTS } from '../../core/numerics/convolve/convolve-options';
import { convolvePlan } from '../../core/numerics/convolve/convolve-plan';
import { kernel2d } from '../../core/numerics/convolve/kernels';
import { drain } from '../../core/numerics/steps';
import { checkSample } from './check-sample';
import { GpuClock } from './gpu-clock';
import type { GpuDevice } from './gpu-device';
import type { Speed } from './gpu-service';
import { convolve2d, type ConvolutionInput } from './programs/convolve-2d';
import { ResidentArrays } from './residents';

/** An image with some structure, without a random number. */
function image(side: number): Float64Array {
  return Float64Array.from({ length: side * side }, (_, i) => 100 + 10 * Math.sin(i * 0.7) + 5 * Math.cos((i / side) * 0.3));
}

function problem(side: number): ConvolutionInput {
  const kernel = kernel2d({ kernel: 'tophat', width: 7, size: 15 });
  return { raster: { width: side, height: side, values: image(side) }, kernel, options: CONVOLVE_DEFAULTS };
}

/** A line through the times of a small and a large problem. */
function lineThrough(backend: Speed['backend'], a: readonly [number, number], b: readonly [number, number]): Speed {
  const slope = Math.max(0, (b[1] - a[1]) / (b[0] - a[0]));
  return { backend, fixedMs: Math.max(0, a[1] - slope * a[0]), nsPerOperation: 1e6 * slope };
}

/** What core plans for one thread, in nanoseconds. */
const plannedNs = ({ raster, kernel, options }: ConvolutionInput): number =>
  convolvePlan(raster, kernel, options, 0).cost * raster.width * raster.height;

/** The shortest of some runs, in milliseconds: what other work takes away is not the device's. */
async function shortest(runs: number, work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await work();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/**
 * Times convolutions of 64² and 384² numbers with 15² on a device, transfers included, after one run that compiles; and float64 on this
 * thread. Some 100 ms. Throws GpuFailure where the device fails or its numbers are wrong.
 */
export async function calibrate(device: GpuDevice): Promise<readonly Speed[]> {
  const [small, large] = [problem(64), problem(384)];
  const residents = new ResidentArrays();
  const run = (input: ConvolutionInput): Promise<Float64Array> =>
    convolve2d.run({ device, clock: new GpuClock(), residents, signal: new AbortController().signal }, input);
  checkSample(convolve2d, small, await run(small));
  const points: (readonly [number, number])[] = [];
  const cpu: (readonly [number, number])[] = [];
  for (const input of [small, large]) {
    const operations = convolve2d.operations(input);
    points.push([operations, await shortest(3, () => run(input))]);
    cpu.push([plannedNs(input), await shortest(2, async () => drain(convolve2d.exact(input)))]);
  }
  return [lineThrough(device.backend, points[0]!, points[1]!), lineThrough('cpu', cpu[0]!, cpu[1]!)];
}
