import type { Progress } from '../protocol/outcome';
import type { CurveWithErrors } from './features/curve-points';

/** Pairs of points of different times. */
export interface CurvePairs {
  /** ln of the time between the two. */
  readonly logLag: Float64Array;
  /** Squared difference of the values. */
  readonly square: Float64Array;
  /** Sum of the two squared errors. */
  readonly noise: Float64Array;
  /** Of so many possible pairs; more than there are here when they were drawn at random. */
  readonly possible: number;
}

/** Pairs handled between two yields. */
const BLOCK = 2 ** 16;

/**
 * All pairs of points with different times or, where there would be more than `most`, that many drawn at random (uniform over all pairs, with repetition).
 * Order of the points: as given. O(pairs).
 */
export function* curvePairsSteps(points: CurveWithErrors, most: number, random: () => number): Generator<Progress, CurvePairs> {
  const { times, values, errors } = points;
  const n = times.length;
  const possible = (n * (n - 1)) / 2;
  const size = Math.min(most, possible);
  const logLag = new Float64Array(size);
  const square = new Float64Array(size);
  const noise = new Float64Array(size);
  let count = 0;
  const add = (i: number, j: number): void => {
    const lag = Math.abs(times[j]! - times[i]!);
    if (!(lag > 0)) return;
    const d = values[j]! - values[i]!;
    logLag[count] = Math.log(lag);
    square[count] = d * d;
    noise[count] = errors[i]! * errors[i]! + errors[j]! * errors[j]!;
    count++;
  };
  if (possible <= most) {
    let since = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) add(i, j);
      since += n - i;
      if (since < BLOCK) continue;
      since = 0;
      yield { fraction: i / n };
    }
  } else {
    for (let k = 0; k < size; k++) {
      const i = Math.floor(random() * n);
      const j = Math.floor(random() * (n - 1));
      add(i, j < i ? j : j + 1);
      if (k % BLOCK === BLOCK - 1) yield { fraction: k / size };
    }
  }
  return { logLag: logLag.subarray(0, count), square: square.subarray(0, count), noise: noise.subarray(0, count), possible };
}

export interface BinnedStructure {
  /** Geometric middle of each bin of time between points that holds a pair. */
  readonly lag: Float64Array;
  /** Mean of √(π/2)|Δy| - √(σ_i² + σ_j²); may be negative where there is only noise. */
  readonly structure: Float64Array;
}

/** The estimator of Schmidt et al. 2010 (ApJ 714, 1194, doi:10.1088/0004-637X/714/2/1194) in bins of equal width in ln Δt. Bins without a pair are left out. O(pairs). */
export function* binnedStructureSteps({ logLag, square, noise }: CurvePairs, bins: number): Generator<Progress, BinnedStructure> {
  let [low, high] = [Infinity, -Infinity];
  for (const x of logLag) {
    if (x < low) low = x;
    if (x > high) high = x;
  }
  const width = (high - low) / bins;
  const sums = new Float64Array(bins);
  const counts = new Float64Array(bins);
  for (let k = 0; k < logLag.length; k++) {
    const b = width > 0 ? Math.min(bins - 1, Math.floor((logLag[k]! - low) / width)) : 0;
    sums[b]! += Math.sqrt((Math.PI / 2) * square[k]!) - Math.sqrt(noise[k]!);
    counts[b]!++;
    if (k % BLOCK === BLOCK - 1) yield { fraction: k / logLag.length };
  }
  const filled = [...counts.keys()].filter((b) => counts[b]! > 0);
  return {
    lag: Float64Array.from(filled, (b) => Math.exp(low + (b + 0.5) * width)),
    structure: Float64Array.from(filled, (b) => sums[b]! / counts[b]!),
  };
}
