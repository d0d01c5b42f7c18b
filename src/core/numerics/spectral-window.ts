import type { Progress } from '../protocol/outcome';
import { FastSums, divide } from './fast-sums';
import { type FrequencyGrid, LombScargle } from './lomb-scargle';
import { findPeaks } from './peaks';
import { inBlocks, part } from './steps';

const WANTED = { harmonics: 1, valued: 0 };
/** Points times frequencies below which the sums are made one by one. */
const SMALL = 1e5;

/**
 * The spectral window |Σ w exp(iωt)|² / (Σw)² on a grid: the periodogram of the sampling itself, 1 at frequency 0 (Deeming 1975, Ap&SS 36, 137,
 * doi:10.1007/BF00681947). A signal at f shows again at f ± each of its peaks. By fast transforms, to 1e-10.
 */
export function* windowPowerSteps(search: LombScargle, grid: FrequencyGrid): Generator<Progress, Float64Array> {
  const out = new Float64Array(grid.count);
  if (search.points * grid.count < SMALL || !(grid.step > 0)) {
    for (let k = 0; k < grid.count; k++) {
      out[k] = yield* windowAtSteps(search, grid.first + k * grid.step);
      yield { fraction: (k + 1) / grid.count };
    }
    return out;
  }
  const division = divide(search.points, grid.count, WANTED, 2);
  const { blocks, modes: count } = division;
  const sums = yield* FastSums.prepareSteps(search, grid, division, WANTED);
  const { places, modes, scales } = sums.plan;
  yield* sums.blocksSteps((block) => {
    const data = sums.grids[0]!;
    for (let i = 0; i < places.length; i++) {
      const mode = modes[i]! + (count >> 1);
      const k = mode * blocks + block;
      if (mode < 0 || mode >= count || k >= grid.count) continue;
      out[k] = (data[2 * places[i]!]! ** 2 + data[2 * places[i]! + 1]! ** 2) * scales[i]! ** 2;
    }
  });
  return out;
}

function* windowAtSteps({ t, w, points }: LombScargle, frequency: number): Generator<Progress, number> {
  const c = new Float64Array(points);
  const s = new Float64Array(points);
  let re = 0;
  let im = 0;
  const adding = inBlocks(points, (from, to) => {
    LombScargle.angles(t, frequency, c, s, from, to);
    for (let i = from; i < to; i++) {
      re += w[i]! * c[i]!;
      im += w[i]! * s[i]!;
    }
  });
  yield* part(adding, 0, 0);
  return re * re + im * im;
}

/** The frequencies of the window's highest peaks above `least`, leaving out the one at 0 that every window has. */
export function windowPeaks(grid: FrequencyGrid, window: Float64Array, baseline: number, most: number, least = 0.1): number[] {
  const from = grid.step > 0 ? Math.max(0, Math.ceil((1.5 / baseline - grid.first) / grid.step)) : 0;
  const separation = grid.step > 0 ? 1 / (baseline * grid.step) : 0;
  return findPeaks(window.subarray(from), most, separation)
    .map((k) => from + k)
    .filter((k) => window[k]! >= least && k > from && k < window.length - 1)
    .map((k) => grid.first + k * grid.step);
}
