import type { Progress } from '../protocol/outcome';
import type { FitCurve } from './nested-harmonics';
import { inBlocks, part } from './steps';

/** A dip that comes once a turn. */
export interface Dip {
  /** Share of the weighted variance that it explains. */
  readonly explained: number;
  /** Phase of its middle, of times counted from {@link DipFit.start}. */
  readonly phase: number;
  /** Full width, as a fraction of the period. */
  readonly width: number;
  /** How far it goes down. */
  readonly depth: number;
  /** Which of {@link ALL_DIPS} it is. */
  readonly shape: number;
}

/** Two equally wide dips half a turn apart, the deeper one first; and the best single dip. */
export interface Dips extends Dip {
  /** Depth of the other dip, 0 … depth. */
  readonly second: number;
  readonly single: Dip;
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
/** Every shape of dip there is, and the steep-walled ones of every other width, for a quick look. */
export const ALL_DIPS: readonly number[] = KERNELS.map((_, k) => k);
export const FEW_DIPS: readonly number[] = ALL_DIPS.filter((k) => k % (2 * INGRESSES.length) === 0);
/** Squares of less than this are rounding. */
const LEAST = 1e-9;
const NO_PAIR = { explained: 0, depth: 0, second: 0 };

/**
 * Eclipses and transits: a level with two dips half a turn apart, alike in width and shape (flat-bottomed with sloping walls), each with its own depth,
 * found by least squares over their phase, widths and shapes in binned phases. What goes down in `values` is a dip. O(points + bins · widths) a period.
 */
export class DipFit {
  private readonly weight = new Float64Array(3 * BINS);
  private readonly value = new Float64Array(3 * BINS);
  /** Σ w g, Σ w g² and Σ w z g about each bin. */
  private readonly wg = new Float64Array(BINS);
  private readonly wgg = new Float64Array(BINS);
  private readonly zg = new Float64Array(BINS);

  private constructor(
    private readonly curve: FitCurve,
    readonly start: number,
    private readonly mean: number,
    private readonly variance: number,
  ) {}

  /** O(points). */
  static *prepareSteps(curve: FitCurve): Generator<Progress, DipFit> {
    const { times, values, weights } = curve;
    let mean = 0;
    let start = Infinity;
    const averaging = inBlocks(times.length, (from, to) => {
      for (let i = from; i < to; i++) {
        mean += weights[i]! * values[i]!;
        if (times[i]! < start) start = times[i]!;
      }
    });
    yield* part(averaging, 0, 0.5);
    let variance = 0;
    const spreading = inBlocks(times.length, (from, to) => {
      for (let i = from; i < to; i++) variance += weights[i]! * (values[i]! - mean) ** 2;
    });
    yield* part(spreading, 0.5, 1);
    return new DipFit(curve, start, mean, variance);
  }

  private *foldSteps(frequency: number): Generator<Progress, void> {
    const { times, values, weights } = this.curve;
    const { weight, value, mean, start } = this;
    weight.fill(0);
    value.fill(0);
    yield* inBlocks(times.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const cycles = frequency * (times[i]! - start);
        const bin = Math.min(BINS - 1, Math.floor((cycles - Math.floor(cycles)) * BINS)) + BINS;
        weight[bin]! += weights[i]!;
        value[bin]! += weights[i]! * (values[i]! - mean);
      }
    });
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

  /** The best dips at a frequency, of the shapes to try. */
  *fitSteps(frequency: number, shapes: readonly number[]): Generator<Progress, Dips> {
    yield* this.foldSteps(frequency);
    const none: Dip = { explained: 0, phase: 0, width: 0, depth: 0, shape: 0 };
    let [single, pair, second] = [none, none, 0];
    for (const shape of shapes) {
      this.convolve(KERNELS[shape]!);
      for (let bin = 0; bin < BINS; bin++) {
        const one = this.oneDip(bin);
        if (one === 0) continue;
        if (one > single.explained) single = this.dipAt(bin, shape, one);
        const two = this.twoDips(bin);
        if (two.explained <= pair.explained) continue;
        pair = { ...this.dipAt(bin, shape, two.explained), depth: two.depth };
        second = two.second;
      }
    }
    const { variance } = this;
    single = { ...single, explained: variance > 0 ? single.explained / variance : 0 };
    pair = { ...pair, explained: variance > 0 ? pair.explained / variance : 0 };
    return pair.explained > single.explained ? { ...pair, second, single } : { ...single, second: 0, single };
  }

  /** What a dip about a bin explains; 0 when it would be a hump. */
  private oneDip(bin: number): number {
    const z = this.zg[bin]!;
    const square = this.wgg[bin]! - this.wg[bin]! ** 2;
    return z < 0 && square > LEAST ? (z * z) / square : 0;
  }

  private dipAt(bin: number, shape: number, explained: number): Dip {
    const depth = -this.zg[bin]! / (this.wgg[bin]! - this.wg[bin]! ** 2);
    return { explained, phase: (bin + 0.5) / BINS, width: (2 * KERNELS[shape]!.half + 1) / BINS, depth, shape };
  }

  /** Least squares with the level taken out, the deeper dip at `bin`; they do not overlap, so their raw product is 0. */
  private twoDips(bin: number): { explained: number; depth: number; second: number } {
    const { wg, wgg, zg } = this;
    const other = (bin + BINS / 2) % BINS;
    const aa = wgg[bin]! - wg[bin]! ** 2;
    const bb = wgg[other]! - wg[other]! ** 2;
    const ab = -wg[bin]! * wg[other]!;
    const det = aa * bb - ab * ab;
    if (!(det > LEAST * aa)) return NO_PAIR;
    const depth = -(zg[bin]! * bb - zg[other]! * ab) / det;
    const second = -(zg[other]! * aa - zg[bin]! * ab) / det;
    if (!(second > 0) || second > depth) return NO_PAIR;
    return { explained: -depth * zg[bin]! - second * zg[other]!, depth, second };
  }
}
