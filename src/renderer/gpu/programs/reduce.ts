import type { Progress } from '../../../core/protocol/outcome';
import { drain } from '../../../core/numerics/steps';
import type { KernelThread } from '../gpu-device';
import { isThere } from '../gpu-number';
import type { GpuProgram } from '../gpu-program';
import { computeSettled, uploadSettled } from '../settled';

export interface ReduceInput {
  /** NaN = missing: left out. */
  readonly values: Float64Array;
  readonly reduction: 'sum' | 'min' | 'max';
}

/** Numbers one thread takes together. */
const SHARE = 64;

/** `what`: 0 = sum, 1 = smallest, 2 = largest. Threads of one level lie side by side, so that neighbours read neighbours. */
const LEVEL = function (this: KernelThread, values: number[], length: number, threads: number, what: number): number {
  let result = values[this.thread.x]!;
  for (let k = 1; k < 64; k++) {
    const i = this.thread.x + k * threads;
    if (i < length) {
      const v = values[i]!;
      if (what < 0.5) result += v;
      else if (what < 1.5) result = Math.min(result, v);
      else result = Math.max(result, v);
    }
  }
  return result;
};

function* exact({ values, reduction }: ReduceInput): Generator<Progress, Float64Array> {
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (i % 2 ** 20 === 0) yield { fraction: i / values.length };
    const v = values[i]!;
    if (!isThere(v)) continue;
    count++;
    sum += v;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  if (reduction === 'sum') return Float64Array.of(sum);
  return Float64Array.of(count === 0 ? NaN : reduction === 'min' ? min : max);
}

/** Sum, smallest or largest of an array: one number. The sum of none is 0, the others' NaN. */
export const reduce: GpuProgram<ReduceInput> = {
  async run(run, { values, reduction }) {
    const { device, clock } = run;
    const there = values.filter(isThere);
    if (there.length === 0) return Float64Array.of(reduction === 'sum' ? 0 : NaN);
    let level = 0;
    if (reduction === 'sum') for (let i = 0; i < there.length; i++) level += (there[i]! - level) / (i + 1);
    const what = { sum: 0, min: 1, max: 2 }[reduction];
    let [array] = await uploadSettled(run, () => [Float32Array.from(there, (v) => v - level)]);
    while (array.length > 1) {
      const from = array;
      const threads = Math.ceil(from.length / SHARE);
      [array] = await computeSettled(run, () => device.run(LEVEL, [threads], [from, from.length, threads, what]));
      from.delete();
    }
    const result = await clock.readBack(() => device.read(array));
    array.delete();
    return Float64Array.of(reduction === 'sum' ? result[0]! + level * there.length : result[0]!);
  },
  exact,
  sample(input, places) {
    const [result] = drain(exact(input));
    let scale = 0;
    for (const v of input.values) if (isThere(v)) scale = input.reduction === 'sum' ? scale + Math.abs(v) : Math.max(scale, Math.abs(v));
    return { values: new Float64Array(places.length).fill(result!), scales: new Float64Array(places.length).fill(scale) };
  },
  operations: ({ values }) => values.length,
};
