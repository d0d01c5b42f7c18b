import type { Progress } from '../../protocol/outcome';
import { inSumBlocks, part } from '../steps';
import type { CurvePoints } from './curve-points';
import type { Moments } from './moments';

/** What the errors of the points say: NaN throughout without errors. */
export interface AgainstErrors {
  /** Weighted by 1/error², and 1/√Σ(1/error²). */
  readonly weightedMean: number;
  readonly weightedMeanError: number;
  /** Mean of error². */
  readonly noise: number;
  /** Σ ((y - weighted mean)/error)². */
  readonly chi2: number;
  /** Stetson's (1996) indices J, K and L = J K / 0.798. */
  readonly stetsonJ: number;
  readonly stetsonK: number;
  readonly stetsonL: number;
  /** Σ |y - median|/error / (n - 1) (Enoch, Brown & Burgasser 2003, AJ 126, 1006). */
  readonly roms: number;
}

const NOTHING: AgainstErrors = {
  weightedMean: NaN,
  weightedMeanError: NaN,
  noise: NaN,
  chi2: NaN,
  stetsonJ: NaN,
  stetsonK: NaN,
  stetsonL: NaN,
  roms: NaN,
};

const signedRoot = (p: number): number => (p < 0 ? -Math.sqrt(-p) : Math.sqrt(p));

/**
 * Sum of sgn(P)√|P| over pairs of neighbours. Without a window each neighbour makes a pair, n - 1 in all; with one, two neighbours at most that
 * far apart make a pair, each point in one pair at most, and a point left alone counts by P = δ² - 1.
 */
class StetsonPairs {
  sum = 0;
  count = 0;
  private last = NaN;
  private lastTime = NaN;

  constructor(private readonly window: number | undefined) {}

  add(time: number, delta: number): void {
    const hasLast = this.last === this.last;
    if (this.window === undefined) {
      if (hasLast) this.take(this.last * delta);
      this.last = delta;
    } else if (hasLast && time - this.lastTime <= this.window) {
      this.take(this.last * delta);
      this.last = NaN;
    } else {
      if (hasLast) this.take(this.last * this.last - 1);
      this.last = delta;
      this.lastTime = time;
    }
  }

  end(): number {
    if (this.window !== undefined && this.last === this.last) this.take(this.last * this.last - 1);
    return this.sum / this.count;
  }

  private take(product: number): void {
    this.sum += signedRoot(product);
    this.count++;
  }
}

/** Stetson's K of Gaussian noise, √(2/π), as the 1996 paper rounds it. */
const GAUSSIAN_K = 0.798;

/**
 * Weighted mean, chi² and the indices of Welch & Stetson 1993 (AJ 105, 1813, doi:10.1086/116556) and Stetson 1996 (PASP 108, 851,
 * doi:10.1086/133808) with δ = √(n/(n - 1)) (y - weighted mean)/error; the mean is not iterated. O(n).
 */
export function* againstErrorsSteps(
  points: CurvePoints,
  { n, mean }: Moments,
  median: number,
  window: number | undefined,
): Generator<Progress, AgainstErrors> {
  const { times, values, errors } = points;
  if (!errors || n === 0) return NOTHING;
  let [weights, weighted, noise] = [0, 0, 0];
  const weighing = inSumBlocks(n, (from, to) => {
    // Numbers of its own: those outside the function are slower to reach.
    let [s0, s1, s2] = [0, 0, 0];
    for (let i = from; i < to; i++) {
      const e2 = errors[i]! * errors[i]!;
      const w = 1 / e2;
      s0 += w;
      s1 += w * (values[i]! - mean);
      s2 += e2;
    }
    weights += s0;
    weighted += s1;
    noise += s2;
  });
  yield* part(weighing, 0, 0.4);
  const weightedMean = mean + weighted / weights;
  const scale = Math.sqrt(n / (n - 1));
  const pairs = new StetsonPairs(window);
  let [chi2, absolute, roms] = [0, 0, 0];
  const comparing = inSumBlocks(n, (from, to) => {
    let [squares, sum, robust] = [0, 0, 0];
    for (let i = from; i < to; i++) {
      const inverse = 1 / errors[i]!;
      const z = (values[i]! - weightedMean) * inverse;
      squares += z * z;
      sum += Math.abs(z);
      robust += Math.abs(values[i]! - median) * inverse;
      pairs.add(times[i]!, scale * z);
    }
    chi2 += squares;
    absolute += sum;
    roms += robust;
  });
  yield* part(comparing, 0.4, 1);
  const stetsonJ = n > 1 ? pairs.end() : NaN;
  const stetsonK = absolute / n / Math.sqrt(chi2 / n);
  return {
    weightedMean,
    weightedMeanError: 1 / Math.sqrt(weights),
    noise: noise / n,
    chi2,
    stetsonJ,
    stetsonK,
    stetsonL: (stetsonJ * stetsonK) / GAUSSIAN_K,
    roms: roms / (n - 1),
  };
}
