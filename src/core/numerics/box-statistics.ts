import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';
import type { BoxFit } from './box-fit';

/** What vetting a transit asks, as astropy's compute_stats. NaN where no point is inside. */
export interface BoxStatistics {
  /** Different transits with a point inside. */
  readonly transits: number;
  readonly depthOdd: number;
  readonly depthEven: number;
  /** |odd - even| in units of its error. */
  readonly oddEvenSigma: number;
  /** Depth half a period later, and in units of its error. */
  readonly secondaryDepth: number;
  readonly secondarySnr: number;
  /** log-likelihood of a sinusoid of this period minus that of the box: above 0 the star varies rather than being eclipsed. */
  readonly sineLogLikelihood: number;
  /** Standard deviation of the values about the box, N - 2 degrees of freedom. */
  readonly scatter: number;
  /** χ² of the box over N - 2. */
  readonly reducedChi2: number;
}

/** Σw and Σwy of a set of points. */
class Level {
  w = 0;
  wy = 0;
  add(w: number, y: number): void {
    this.w += w;
    this.wy += w * y;
  }
  get mean(): number {
    return this.wy / this.w;
  }
}

/** Distance of `dt` to the nearest multiple of `period`. */
function distance(dt: number, period: number): number {
  return Math.abs(dt - period * Math.round(dt / period));
}

/** Weighted residual sum of the least-squares sinusoid with a floating mean. Σ by rows of [sin, cos, 1]; solved by Gauss–Jordan. */
function sineResidual(sums: Float64Array): number {
  const [ss, sc, s1, cc, c1, n, sy, cy, y1, yy] = sums as unknown as readonly number[] & { length: 10 };
  const rows = [
    [ss!, sc!, s1!, sy!],
    [sc!, cc!, c1!, cy!],
    [s1!, c1!, n!, y1!],
  ];
  for (let k = 0; k < 3; k++) {
    const pivot = rows.slice(k).reduce((a, b) => (Math.abs(b[k]!) > Math.abs(a[k]!) ? b : a));
    const at = rows.indexOf(pivot);
    [rows[k], rows[at]] = [pivot, rows[k]!];
    if (!(Math.abs(pivot[k]!) > 1e-12 * n!)) return NaN;
    for (let r = 0; r < 3; r++) {
      if (r === k) continue;
      const share = rows[r]![k]! / pivot[k]!;
      for (let c = k; c < 4; c++) rows[r]![c]! -= share * pivot[c]!;
    }
  }
  const [a, b, c] = rows.map((row, k) => row[3]! / row[k]!) as [number, number, number];
  return yy! - a * sy! - b * cy! - c * y1!;
}

/** Points with their values (a transit is a fall) and, when they differ, errors. */
export interface BoxPoints {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors?: Float64Array | undefined;
}

/** Statistics of a box that was found, by which points are within half a duration of a transit. O(n). */
export function* boxStatisticsSteps({ times, values, errors }: BoxPoints, box: BoxFit): Generator<Progress, BoxStatistics> {
  const { period, epoch, duration } = box;
  const half = duration / 2;
  const n = times.length;
  const [inside, outside, odd, even, secondary, rest] = Array.from({ length: 6 }, () => new Level());
  const seen = new Set<number>();
  const weightOf = (i: number): number => (errors ? 1 / (errors[i]! * errors[i]!) : 1);
  // Sums of squares about a level near the values keep their digits.
  const origin = values[0] ?? 0;
  const sums = new Float64Array(10);
  const sorting = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const [dt, w, y] = [times[i]! - epoch, weightOf(i), values[i]! - origin];
      const isIn = distance(dt, period) < half;
      (isIn ? inside! : outside!).add(w, y);
      if (isIn) seen.add(Math.round(dt / period));
      if (distance(dt - period, 2 * period) < half) odd!.add(w, y);
      if (distance(dt, 2 * period) < half) even!.add(w, y);
      if (distance(dt - period / 2, period) < half) secondary!.add(w, y);
      else if (!isIn) rest!.add(w, y);
      const angle = 2 * Math.PI * ((dt / period) % 1);
      addSine(sums, Math.sin(angle), Math.cos(angle), w, y);
    }
  });
  yield* part(sorting, 0, 0.6);
  let [chi2, squares] = [0, 0];
  const residuals = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const r = values[i]! - origin - (distance(times[i]! - epoch, period) < half ? inside! : outside!).mean;
      chi2 += weightOf(i) * r * r;
      squares += r * r;
    }
  });
  yield* part(residuals, 0.6, 1);
  const depthOf = (level: Level, base: Level): number => base.mean - level.mean;
  const errorOf = (a: Level, b: Level): number => Math.sqrt(1 / a.w + 1 / b.w);
  return {
    transits: seen.size,
    depthOdd: depthOf(odd!, outside!),
    depthEven: depthOf(even!, outside!),
    oddEvenSigma: Math.abs(odd!.mean - even!.mean) / errorOf(odd!, even!),
    secondaryDepth: depthOf(secondary!, rest!),
    secondarySnr: depthOf(secondary!, rest!) / errorOf(secondary!, rest!),
    sineLogLikelihood: 0.5 * (chi2 - sineResidual(sums)),
    scatter: n > 2 ? Math.sqrt(squares / (n - 2)) : NaN,
    reducedChi2: n > 2 ? chi2 / (n - 2) : NaN,
  };
}

function addSine(sums: Float64Array, s: number, c: number, w: number, y: number): void {
  sums[0]! += w * s * s;
  sums[1]! += w * s * c;
  sums[2]! += w * s;
  sums[3]! += w * c * c;
  sums[4]! += w * c;
  sums[5]! += w;
  sums[6]! += w * s * y;
  sums[7]! += w * c * y;
  sums[8]! += w * y;
  sums[9]! += w * y * y;
}
