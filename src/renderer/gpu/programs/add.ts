import type { KernelThread } from '../gpu-device';
import { exactBySample } from '../exact-by-sample';
import type { GpuProgram } from '../gpu-program';
import { computeSettled, uploadSettled } from '../settled';

export interface AddInput {
  /** Finite. */
  readonly a: Float64Array;
  /** Finite; as long as `a`. */
  readonly b: Float64Array;
}

/** Numbers on the device at once: beyond, places are no longer whole numbers in float32. */
const PIECE = 2 ** 22;

const ADD = function (this: KernelThread, a: number[], b: number[]): number {
  return a[this.thread.x]! + b[this.thread.x]!;
};

/** The sum of two vectors, number by number: more to carry than to compute. */
export const add: GpuProgram<AddInput> = {
  async run(run, { a, b }) {
    const { device, clock, signal } = run;
    const out = new Float64Array(a.length);
    for (let from = 0; from < a.length; from += PIECE) {
      signal.throwIfAborted();
      const piece = (values: Float64Array): Float32Array => Float32Array.from(values.subarray(from, from + PIECE));
      const [x, y] = await uploadSettled(run, () => [piece(a), piece(b)]);
      const [sum] = await computeSettled(run, () => device.run(ADD, [x.length], [x, y]));
      out.set(await clock.readBack(() => device.read(sum)), from);
      for (const array of [x, y, sum]) array.delete();
    }
    return out;
  },
  exact: (input) => exactBySample(add, input, input.a.length, 2 ** 20),
  sample: ({ a, b }, places) => ({
    values: Float64Array.from(places, (p) => a[p]! + b[p]!),
    scales: Float64Array.from(places, (p) => Math.abs(a[p]!) + Math.abs(b[p]!)),
  }),
  operations: ({ a }) => a.length,
};
