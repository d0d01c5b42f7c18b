import type { Progress } from '../../protocol/outcome';
import { LombScargle } from '../lomb-scargle';
import { findPeaks } from '../peaks';
import { part } from '../steps';

/** A period, and the variance left about the folded curve in units of the whole: small for the right one. */
export interface Fold {
  readonly period: number;
  readonly theta: number;
}

const PEAKS = 12;
/** Periods tried for each peak, in units of its own: an eclipsing binary peaks at half its period or less. */
const MULTIPLES = [0.5, 1, 2, 3, 4] as const;
/** What a longer period than the peak's has to be better by: more bins in use fit more noise. */
const LONGER = 1.03;

/** Phase dispersion (Stellingwerf 1978, ApJ 224, 953, doi:10.1086/156444) in equal bins, for many frequencies of the same points. */
class Dispersion {
  private readonly sum: Float64Array;
  private readonly count: Float64Array;
  private readonly total: number;
  constructor(
    private readonly times: Float64Array,
    private readonly values: Float64Array,
    private readonly bins: number,
  ) {
    this.sum = new Float64Array(bins);
    this.count = new Float64Array(bins);
    this.total = values.reduce((s, v) => s + v * v, 0);
  }

  at(frequency: number): number {
    const { times, values, bins, sum, count } = this;
    sum.fill(0);
    count.fill(0);
    for (let i = 0; i < times.length; i++) {
      const turns = times[i]! * frequency;
      const bin = Math.min(bins - 1, Math.floor((turns - Math.floor(turns)) * bins));
      sum[bin]! += values[i]!;
      count[bin]!++;
    }
    let explained = 0;
    let used = 0;
    for (let b = 0; b < bins; b++) {
      if (count[b] === 0) continue;
      explained += sum[b]! ** 2 / count[b]!;
      used++;
    }
    return times.length > used ? ((this.total - explained) / (times.length - used)) * (times.length / this.total) : 1;
  }
}

/** Points times frequencies that {@link foldSearchSteps} costs. */
export function foldSearchCost(points: number, baseline: number, maximumFrequency: number): number {
  return points * 3 * baseline * maximumFrequency;
}

/**
 * The period at which a light curve folds best: the highest peaks of its Lomb–Scargle periodogram and their multiples, each refined by the
 * phase dispersion. `times` ascending, at least 20; `values` centred and free of outliers. undefined when the values are all equal. O(n · baseline ·
 * maximumFrequency).
 */
export function* foldSearchSteps(times: Float64Array, values: Float64Array, maximumFrequency: number): Generator<Progress, Fold | undefined> {
  const n = times.length;
  const baseline = times[n - 1]! - times[0]!;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const t = times.map((v) => v - times[0]!);
  const y = values.map((v) => v - mean);
  if (!(baseline > 0) || !y.some((v) => v !== 0)) return undefined;
  const step = 1 / (3 * baseline);
  const grid = { first: 1.5 / baseline, step, count: Math.max(3, Math.floor(maximumFrequency / step)) };
  const search = yield* part(LombScargle.prepareSteps(t, y, undefined, 1), 0, 0.02);
  const power = yield* part(search.powerSteps(grid), 0.02, 0.8);
  const bins = Math.max(5, Math.min(40, Math.floor(n / 12)));
  const dispersion = new Dispersion(t, y, bins);
  const fine = 1 / (1.5 * baseline * bins);
  let best: Fold | undefined;
  const attempt = (frequency: number, handicap: number): void => {
    const theta = dispersion.at(frequency) * handicap;
    if (best === undefined || theta < best.theta) best = { period: 1 / frequency, theta };
  };
  const peaks = findPeaks(power, PEAKS, 3);
  for (const [k, peak] of peaks.entries()) {
    for (const multiple of MULTIPLES) {
      const frequency = (grid.first + peak * step) / multiple;
      if (frequency < grid.first) continue;
      const reach = 0.5 / baseline / multiple + fine;
      for (let f = frequency - reach; f <= frequency + reach; f += fine) attempt(f, multiple > 1 ? LONGER : 1);
      yield { fraction: 0.8 + (0.2 * k) / peaks.length };
    }
  }
  if (best === undefined) return undefined;
  const middle = 1 / best.period;
  for (let k = -10; k <= 10; k++) attempt(middle + (k * fine) / 10, 1);
  return best;
}
