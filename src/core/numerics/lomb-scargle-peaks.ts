import type { Progress } from '../protocol/outcome';
import type { FrequencyGrid } from './lomb-scargle';
import { findPeaks, polynomialMaximum } from './peaks';
import { part } from './steps';

/** A periodogram that can be computed at any frequency. */
export interface PowerSearch {
  readonly baseline: number;
  powerAtSteps(frequency: number): Generator<Progress, number>;
  powerSteps(grid: FrequencyGrid): Generator<Progress, Float64Array>;
}

export interface FrequencyPeak {
  readonly frequency: number;
  /** Standard-normalised, by the exact sums. */
  readonly power: number;
  /** It lies at the edge of the grid, where the power may go on rising. */
  readonly isEnd: boolean;
}

/** Frequencies on which a peak is looked at more closely. */
const NODES = 9;
/** Grid steps up to this share of 1/baseline leave the peak to one polynomial. */
const FINE = 0.25;

/**
 * The highest peaks of the power (standard normalisation, by the fast or the exact method) on a grid, none within 1/baseline of a higher one, each put
 * where the exact power is highest between the neighbouring grid points, to about 1e-6 of their distance. Highest first; of equal ones the lowest
 * frequency.
 */
export function* lombScarglePeaksSteps(
  search: PowerSearch,
  grid: FrequencyGrid,
  power: Float64Array,
  most: number,
): Generator<Progress, FrequencyPeak[]> {
  const separation = grid.step > 0 ? 1 / (search.baseline * grid.step) : 0;
  const tops = findPeaks(power, most, separation);
  const peaks: FrequencyPeak[] = [];
  for (const [n, top] of tops.entries()) {
    const at = grid.first + top * grid.step;
    const isEnd = top === 0 || top === grid.count - 1;
    const refining = isEnd ? exactSteps(search, at) : refineSteps(search, at, grid.step);
    peaks.push({ ...(yield* part(refining, n / tops.length, (n + 1) / tops.length)), isEnd });
  }
  // Refinement may change the order of close rivals.
  const isEqual = (a: FrequencyPeak, b: FrequencyPeak): boolean => Math.abs(a.power - b.power) <= 1e-9 * a.power;
  return peaks.sort((a, b) => (isEqual(a, b) ? a.frequency - b.frequency : b.power - a.power));
}

interface Exact {
  readonly frequency: number;
  readonly power: number;
}

function* exactSteps(search: PowerSearch, frequency: number): Generator<Progress, Exact> {
  return { frequency, power: yield* search.powerAtSteps(frequency) };
}

/** The exact power on a few frequencies about the peak, the maximum of the polynomial through them, and the exact power there. */
function* refineSteps(search: PowerSearch, at: number, step: number): Generator<Progress, Exact> {
  let best: Exact = { frequency: at, power: -Infinity };
  let half = step;
  for (let round = 0; round < 4; round++) {
    const first = best.frequency - half;
    const close = yield* part(search.powerSteps({ first, step: (2 * half) / (NODES - 1), count: NODES }), round / 4, (round + 0.7) / 4);
    const found = yield* part(exactSteps(search, best.frequency + half * polynomialMaximum(close).x), (round + 0.7) / 4, (round + 1) / 4);
    let highest = 0;
    for (let k = 1; k < NODES; k++) if (close[k]! > close[highest]!) highest = k;
    best = found.power >= close[highest]! * (1 - 1e-12) ? found : { frequency: first + (highest * 2 * half) / (NODES - 1), power: close[highest]! };
    if (half * search.baseline <= FINE) break;
    half /= 4;
  }
  return best;
}
