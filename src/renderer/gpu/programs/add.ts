import type { KernelThread } from '../gpu-device';
import { exactBySample } from '../exact-by-sample';
import type { GpuProgram } from '../gpu-program';

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
  async run({ device, clock, signal }, { a, b }) {
    const out = new Float64Array(a.length);
    for (let from = 0; from < a.length; from += PIECE) {
      signal.throwIfAborted();
      const piece = (values: Float64Array): Float32Array => Float32Array.from(values.subarray(from, from + PIECE));
      const [x, y] = await clock.upload(async () => {
        const arrays = [await device.upload(piece(a)), await device.upload(piece(b))] as const;
        await device.settle();
        return arrays;
      });
      const [sum] = await clock.compute(async () => {
        const started = await device.run(ADD, [x.length], [x, y]);
        await device.settle();
        return started;
      });
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
