import { LombScargle, type FrequencyGrid } from '../../../core/numerics/lomb-scargle';
import { drain } from '../../../core/numerics/steps';
import { fromDevice } from '../gpu-number';
import type { KernelThread } from '../gpu-device';
import type { GpuProgram } from '../gpu-program';
import { inStrips } from '../in-strips';
import { uploadSettled } from '../settled';
import { splitForTurns } from '../split-turns';

export interface PeriodogramInput {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors?: Float64Array | undefined;
  readonly grid: FrequencyGrid;
}

const prepared = ({ times, values, errors }: PeriodogramInput): LombScargle => drain(LombScargle.prepareSteps(times, values, errors, 1));

/**
 * Power at one frequency. Sines are polynomials (Taylor to the 11th power within a quarter turn, 6e-8), because those of GPUs differ. `cos` is the cosine
 * less 1: to a model with a mean that is the same, and at low frequencies, where cosines are nearly 1, float32 still tells them apart.
 */
const POWER = function (
  this: KernelThread,
  timeHigh: number[],
  timeLow: number[],
  weights: number[],
  weighted: number[],
  frequencyHigh: number[],
  frequencyLow: number[],
  from: number,
  points: number,
  variance: number,
): number {
  const fh = frequencyHigh[this.thread.x + from]!;
  const fl = frequencyLow[this.thread.x + from]!;
  let c1 = 0;
  let s1 = 0;
  let cc = 0;
  let ss = 0;
  let cs = 0;
  let yc = 0;
  let ys = 0;
  for (let start = 0; start < points; start += 64) {
    let pc1 = 0;
    let ps1 = 0;
    let pcc = 0;
    let pss = 0;
    let pcs = 0;
    let pyc = 0;
    let pys = 0;
    for (let k = 0; k < 64; k++) {
      const i = start + k;
      if (i < points) {
        const th = timeHigh[i]!;
        const tl = timeLow[i]!;
        const whole = th * fh;
        const rest = th * fl + tl * fh + tl * fl;
        let turn = whole - Math.floor(whole + 0.5) + (rest - Math.floor(rest + 0.5));
        turn = turn - Math.floor(turn + 0.5);
        // Sine of half the angle, and its cosine as the sine of what is left to a quarter turn.
        let x = turn * 3.141592653589793;
        let q = x * x;
        const half =
          x *
          (1 +
            q *
              (-0.16666666666666666 +
                q * (0.008333333333333333 + q * (-0.0001984126984126984 + q * (0.0000027557319223985893 - q * 2.505210838544172e-8)))));
        x = 1.5707963267948966 - Math.abs(x);
        q = x * x;
        const other =
          x *
          (1 +
            q *
              (-0.16666666666666666 +
                q * (0.008333333333333333 + q * (-0.0001984126984126984 + q * (0.0000027557319223985893 - q * 2.505210838544172e-8)))));
        const sin = 2 * half * other;
        const cos = -2 * half * half;
        const w = weights[i]!;
        const y = weighted[i]!;
        pc1 += w * cos;
        ps1 += w * sin;
        pcc += w * cos * cos;
        pss += w * sin * sin;
        pcs += w * cos * sin;
        pyc += y * cos;
        pys += y * sin;
      }
    }
    c1 += pc1;
    s1 += ps1;
    cc += pcc;
    ss += pss;
    cs += pcs;
    yc += pyc;
    ys += pys;
  }
  const a = cc - c1 * c1;
  const b = cs - c1 * s1;
  const d = ss - s1 * s1;
  return (yc * yc * d + ys * ys * a - 2 * yc * ys * b) / (a * d - b * b) / variance;
};

/** The generalised Lomb–Scargle periodogram of one harmonic with a floating mean, standard normalisation: what LombScargle of core makes. */
export const periodogram: GpuProgram<PeriodogramInput> = {
  async run(run, input) {
    const { device } = run;
    const { grid } = input;
    const ls = prepared(input);
    const frequencies = Float64Array.from({ length: grid.count }, (_, k) => grid.first + k * grid.step);
    const times = splitForTurns(ls.t);
    const steps = splitForTurns(frequencies);
    // Of order one: sums of float32 are then neither tiny nor huge.
    const spread = Math.sqrt(ls.variance);
    const scaled = ls.wy.map((v) => (spread > 0 ? v / spread : 0));
    const arrays = await uploadSettled(run, () => [times.high, times.low, Float32Array.from(ls.w), Float32Array.from(scaled), steps.high, steps.low]);
    const out = new Float64Array(grid.count);
    await inStrips(
      run,
      grid.count,
      30 * ls.points,
      (from, to) => device.run(POWER, [to - from], [...arrays, from, ls.points, 1]),
      (from, power) => void fromDevice(power, 0, out, from),
    );
    for (const a of arrays) a.delete();
    return out.map((v) => Math.min(1, v));
  },
  *exact(input) {
    return yield* prepared(input).powerSteps(input.grid);
  },
  sample(input, places) {
    const ls = prepared(input);
    const values = Float64Array.from(places, (k) => drain(ls.powerAtSteps(input.grid.first + k * input.grid.step)));
    // A power is a part of 1.
    return { values, scales: new Float64Array(places.length).fill(1) };
  },
  operations: ({ grid, times }) => 30 * grid.count * times.length,
};
