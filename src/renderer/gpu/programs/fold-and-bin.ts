import type { KernelThread } from '../gpu-device';
import { exactBySample } from '../exact-by-sample';
import type { GpuProgram } from '../gpu-program';
import { computeSettled, uploadSettled } from '../settled';
import { splitForTurns } from '../split-turns';

export interface FoldInput {
  /** Finite. */
  readonly times: Float64Array;
  /** Finite. */
  readonly values: Float64Array;
  readonly frequency: number;
  readonly epoch: number;
  readonly bins: number;
}

/** Pieces the points are cut into: threads of one bin. */
const PIECES = 64;

/** What the points of one piece give to one bin: each is shared by the two bins whose middles it lies between. */
const SHARE = function (
  this: KernelThread,
  timeHigh: number[],
  timeLow: number[],
  values: number[],
  frequencyHigh: number,
  frequencyLow: number,
  bins: number,
  points: number,
  piece: number,
): number {
  const first = this.thread.y * piece;
  let sum = 0;
  for (let k = 0; k < piece; k++) {
    const i = first + k;
    if (i < points) {
      const th = timeHigh[i]!;
      const tl = timeLow[i]!;
      const whole = th * frequencyHigh;
      const rest = th * frequencyLow + tl * frequencyHigh + tl * frequencyLow;
      let turn = whole - Math.floor(whole) + (rest - Math.floor(rest));
      turn = turn - Math.floor(turn);
      let distance = Math.abs(turn * bins - this.thread.x - 0.5);
      distance = Math.min(distance, bins - distance);
      if (distance < 1) sum += (1 - distance) * values[i]!;
    }
  }
  return sum;
};

function means(sums: Float64Array, weights: Float64Array, level: number): Float64Array {
  return sums.map((s, i) => (weights[i]! > 1e-6 ? s / weights[i]! + level : NaN));
}

function overPieces(values: Float32Array, bins: number): Float64Array {
  const out = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) out[i % bins]! += values[i]!;
  return out;
}

/**
 * The mean curve of a fold: at the middles of `bins` equal bins of phase (0 at the epoch) the mean of the points, each weighted by 1 less its distance in
 * bins (so that a curve does not jump when a point crosses an edge). NaN where there are none.
 */
export const foldAndBin: GpuProgram<FoldInput> = {
  async run(run, { times, values, frequency, epoch, bins }) {
    const { device, clock } = run;
    const n = times.length;
    if (n === 0) return new Float64Array(bins).fill(NaN);
    const t = splitForTurns(times.map((v) => v - epoch));
    const f = splitForTurns(Float64Array.of(frequency));
    let level = 0;
    for (const v of values) level += v / n;
    const piece = Math.ceil(n / PIECES);
    const arrays = await uploadSettled(run, () => [t.high, t.low, Float32Array.from(values, (v) => v - level), new Float32Array(n).fill(1)]);
    const [high, low, shifted, ones] = arrays;
    const sums: Float64Array[] = [];
    for (const what of [shifted, ones]) {
      const args = [high, low, what, f.high[0]!, f.low[0]!, bins, n, piece];
      const [array] = await computeSettled(run, () => device.run(SHARE, [bins, PIECES], args));
      sums.push(overPieces(await clock.readBack(() => device.read(array)), bins));
      array.delete();
    }
    for (const a of arrays) a.delete();
    return means(sums[0]!, sums[1]!, level);
  },
  exact: (input) => exactBySample(foldAndBin, input, input.bins),
  sample({ times, values, frequency, epoch, bins }, places) {
    const sums = new Float64Array(bins);
    const weights = new Float64Array(bins);
    let largest = 0;
    for (let i = 0; i < times.length; i++) {
      const turn = (times[i]! - epoch) * frequency;
      const at = (turn - Math.floor(turn)) * bins - 0.5;
      const low = Math.floor(at);
      for (const [bin, weight] of [
        [(low + bins) % bins, 1 - (at - low)],
        [(low + 1) % bins, at - low],
      ] as const) {
        sums[bin]! += weight * values[i]!;
        weights[bin]! += weight;
      }
      largest = Math.max(largest, Math.abs(values[i]!));
    }
    const all = means(sums, weights, 0);
    return { values: Float64Array.from(places, (p) => all[p]!), scales: new Float64Array(places.length).fill(largest) };
  },
  operations: ({ times, bins }) => 8 * times.length * bins,
};
