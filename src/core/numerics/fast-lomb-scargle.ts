import type { Progress } from '../protocol/outcome';
import { FastSums, type Division, divide } from './fast-sums';
import { HarmonicPower } from './harmonic-power';
import type { FrequencyGrid, LombScargle } from './lomb-scargle';
import { part } from './steps';

/** Where the fit is worse conditioned than this, the fast sums have too few digits: the exact ones are taken. */
const ILL = 1e-2;
/** With a larger share of such frequencies the exact sums everywhere are quicker. */
const MOST_ILL = 1 / 20;

const divisionOf = (points: number, count: number, terms: number): Division =>
  divide(points, count, { harmonics: 2 * terms, valued: terms }, 6 + 60 * (terms - 1) ** 2);

/** About how many seconds the periodogram takes by either method, on one core. */
export function lombScargleSeconds(points: number, count: number, terms: number): { readonly fast: number; readonly exact: number } {
  return { fast: divisionOf(points, count, terms).cost / 1e9, exact: (points * count * (terms === 1 ? 3.3 : 6 * terms)) / 1e9 };
}

/** Powers of the block's frequencies for one term; the badly conditioned ones go to `ill`. */
function powersOfOne(sums: FastSums, search: LombScargle, division: Division, block: number, out: Float64Array, ill: number[]): void {
  const { places, modes, scales } = sums.plan;
  const [one, two, y] = sums.grids as [Float64Array, Float64Array, Float64Array];
  const { blocks, modes: count } = division;
  const { fitMean, variance } = search;
  const middle = count >> 1;
  for (let i = 0; i < places.length; i++) {
    const mode = modes[i]! + middle;
    const k = mode * blocks + block;
    if (mode < 0 || mode >= count || k >= out.length) continue;
    const p = 2 * places[i]!;
    const scale = scales[i]!;
    const c = fitMean ? one[p]! * scale : 0;
    const s = fitMean ? one[p + 1]! * scale : 0;
    const c2 = two[p]! * scale;
    const cc = 0.5 + 0.5 * c2 - c * c;
    const ss = 0.5 - 0.5 * c2 - s * s;
    const cs = 0.5 * two[p + 1]! * scale - c * s;
    const yc = y[p]! * scale;
    const ys = y[p + 1]! * scale;
    const determinant = cc * ss - cs * cs;
    if (determinant < ILL) ill.push(k);
    const power = (yc * yc * ss + ys * ys * cc - 2 * yc * ys * cs) / (determinant * variance);
    out[k] = power < 1 ? power : 1;
  }
}

/** The same for any number of terms. */
function powersOfMany(sums: FastSums, search: LombScargle, division: Division, block: number, out: Float64Array, ill: number[]): void {
  const fit = new HarmonicPower(search.terms, search.fitMean);
  const { places, modes, scales } = sums.plan;
  const { grids } = sums;
  const { blocks, modes: count } = division;
  const { variance } = search;
  const middle = count >> 1;
  for (let i = 0; i < places.length; i++) {
    const mode = modes[i]! + middle;
    const k = mode * blocks + block;
    if (mode < 0 || mode >= count || k >= out.length) continue;
    const p = 2 * places[i]!;
    for (let m = 0; m < grids.length; m++) {
      fit.sums[2 * m] = grids[m]![p]! * scales[i]!;
      fit.sums[2 * m + 1] = grids[m]![p + 1]! * scales[i]!;
    }
    out[k] = Math.min(1, fit.explained() / variance);
    if (fit.pivot < ILL) ill.push(k);
  }
}

/**
 * Standard-normalised power on a grid by non-uniform fast Fourier transforms: equal to `search.powerSteps(grid)` to about 1e-10, in
 * O(points + frequencies · log frequencies) (Press & Rybicki 1989, ApJ 338, 277, doi:10.1086/167197; several terms as Palmer 2009, ApJ 695, 496,
 * doi:10.1088/0004-637X/695/1/496). Frequencies where the points hardly tell the harmonics apart, such as those close to 0, are computed by the exact sums.
 */
export function* fastPowerSteps(search: LombScargle, grid: FrequencyGrid): Generator<Progress, Float64Array> {
  const { terms, points } = search;
  const division = divisionOf(points, grid.count, terms);
  const sums = yield* FastSums.prepareSteps(search, grid, division, { harmonics: 2 * terms, valued: terms });
  const out = new Float64Array(grid.count);
  const ill: number[] = [];
  const powers = terms === 1 ? powersOfOne : powersOfMany;
  const work = sums.blocksSteps((block) => powers(sums, search, division, block, out, ill));
  yield* part(work, 0, 0.95);
  if (ill.length > 64 + MOST_ILL * grid.count) return yield* part(search.powerSteps(grid), 0.95, 1);
  for (const [n, k] of ill.entries()) {
    const fraction = 0.95 + (0.05 * n) / ill.length;
    out[k] = yield* part(search.powerAtSteps(grid.first + k * grid.step), fraction, fraction);
    if (n % 64 === 63) yield { fraction };
  }
  return out;
}

export type SumMethod = 'auto' | 'fast' | 'exact';

/** Standard-normalised power on a grid; `auto` takes the method that is quicker, for which fast needs some 100 points or many frequencies. */
export function* gridPowerSteps(search: LombScargle, grid: FrequencyGrid, method: SumMethod = 'auto'): Generator<Progress, Float64Array> {
  const { fast, exact } = lombScargleSeconds(search.points, grid.count, search.terms);
  const isFast = grid.step > 0 && (method === 'fast' || (method === 'auto' && fast < exact));
  return yield* isFast ? fastPowerSteps(search, grid) : search.powerSteps(grid);
}
