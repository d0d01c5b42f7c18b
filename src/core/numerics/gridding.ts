import type { Progress } from '../protocol/outcome';
import { type FftPlan, fftPlanSteps } from './fft';
import { inBlocks, part } from './steps';

/** How finely the modes are oversampled: the plan of the coarsest allowed is used, so that few plans serve all grids. */
const OVERSAMPLINGS = [2, 1.7, 1.5, 1.35, 1.25] as const;
/** Relative error of a sum that the kernel's width is chosen for. */
const ACCURACY = 3e-13;

/** Half the width of the Kaiser–Bessel kernel, in grid points, for {@link ACCURACY} (Potts & Steidl 2003). */
export function halfWidth(oversampling: number): number {
  const decay = 2 * Math.PI * Math.sqrt(1 - 1 / oversampling);
  const scale = 4 * Math.PI * (1 - 1 / oversampling) ** 0.25;
  let m = 2;
  while (scale * (Math.sqrt(m) + m) * Math.exp(-decay * m) > ACCURACY) m++;
  return m;
}

/** Modified Bessel function I_0 by its power series: all terms positive, so to machine precision; for x of up to some hundred. */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17 * sum; k++) sum += term *= quarter / (k * k);
  return sum;
}

/**
 * Sums Σ c_j exp(-2πi k x_j) over scattered x for k = -modes/2 … modes/2 by a fast Fourier transform of `size`: the c are spread over a regular
 * grid with a Kaiser–Bessel kernel whose Fourier transform is divided out again (Potts & Steidl 2003, SIAM J. Sci. Comput. 24, 2013,
 * doi:10.1137/S1064827502400984; Keiner, Kunis & Potts 2009, ACM TOMS 36, 19, doi:10.1145/1555386.1555388).
 */
export interface GridPlan {
  readonly fft: FftPlan;
  readonly halfWidth: number;
  /** Shape of the kernel sinh(b √(m² - u²)) / (π √(m² - u²)). */
  readonly slope: number;
  /** Places of the transform's result that hold a mode, ascending; which mode it is (about 0); and what its sum is multiplied with. */
  readonly places: Int32Array;
  readonly modes: Int32Array;
  readonly scales: Float64Array;
}

const plans = new Map<string, GridPlan>();

/** The oversampling, of those there are plans for, for this many modes on a grid of `size`; undefined when the grid is too small. */
export function oversamplingOf(modes: number, size: number): number | undefined {
  return OVERSAMPLINGS.find((s) => s * modes <= size);
}

/** Values of the Bessel function between two yields: 6 ms. */
const SLICE = 2 ** 16;

/** The plan for a grid of `size`, a power of two: for up to size/oversampling modes. O(size). */
export function* gridPlanSteps(size: number, oversampling: number): Generator<Progress, GridPlan> {
  const key = `${size} ${oversampling}`;
  const known = plans.get(key);
  if (known) return known;
  const fft = yield* fftPlanSteps(size);
  const m = halfWidth(oversampling);
  const slope = Math.PI * (2 - 1 / oversampling);
  const most = Math.floor(size / (2 * oversampling)) + 1;
  const scale = new Float64Array(most + 1);
  const scaling = inBlocks(
    most + 1,
    (from, to) => {
      for (let k = from; k < to; k++) scale[k] = 1 / besselI0(m * Math.sqrt(slope ** 2 - ((2 * Math.PI * k) / size) ** 2));
    },
    SLICE,
  );
  yield* part(scaling, 0, 0);
  const places = new Int32Array(2 * most + 1);
  const modes = new Int32Array(2 * most + 1);
  const scales = new Float64Array(2 * most + 1);
  let n = 0;
  const placing = inBlocks(size, (from, to) => {
    for (let p = from; p < to; p++) {
      const k = fft.order[p]! < size / 2 ? fft.order[p]! : fft.order[p]! - size;
      if (Math.abs(k) > most) continue;
      places[n] = p;
      modes[n] = k;
      scales[n++] = scale[Math.abs(k)]!;
    }
  });
  yield* part(placing, 0, 0);
  const plan = { fft, halfWidth: m, slope, places, modes, scales };
  if (size <= 2 ** 16) plans.set(key, plan);
  return plan;
}

/** Kernel values of scattered points: `2·halfWidth` each, the first at grid point `starts[j]`. */
export interface Taps {
  readonly starts: Int32Array;
  readonly values: Float64Array;
}

/** The taps of points [from, to) at `cycles[j]·factor` turns of the grid, as entries 0, 1, … */
export function fillTaps(plan: GridPlan, cycles: Float64Array, factor: number, from: number, to: number, taps: Taps): void {
  const { halfWidth: m, slope } = plan;
  const { size } = plan.fft;
  const { starts, values } = taps;
  const edge = slope / Math.PI;
  let at = 0;
  for (let j = from; j < to; j++) {
    const turns = cycles[j]! * factor;
    const u = (turns - Math.floor(turns)) * size;
    const first = Math.ceil(u - m);
    starts[j - from] = first < 0 ? first + size : first;
    for (let l = 0; l < 2 * m; l++) {
      const d = first + l - u;
      const square = m * m - d * d;
      if (square > 0) {
        const root = Math.sqrt(square);
        const growth = Math.exp(slope * root);
        values[at++] = (growth - 1 / growth) / (2 * Math.PI * root);
      } else values[at++] = edge;
    }
  }
}

/** Adds re + i·im of `count` points, spread by their taps, to a grid of complex numbers with `2·halfWidth` to spare at its end. */
export function spread(plan: GridPlan, taps: Taps, re: Float64Array, im: Float64Array, count: number, grid: Float64Array): void {
  const width = 2 * plan.halfWidth;
  const { starts, values } = taps;
  for (let j = 0, at = 0; j < count; j++) {
    const a = re[j]!;
    const b = im[j]!;
    let p = 2 * starts[j]!;
    for (const end = at + width; at < end; at++, p += 2) {
      const k = values[at]!;
      grid[p] = grid[p]! + k * a;
      grid[p + 1] = grid[p + 1]! + k * b;
    }
  }
}

/** {@link spread} of two sets of numbers at the same points into two grids. */
export function spreadTwo(
  plan: GridPlan,
  taps: Taps,
  re: Float64Array,
  im: Float64Array,
  re2: Float64Array,
  im2: Float64Array,
  count: number,
  grid: Float64Array,
  grid2: Float64Array,
): void {
  const width = 2 * plan.halfWidth;
  const { starts, values } = taps;
  for (let j = 0, at = 0; j < count; j++) {
    const a = re[j]!;
    const b = im[j]!;
    const c = re2[j]!;
    const d = im2[j]!;
    let p = 2 * starts[j]!;
    for (const end = at + width; at < end; at++, p += 2) {
      const k = values[at]!;
      grid[p] = grid[p]! + k * a;
      grid[p + 1] = grid[p + 1]! + k * b;
      grid2[p] = grid2[p]! + k * c;
      grid2[p + 1] = grid2[p + 1]! + k * d;
    }
  }
}

/** What was spread past the end of the period belongs to its beginning. */
export function wrap(plan: GridPlan, grid: Float64Array): void {
  const end = 2 * plan.fft.size;
  for (let p = 0; p < 4 * plan.halfWidth; p++) grid[p] = grid[p]! + grid[end + p]!;
}
