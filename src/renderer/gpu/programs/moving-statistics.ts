import type { KernelThread } from '../gpu-device';
import { exactBySample } from '../exact-by-sample';
import { NO_RESULT, fromDevice, isThere } from '../gpu-number';
import type { GpuProgram } from '../gpu-program';
import { inStrips } from '../in-strips';
import { uploadSettled } from '../settled';

export interface MovingInput {
  /** NaN = missing: left out. */
  readonly values: Float64Array;
  /** Values to each side. */
  readonly half: number;
  readonly statistic: 'mean' | 'deviation' | 'median';
}

// gpu.js gives a kernel's variables one scope: no name is declared twice in one.
/** `statistic`: 0 = mean, 1 = standard deviation (n in the denominator). */
const MOMENTS = function (
  this: KernelThread,
  values: number[],
  valid: number[],
  from: number,
  length: number,
  half: number,
  statistic: number,
  none: number,
): number {
  const middle = this.thread.x + from;
  let sum = 0;
  let count = 0;
  for (let k = 0; k < 2 * half + 1; k++) {
    const i = middle - half + k;
    if (i >= 0 && i < length) {
      sum += valid[i]! * values[i]!;
      count += valid[i]!;
    }
  }
  if (count < 0.5) return none;
  const mean = sum / count;
  if (statistic < 0.5) return mean;
  let squares = 0;
  for (let m = 0; m < 2 * half + 1; m++) {
    const j = middle - half + m;
    if (j >= 0 && j < length) {
      const d = values[j]! - mean;
      squares += valid[j]! * d * d;
    }
  }
  return Math.sqrt(squares / count);
};

/** The mean of the two middle values of those there are, each found by counting how many are smaller: O(window²) without a branch that diverges much. */
const MEDIAN = function (this: KernelThread, values: number[], valid: number[], from: number, length: number, half: number, none: number): number {
  const middle = this.thread.x + from;
  let count = 0;
  for (let k = 0; k < 2 * half + 1; k++) {
    const i = middle - half + k;
    if (i >= 0 && i < length) count += valid[i]!;
  }
  if (count < 0.5) return none;
  const low = Math.floor((count - 1) / 2 + 0.01);
  const high = Math.floor(count / 2 + 0.01);
  let sum = 0;
  for (let m = 0; m < 2 * half + 1; m++) {
    const own = middle - half + m;
    if (own >= 0 && own < length && valid[own]! > 0.5) {
      let rank = 0;
      for (let q = 0; q < 2 * half + 1; q++) {
        const other = middle - half + q;
        if (other >= 0 && other < length && valid[other]! > 0.5) {
          if (values[other]! < values[own]!) rank += 1;
          if (values[other]! === values[own]! && q < m) rank += 1;
        }
      }
      if (rank === low) sum += values[own]!;
      if (rank === high) sum += values[own]!;
    }
  }
  return sum / 2;
};

function windowOf({ values, half, statistic }: MovingInput, at: number): number {
  const some = values.subarray(Math.max(0, at - half), at + half + 1).filter(isThere);
  if (some.length === 0) return NaN;
  if (statistic === 'median') {
    some.sort();
    return (some[Math.floor((some.length - 1) / 2)]! + some[Math.floor(some.length / 2)]!) / 2;
  }
  let mean = 0;
  for (const v of some) mean += v / some.length;
  if (statistic === 'mean') return mean;
  let squares = 0;
  for (const v of some) squares += (v - mean) ** 2;
  return Math.sqrt(squares / some.length);
}

/** Mean, standard deviation or median of the values within `half` places of each, fewer at the ends; NaN where there are none. */
export const movingStatistics: GpuProgram<MovingInput> = {
  async run(run, { values, half, statistic }) {
    const { device } = run;
    const n = values.length;
    if (n === 0) return new Float64Array(0);
    let level = 0;
    let count = 0;
    for (const v of values) if (isThere(v)) level += (v - level) / ++count;
    const arrays = await uploadSettled(run, () => [
      Float32Array.from(values, (v) => (isThere(v) ? v - level : 0)),
      Float32Array.from(values, (v) => (isThere(v) ? 1 : 0)),
    ]);
    const out = new Float64Array(n);
    const window = 2 * half + 1;
    await inStrips(
      run,
      n,
      statistic === 'median' ? window * window : 4 * window,
      (from, to) =>
        statistic === 'median'
          ? device.run(MEDIAN, [to - from], [...arrays, from, n, half, NO_RESULT])
          : device.run(MOMENTS, [to - from], [...arrays, from, n, half, statistic === 'mean' ? 0 : 1, NO_RESULT]),
      (from, some) => void fromDevice(some, statistic === 'deviation' ? 0 : level, out, from),
    );
    for (const a of arrays) a.delete();
    return out;
  },
  exact: (input) => exactBySample(movingStatistics, input, input.values.length, 4096),
  sample(input, places) {
    let largest = 0;
    for (const v of input.values) if (isThere(v)) largest = Math.max(largest, Math.abs(v));
    return { values: Float64Array.from(places, (p) => windowOf(input, p)), scales: new Float64Array(places.length).fill(largest) };
  },
  operations: ({ values, half, statistic }) => values.length * (statistic === 'median' ? (2 * half + 1) ** 2 : 4 * (2 * half + 1)),
};
