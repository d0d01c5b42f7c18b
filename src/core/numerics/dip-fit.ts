import type { FitCurve } from './nested-harmonics';

/** Two equal-width dips half a turn apart, fitted at one period. */
export interface Dips {
  /** Share of the weighted variance that they explain. */
  readonly explained: number;
  /** The same for the first dip alone. */
  readonly single: number;
  /** Phase of the middle of the deeper dip, of times counted from {@link DipFit.start}. */
  readonly phase: number;
  /** Full width, as a fraction of the period. */
  readonly width: number;
  /** How far the deeper and the shallower dip go down. */
  readonly depth: number;
  readonly second: number;
}

/** Phase bins of a turn. */
const BINS = 200;
/** Half widths tried, in bins: full widths of 0.02 to 0.3 of the period. */
const HALVES = [2, 3, 4, 6, 8, 11, 15, 20, 25, 30] as const;
/** Ingress as a share of the half width: a transit's steep walls, an eclipse's sloping ones. */
const INGRESSES = [0.2, 0.8] as const;

interface Kernel {
  readonly half: number;
  /** Height at each bin of -half … half, and the weight with which a bin enters. */
  readonly heights: Float64Array;
}

function makeKernels(): Kernel[] {
  return HALVES.flatMap((half) =>
    INGRESSES.map((ingress) => {
      const heights = Float64Array.from({ length: 2 * half + 1 }, (_, k) => {
        const out = (1 - Math.abs(k - half) / (half + 0.5)) / ingress;
        return out >= 1 ? 1 : 0.5 * (1 - Math.cos(Math.PI * out));
      });
      return { half, heights };
    }),
  );
}

const KERNELS = makeKernels();

/**
 * Eclipses and transits: a level with two dips half a turn apart, alike in width and shape (flat-bottomed with sloping walls), each with its own depth,
 * found by least squares over their phase, widths and shapes in binned phases. What goes down in `values` is a dip. O(points + bins · widths) a period.
 */
export class DipFit {
  readonly start: number;
  private readonly variance: number;
  private readonly mean: number;
  private readonly weight = new Float64Array(3 * BINS);
  private readonly value = new Float64Array(3 * BINS);
  /** Σ w g, Σ w g² and Σ w z g about each bin. */
  private readonly wg = new Float64Array(BINS);
  private readonly wgg = new Float64Array(BINS);
  private readonly zg = new Float64Array(BINS);

  constructor(private readonly curve: FitCurve) {
    const { times, values, weights } = curve;
    let mean = 0;
    let start = Infinity;
    for (let i = 0; i < times.length; i++) {
      mean += weights[i]! * values[i]!;
      if (times[i]! < start) start = times[i]!;
    }
    let variance = 0;
    for (let i = 0; i < times.length; i++) variance += weights[i]! * (values[i]! - mean) ** 2;
    this.start = start;
    this.mean = mean;
    this.variance = variance;
  }

  private fold(frequency: number): void {
    const { times, values, weights } = this.curve;
    const { weight, value, mean, start } = this;
    weight.fill(0);
    value.fill(0);
    for (let i = 0; i < times.length; i++) {
      const cycles = frequency * (times[i]! - start);
      const bin = Math.min(BINS - 1, Math.floor((cycles - Math.floor(cycles)) * BINS)) + BINS;
      weight[bin]! += weights[i]!;
      value[bin]! += weights[i]! * (values[i]! - mean);
    }
    for (const a of [weight, value]) {
      a.copyWithin(0, BINS, 2 * BINS);
      a.copyWithin(2 * BINS, BINS, 2 * BINS);
    }
  }

  private convolve({ half, heights }: Kernel): void {
    const { weight, value, wg, wgg, zg } = this;
    for (let bin = 0; bin < BINS; bin++) {
      let a = 0;
      let b = 0;
      let c = 0;
      const from = BINS + bin - half;
      for (let k = 0; k <= 2 * half; k++) {
        const g = heights[k]!;
        const wk = weight[from + k]! * g;
        a += wk;
        b += wk * g;
        c += value[from + k]! * g;
      }
      wg[bin] = a;
      wgg[bin] = b;
      zg[bin] = c;
    }
  }

  /** The best pair of dips at a frequency. */
  fit(frequency: number): Dips {
    this.fold(frequency);
    const { wg, wgg, zg, variance } = this;
    let best: Dips = { explained: 0, single: 0, phase: 0, width: 0, depth: 0, second: 0 };
    for (const kernel of KERNELS) {
      this.convolve(kernel);
      for (let bin = 0; bin < BINS; bin++) {
        const other = (bin + BINS / 2) % BINS;
        // Least squares with the level taken out; the dips do not overlap, so their raw product is 0.
        const [u, v] = [wg[bin]!, wg[other]!];
        const aa = wgg[bin]! - u * u;
        if (!(aa > 1e-9)) continue;
        const single = zg[bin]! < 0 ? zg[bin]! ** 2 / aa : 0;
        const bb = wgg[other]! - v * v;
        const ab = -u * v;
        const det = aa * bb - ab * ab;
        let [explained, depth, second] = [single, -zg[bin]! / aa, 0];
        if (det > 1e-9 * aa) {
          const d1 = (zg[bin]! * bb - zg[other]! * ab) / det;
          const d2 = (zg[other]! * aa - zg[bin]! * ab) / det;
          if (d1 < 0 && d2 < 0 && d1 <= d2) [explained, depth, second] = [d1 * zg[bin]! + d2 * zg[other]!, -d1, -d2];
        }
        if (explained > best.explained * variance)
          best = {
            explained: explained / variance,
            single: single / variance,
            phase: (bin + 0.5) / BINS,
            width: (2 * kernel.half + 1) / BINS,
            depth,
            second,
          };
      }
    }
    return best;
  }
}
