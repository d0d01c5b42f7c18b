import { sortedSteps } from '../../../core/numerics/sort-values';
import { selectKth } from '../../../core/numerics/quickselect';
import { powerOfTwo } from '../../../core/numerics/fft';
import { GpuFailure } from '../gpu-failure';
import type { KernelThread } from '../gpu-device';
import { fromDevice } from '../gpu-number';
import type { GpuProgram } from '../gpu-program';
import { uploadSettled } from '../settled';

export interface SortInput {
  /** Finite; sorted as float32. */
  readonly values: Float64Array;
}

/** Above this, places are no longer whole numbers in float32. */
const MOST = 2 ** 24;

/** Passes between two waits for the device. */
const TOGETHER = 8;

/** One pass of a bitonic network: each place takes the smaller or the larger of itself and its partner `reach` away, in blocks of `block`. */
const PASS = function (this: KernelThread, values: number[], reach: number, block: number): number {
  const i = this.thread.x;
  const isFirst = i - 2 * reach * Math.floor(i / (2 * reach)) < reach;
  const isRising = i - 2 * block * Math.floor(i / (2 * block)) < block;
  const own = values[i]!;
  if (isFirst) {
    const other = values[i + reach]!;
    if (isRising) return Math.min(own, other);
    return Math.max(own, other);
  }
  const other = values[i - reach]!;
  if (isRising) return Math.max(own, other);
  return Math.min(own, other);
};

/** Ascending. A bitonic network (Batcher 1968, AFIPS 32, 307, doi:10.1145/1468075.1468121): O(n log² n) comparisons, all in parallel. */
export const sort: GpuProgram<SortInput> = {
  async run(run, { values }) {
    const { device, clock, signal } = run;
    const n = values.length;
    if (n === 0) return new Float64Array(0);
    const size = powerOfTwo(n);
    if (size > MOST) throw new GpuFailure(`The GPU sorts at most ${MOST} numbers, not ${n}.`);
    let [array] = await uploadSettled(run, () => {
      const padded = new Float32Array(size).fill(3e38);
      padded.set(values);
      return [padded];
    });
    let pass = 0;
    for (let block = 2; block <= size; block *= 2)
      for (let reach = block / 2; reach >= 1; reach /= 2) {
        signal.throwIfAborted();
        const from = array;
        [array] = await clock.compute(async () => {
          const next = await device.run(PASS, [size], [from, reach, block]);
          if (++pass % TOGETHER === 0) await device.settle();
          return next;
        });
        from.delete();
      }
    await clock.compute(() => device.settle());
    const sorted = await clock.readBack(() => device.read(array));
    array.delete();
    return fromDevice(sorted.subarray(0, n));
  },
  *exact({ values }) {
    return yield* sortedSteps(values);
  },
  sample({ values }, places) {
    const copy = values.slice();
    const scale = Math.max(Math.abs(selectKth(copy, 0, 0, copy.length - 1)), Math.abs(selectKth(copy, copy.length - 1, 0, copy.length - 1)));
    return { values: Float64Array.from(places, (p) => selectKth(copy, p, 0, copy.length - 1)), scales: new Float64Array(places.length).fill(scale) };
  },
  operations: ({ values }) => values.length * Math.log2(Math.max(2, values.length)) ** 2,
};
