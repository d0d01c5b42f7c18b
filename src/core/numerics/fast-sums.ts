import type { Progress } from '../protocol/outcome';
import { transformSteps } from './fft';
import { type GridPlan, type Taps, fillTaps, gridPlanSteps, halfWidth, oversamplingOf, spread, spreadTwo, wrap } from './gridding';
import { type FrequencyGrid, LombScargle } from './lomb-scargle';
import { inBlocks, part } from './steps';

/** Taps kept from one block of frequencies to the next: 16 MB. Of more points they are computed anew. */
const MOST_TAPS = 2 ** 21;
/** Arrays that take their time to be cleared. */
const LONG = 2 ** 20;
/** Blocks the angles are carried on for by rotation before they are computed afresh. */
const RESYNC = 32;
/** How a grid of frequencies is done: in `blocks` interleaved sets of `modes` frequencies, each by transforms of `size`. */
export interface Division {
  readonly blocks: number;
  readonly modes: number;
  readonly size: number;
  readonly oversampling: number;
  /** About how long, in ns. */
  readonly cost: number;
}

/** Which sums: Σw exp(-imθ) for m up to `harmonics`, and Σwy exp(-imθ) for m up to `valued`. */
export interface Wanted {
  readonly harmonics: number;
  readonly valued: number;
}

/** The quickest division by a rough model of what each part takes; `after` is what is done with a frequency's sums, in ns. */
export function divide(points: number, count: number, { harmonics, valued }: Wanted, after: number): Division {
  let best: Division | undefined;
  for (let size = 2 ** 9; size <= 2 ** 21; size *= 2) {
    const blocks = Math.ceil((1.25 * count) / size);
    const modes = Math.ceil(count / blocks);
    const oversampling = oversamplingOf(modes, size);
    if (oversampling === undefined) continue;
    const width = 2 * halfWidth(oversampling);
    const fills = harmonics * width * points > MOST_TAPS ? blocks : 1;
    // Powers of four need no stage of pairs.
    const transforms = size * Math.log2(size) * (size > 2 ** 15 ? 1.3 : 1) * (Math.log2(size) % 2 === 1 ? 1.12 : 1);
    const each = (harmonics + valued) * (transforms + 3 * width * points) + 10 * points * harmonics + modes * after;
    const cost = blocks * each + harmonics * fills * width * points * 12;
    if (!best || cost < best.cost) best = { blocks, modes, size, oversampling, cost };
  }
  return best!;
}

/** Arrays used again by every curve of the same size. */
class Workspace {
  readonly grids: readonly Float64Array[];
  readonly taps: readonly Taps[];
  readonly strengths: readonly Float64Array[];
  /** Points whose taps fit. */
  readonly chunk: number;

  constructor(
    readonly plan: GridPlan,
    readonly wanted: Wanted,
    readonly points: number,
  ) {
    const { harmonics, valued } = wanted;
    const width = 2 * plan.halfWidth;
    this.chunk = Math.min(points, Math.floor(MOST_TAPS / (harmonics * width)));
    this.grids = Array.from({ length: harmonics + valued }, () => new Float64Array(2 * (plan.fft.size + width)));
    this.taps = Array.from({ length: harmonics }, () => ({ starts: new Int32Array(this.chunk), values: new Float64Array(this.chunk * width) }));
    // cos mθ, sin mθ, then w and wy times them.
    this.strengths = Array.from({ length: 6 }, () => new Float64Array(this.chunk));
  }
}

/** The last one that is not in use: searches under way at the same time, in slices, have each their own. */
let idle: Workspace | undefined;

function takeWorkspace(plan: GridPlan, wanted: Wanted, points: number): Workspace {
  const known = idle;
  idle = undefined;
  const isFit =
    known?.plan === plan &&
    known.wanted.harmonics === wanted.harmonics &&
    known.wanted.valued === wanted.valued &&
    known.points >= points &&
    known.points <= 4 * points + 4096;
  return isFit ? known : new Workspace(plan, wanted, points);
}

/** The points of a light curve: times about their middle, weights, weights times values. */
export interface WeightedPoints {
  readonly points: number;
  readonly t: Float64Array;
  readonly w: Float64Array;
  readonly wy: Float64Array;
}

/**
 * Trigonometric sums over scattered times on a grid of frequencies, by non-uniform fast Fourier transforms: block by block of interleaved frequencies,
 * each left in `grids` in the order of `plan`. O(points + frequencies · log).
 */
export class FastSums {
  private readonly c: Float64Array;
  private readonly s: Float64Array;
  private readonly turnC: Float64Array;
  private readonly turnS: Float64Array;
  private readonly cycles: Float64Array;
  /** First point of the chunk whose taps are filled. */
  private filled = -1;
  private readonly space: Workspace;

