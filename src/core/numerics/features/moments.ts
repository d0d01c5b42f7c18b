import type { Progress } from '../../protocol/outcome';
import { inSumBlocks, part } from '../steps';

/** The centre and spread that other features refer to. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** With ddof 1. */
  readonly std: number;
  /** Σ (y - mean)^k. */
  readonly second: number;
  readonly third: number;
  readonly fourth: number;
  /** Highest minus lowest of the running sum of y - mean, the sum over no point (0) not among them. */
  readonly sumRange: number;
}

/** Powers of the distances from the mean, in two passes. All NaN without a point; `std` NaN with one. O(n). */
export function* momentSteps(values: Float64Array): Generator<Progress, Moments> {
  const n = values.length;
  // From the first value: then the mean of equal values is that value.
  const origin = values[0] ?? NaN;
  let total = 0;
  const averaging = inSumBlocks(n, (from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i]! - origin;
    total += sum;
  });
  yield* part(averaging, 0, 0.4);
  const mean = origin + total / n;
  let [second, third, fourth] = [0, 0, 0];
  let running = 0;
  let low = Infinity;
  let high = -Infinity;
  const adding = inSumBlocks(n, (from, to) => {
    // Numbers of its own: those outside the function are slower to reach.
    let [s2, s3, s4] = [0, 0, 0];
    let [sum, least, most] = [running, low, high];
    for (let i = from; i < to; i++) {
      const d = values[i]! - mean;
      const d2 = d * d;
      s2 += d2;
      s3 += d2 * d;
      s4 += d2 * d2;
      sum += d;
      if (sum < least) least = sum;
      if (sum > most) most = sum;
    }
    [running, low, high] = [sum, least, most];
    second += s2;
    third += s3;
    fourth += s4;
  });
  yield* part(adding, 0.4, 1);
  return { n, mean, std: Math.sqrt(second / (n - 1)), second, third, fourth, sumRange: high - low };
}

/** m3 / m2^(3/2), the biased g1 of scipy.stats.skew. */
export function skewness({ n, second, third }: Moments): number {
  return third / n / (second / n) ** 1.5;
}

/** m4 / m2² - 3, the biased g2 of scipy.stats.kurtosis: 0 for a Gaussian. */
export function kurtosis({ n, second, fourth }: Moments): number {
  return fourth / n / (second / n) ** 2 - 3;
}

/** The unbiased G2: scipy.stats.kurtosis(bias=False), the small kurtosis of Kim et al. 2011. NaN with fewer than 4 points. */
export function smallKurtosis(m: Moments): number {
  const { n } = m;
  return n > 3 ? ((n - 1) * ((n + 1) * kurtosis(m) + 6)) / ((n - 2) * (n - 3)) : NaN;
}
