import { fillDeltas } from '../../../core/lab/deltas';
import type { LabExperiment } from '../../../core/lab/lab';
import type { LabArray } from '../../../core/lab/part';
import { labKernel } from '../../../core/lab/parts/convolve';
import { CURVE_GRID, CURVE_POINTS } from '../../../core/lab/parts/curves';
import { fill } from '../../../core/lab/parts/fill';
import { hash } from '../../../core/lab/parts/hash';
import { makeCurves } from '../../../core/lab/parts/make-curves';
import { sum } from '../../../core/lab/parts/sum';
import { CONVOLVE_DEFAULTS } from '../../../core/numerics/convolve/convolve-options';
import { pairwiseSum, SUM_BLOCK } from '../../../core/numerics/pairwise-sum';
import type { Progress } from '../../../core/protocol/outcome';
import type { GpuTask } from '../../gpu/gpu-service';

/** An experiment of one size as the GPU does it: jobs one after the other, and the number that tells what came out. */
export interface GpuWork {
  readonly jobs: readonly GpuTask[];
  check(results: readonly Float64Array[]): Generator<Progress, number>;
}

/** Where the page may share memory with its workers, inputs are not copied on the way to them. */
function doubles(count: number): Float64Array {
  return new Float64Array(globalThis.crossOriginIsolated ? new SharedArrayBuffer(8 * count) : new ArrayBuffer(8 * count));
}

function* random(count: number, first: number): Generator<Progress, Float64Array> {
  const values = new Float32Array(count);
  yield* fill.run({ values, first });
  const out = doubles(count);
  out.set(values);
  return out;
}

function* sumOf(values: LabArray): Generator<Progress, number> {
  const sums = new Float64Array(Math.ceil(values.length / SUM_BLOCK));
  yield* sum.run({ values, sums });
  return pairwiseSum(sums);
}

/** Sums of more numbers are sums of sums: beyond, places are no longer whole numbers in float32. */
const SUMMED = 2 ** 24;

const MAKERS: Readonly<Record<LabExperiment, (size: number) => Generator<Progress, GpuWork>>> = {
  *sort(side) {
    const values = yield* random(side * side, 0);
    return {
      jobs: [{ program: 'sort', input: { values } }],
      check: function* ([sorted]) {
        return (yield* hash.run({ values: Float32Array.from(sorted!) }))!;
      },
    };
  },
  *convolve(side) {
    const raster = { width: side, height: side, values: fillDeltas(doubles(side * side), side) };
    const options = { ...CONVOLVE_DEFAULTS, normalize: false };
    yield { fraction: 1 };
    return { jobs: [{ program: 'convolve-2d', input: { raster, kernel: labKernel(), options } }], check: ([out]) => sumOf(out!) };
  },
  *add(side) {
    const a = yield* random(side * side, 0);
    const b = yield* random(side * side, side * side);
    return { jobs: [{ program: 'add', input: { a, b } }], check: ([out]) => sumOf(out!) };
  },
  *sum(side) {
    const values = yield* random(side * side, 0);
    const pieces = Array.from({ length: Math.ceil(values.length / SUMMED) }, (_, k) => values.subarray(k * SUMMED, (k + 1) * SUMMED));
    return {
      jobs: pieces.map((some) => ({ program: 'reduce', input: { values: some, reduction: 'sum' } })),
      check: function* (results) {
        yield { fraction: 1 };
        return results.reduce((total, [some]) => total + some!, 0);
      },
    };
  },
  *curves(count) {
    const time = doubles(count * CURVE_POINTS);
    const value = doubles(count * CURVE_POINTS);
    yield* makeCurves.run({ time, value, first: 0 });
    const jobs = Array.from({ length: count }, (_, c): GpuTask => {
      const of = (a: Float64Array): Float64Array => a.subarray(c * CURVE_POINTS, (c + 1) * CURVE_POINTS);
      return { program: 'periodogram', input: { times: of(time), values: of(value), grid: CURVE_GRID } };
    });
    return {
      jobs,
      check: function* (results) {
        yield { fraction: 1 };
        return pairwiseSum(Float64Array.from(results.flatMap((power) => peakOf(power))));
      },
    };
  },
};

function peakOf(power: Float64Array): readonly [number, number] {
  let best = 0;
  for (let k = 1; k < power.length; k++) if (power[k]! > power[best]!) best = k;
  return [power[best]!, CURVE_GRID.first + best * CURVE_GRID.step];
}

/** Makes the inputs of an experiment, the same as the engine's, for the GPU. */
export function gpuWork(experiment: LabExperiment, size: number): Generator<Progress, GpuWork> {
  return MAKERS[experiment](size);
}