  private constructor(
    readonly plan: GridPlan,
    private readonly search: WeightedPoints,
    private readonly grid: FrequencyGrid,
    private readonly division: Division,
    private readonly wanted: Wanted,
  ) {
    const { points } = search;
    this.space = takeWorkspace(plan, wanted, points);
    this.c = new Float64Array(points);
    this.s = new Float64Array(points);
    this.turnC = new Float64Array(points);
    this.turnS = new Float64Array(points);
    this.cycles = new Float64Array(points);
  }

  static *prepareSteps(search: WeightedPoints, grid: FrequencyGrid, division: Division, wanted: Wanted): Generator<Progress, FastSums> {
    const plan = yield* part(gridPlanSteps(division.size, division.oversampling), 0, 0);
    if (division.size > LONG) yield { fraction: 0 };
    return new FastSums(plan, search, grid, division, wanted);
  }

  /** Complex sums of the block just made, by harmonic; the ones with values after those without. To be multiplied by `plan.scales`. */
  get grids(): readonly Float64Array[] {
    return this.space.grids;
  }

  /** The sums of every block in turn; `use` takes them from the grids. To be run once. */
  *blocksSteps(use: (block: number) => void): Generator<Progress, void> {
    const { blocks } = this.division;
    for (let block = 0; block < blocks; block++) {
      yield* part(this.blockSteps(block), block / blocks, (block + 1) / blocks);
      use(block);
      yield { fraction: (block + 1) / blocks };
    }
    idle = this.space;
  }

  /** The sums of one block into `grids`. */
  *blockSteps(block: number): Generator<Progress, void> {
    const { points } = this.search;
    const { chunk, grids } = this.space;
    yield* this.turnSteps(block);
    for (const grid of grids) {
      grid.fill(0);
      if (grid.length > LONG) yield { fraction: 0 };
    }
    for (let from = 0; from < points; from += chunk) {
      const to = Math.min(points, from + chunk);
      if (this.filled !== from) {
        for (const [m, taps] of this.space.taps.entries()) {
          fillTaps(this.plan, this.cycles, m + 1, from, to, taps);
          if (points > chunk) yield { fraction: (0.3 * from) / points };
        }
        this.filled = from;
      }
      this.spreadChunk(from, to);
      if (to < points) yield { fraction: (0.3 * to) / points };
    }
    for (const [k, grid] of grids.entries()) {
      wrap(this.plan, grid);
      for (const { fraction } of transformSteps(this.plan.fft, grid)) yield { fraction: 0.3 + (0.6 * (k + fraction)) / grids.length };
    }
  }

  /** Turns the angles of all points to the middle frequency of the block. */
  private *turnSteps(block: number): Generator<Progress, void> {
    const { t, points } = this.search;
    const { c, s, turnC, turnS, cycles } = this;
    const { first, step } = this.grid;
    const { blocks, modes } = this.division;
    if (block === 0)
      yield* inBlocks(points, (from, to) => {
        LombScargle.angles(t, step, turnC, turnS, from, to);
        for (let j = from; j < to; j++) cycles[j] = blocks * step * t[j]!;
      });
    const middle = first + (block + blocks * (modes >> 1)) * step;
    yield* inBlocks(points, (from, to) => {
      if (block % RESYNC === 0) LombScargle.angles(t, middle, c, s, from, to);
      else
        for (let j = from; j < to; j++) {
          const cos = c[j]!;
          const sin = s[j]!;
          c[j] = cos * turnC[j]! - sin * turnS[j]!;
          s[j] = sin * turnC[j]! + cos * turnS[j]!;
        }
    });
  }

  private spreadChunk(from: number, to: number): void {
    const { c, s, plan } = this;
    const { w, wy } = this.search;
    const { harmonics, valued } = this.wanted;
    const { grids, taps, strengths } = this.space;
    const [hc, hs, wRe, wIm, yRe, yIm] = strengths as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const count = to - from;
    for (let m = 1; m <= harmonics; m++) {
      for (let i = 0, j = from; i < count; i++, j++) {
        const cos = m === 1 ? c[j]! : hc[i]! * c[j]! - hs[i]! * s[j]!;
        const sin = m === 1 ? s[j]! : hs[i]! * c[j]! + hc[i]! * s[j]!;
        hc[i] = cos;
        hs[i] = sin;
        wRe[i] = w[j]! * cos;
        wIm[i] = -w[j]! * sin;
        yRe[i] = wy[j]! * cos;
        yIm[i] = -wy[j]! * sin;
      }
      const own = grids[m - 1]!;
      if (m > valued) spread(plan, taps[m - 1]!, wRe, wIm, count, own);
      else spreadTwo(plan, taps[m - 1]!, wRe, wIm, yRe, yIm, count, own, grids[harmonics + m - 1]!);
    }
  }
}
