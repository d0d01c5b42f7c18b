import type { Progress } from '../protocol/outcome';
import { transformSteps } from './fft';
import { type GridPlan, type Taps, fillTaps, gridPlan, halfWidth, oversamplingOf, spread, spreadTwo, wrap } from './gridding';
import { HarmonicPower } from './harmonic-power';
import { type FrequencyGrid, LombScargle } from './lomb-scargle';
import { inBlocks, part } from './steps';

/** Taps kept from one block of frequencies to the next: 16 MB. Of more points they are computed anew. */
const MOST_TAPS = 2 ** 21;
/** Blocks the angles are carried on for by rotation before they are computed afresh. */
const RESYNC = 32;
/** Where the fit is worse conditioned than this, the fast sums have too few digits: the exact ones are taken. */
const ILL = 1e-3;
/** With a larger share of such frequencies the exact sums everywhere are quicker. */
const MOST_ILL = 1 / 20;

/** How a grid of frequencies is done: in `blocks` interleaved sets of `modes` frequencies, each by transforms of `size`. */
interface Division {
  readonly blocks: number;
  readonly modes: number;
  readonly size: number;
  readonly oversampling: number;
  /** About how long, in ns. */
  readonly cost: number;
}

/** The quickest division by a rough model of what each part takes. */
function divide(points: number, count: number, terms: number): Division {
  let best: Division | undefined;
  for (let size = 2 ** 9; size <= 2 ** 21; size *= 2) {
    const blocks = Math.ceil((1.25 * count) / size);
    const modes = Math.ceil(count / blocks);
    const oversampling = oversamplingOf(modes, size);
    if (oversampling === undefined) continue;
    const width = 2 * halfWidth(oversampling);
    const fills = 2 * terms * width * points > MOST_TAPS ? blocks : 1;
    const transforms = size * Math.log2(size) * (size > 2 ** 15 ? 1.3 : 1);
    const each = 3 * terms * (transforms + 0.8 * width * points) + 20 * points * terms + modes * (6 + 60 * (terms - 1) ** 2);
    const cost = blocks * each + 2 * terms * fills * width * points * 12;
    if (!best || cost < best.cost) best = { blocks, modes, size, oversampling, cost };
  }
  return best!;
}

/** About how many seconds the periodogram takes by either method, on one core. */
export function lombScargleSeconds(points: number, count: number, terms: number): { readonly fast: number; readonly exact: number } {
  return { fast: divide(points, count, terms).cost / 1e9, exact: (points * count * (terms === 1 ? 3.3 : 6 * terms)) / 1e9 };
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
    readonly terms: number,
    readonly points: number,
  ) {
    const width = 2 * plan.halfWidth;
    this.chunk = Math.min(points, Math.floor(MOST_TAPS / (2 * terms * width)));
    this.grids = Array.from({ length: 3 * terms }, () => new Float64Array(2 * (plan.fft.size + width)));
    this.taps = Array.from({ length: 2 * terms }, () => ({ starts: new Int32Array(this.chunk), values: new Float64Array(this.chunk * width) }));
    // cos mθ, sin mθ, then w and wy times them.
    this.strengths = Array.from({ length: 6 }, () => new Float64Array(this.chunk));
  }
}

let workspace: Workspace | undefined;

function workspaceFor(plan: GridPlan, terms: number, points: number): Workspace {
  const { plan: known, terms: knownTerms, points: room } = workspace ?? {};
  if (workspace && known === plan && knownTerms === terms && room! >= points && room! <= 4 * points + 4096) return workspace;
  return (workspace = new Workspace(plan, terms, points));
}

/** One search under way. */
class FastSearch {
  private readonly c: Float64Array;
  private readonly s: Float64Array;
  private readonly turnC: Float64Array;
  private readonly turnS: Float64Array;
  private readonly cycles: Float64Array;
  /** First point of the chunk whose taps are filled. */
  private filled = -1;
  private readonly space: Workspace;
  private readonly plan: GridPlan;

  constructor(
    private readonly search: LombScargle,
    private readonly grid: FrequencyGrid,
    private readonly division: Division,
  ) {
    const { points, terms } = search;
    this.plan = gridPlan(division.size, division.oversampling);
    this.space = workspaceFor(this.plan, terms, points);
    this.c = new Float64Array(points);
    this.s = new Float64Array(points);
    this.turnC = new Float64Array(points);
    this.turnS = new Float64Array(points);
    this.cycles = new Float64Array(points);
  }

  /** The sums of every block in turn; `use` takes them from the grids. */
  *blocksSteps(use: (block: number) => void): Generator<Progress, void> {
    const { blocks } = this.division;
    for (let block = 0; block < blocks; block++) {
      const from = block / blocks;
      const work = this.blockSteps(block);
      for (let step = work.next(); !step.done; step = work.next()) yield { fraction: from + step.value.fraction / blocks };
      use(block);
      yield { fraction: (block + 1) / blocks };
    }
  }

  private *blockSteps(block: number): Generator<Progress, void> {
    const { points } = this.search;
    const { chunk, grids } = this.space;
    yield* this.turnSteps(block);
    for (const grid of grids) grid.fill(0);
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
    const { w, wy, terms } = this.search;
    const { grids, taps, strengths } = this.space;
    const [hc, hs, wRe, wIm, yRe, yIm] = strengths as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const count = to - from;
    for (let m = 1; m <= 2 * terms; m++) {
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
      if (m > terms) spread(plan, taps[m - 1]!, wRe, wIm, count, own);
      else spreadTwo(plan, taps[m - 1]!, wRe, wIm, yRe, yIm, count, own, grids[2 * terms + m - 1]!);
    }
  }

  /** Powers of the block's frequencies for one term; the badly conditioned ones go to `ill`. */
  powersOfOne(block: number, out: Float64Array, ill: number[]): void {
    const { places, modes, scales } = this.plan;
    const [one, two, y] = this.space.grids as [Float64Array, Float64Array, Float64Array];
    const { blocks, modes: count } = this.division;
    const { fitMean, variance } = this.search;
    const middle = count >> 1;
    for (let i = 0; i < places.length; i++) {
      const mode = modes[i]! + middle;
      const k = mode * blocks + block;
      if (mode < 0 || mode >= count || k >= out.length) continue;
      const p = 2 * places[i]!;
      const scale = scales[i]!;
      const c = fitMean ? one[p]! * scale : 0;
      const s = fitMean ? one[p + 1]! * scale : 0;
      const c2 = two[p]! * scale;
      const cc = 0.5 + 0.5 * c2 - c * c;
      const ss = 0.5 - 0.5 * c2 - s * s;
      const cs = 0.5 * two[p + 1]! * scale - c * s;
      const yc = y[p]! * scale;
      const ys = y[p + 1]! * scale;
      const determinant = cc * ss - cs * cs;
      if (determinant < ILL) ill.push(k);
      const power = (yc * yc * ss + ys * ys * cc - 2 * yc * ys * cs) / (determinant * variance);
      out[k] = power < 1 ? power : 1;
    }
  }

  /** The same for any number of terms. */
  powersOfMany(block: number, fit: HarmonicPower, out: Float64Array, ill: number[]): void {
    const { places, modes, scales } = this.plan;
    const { grids } = this.space;
    const { blocks, modes: count } = this.division;
    const { variance } = this.search;
    const middle = count >> 1;
    for (let i = 0; i < places.length; i++) {
      const mode = modes[i]! + middle;
      const k = mode * blocks + block;
      if (mode < 0 || mode >= count || k >= out.length) continue;
      const p = 2 * places[i]!;
      for (let m = 0; m < grids.length; m++) {
        fit.sums[2 * m] = grids[m]![p]! * scales[i]!;
        fit.sums[2 * m + 1] = grids[m]![p + 1]! * scales[i]!;
      }
      out[k] = Math.min(1, fit.explained() / variance);
      if (fit.pivot < ILL) ill.push(k);
    }
  }
}

/**
 * Standard-normalised power on a grid by non-uniform fast Fourier transforms: equal to `search.powerSteps(grid)` to about 1e-10, in
 * O(points + frequencies · log frequencies) (Press & Rybicki 1989, ApJ 338, 277, doi:10.1086/167197; several terms as Palmer 2009, ApJ 695, 496,
 * doi:10.1088/0004-637X/695/1/496). Frequencies where the points hardly tell the harmonics apart, such as those close to 0, are computed by the exact sums.
 */
export function* fastPowerSteps(search: LombScargle, grid: FrequencyGrid): Generator<Progress, Float64Array> {
  const { terms, fitMean, points } = search;
  const division = divide(points, grid.count, terms);
  const fast = new FastSearch(search, grid, division);
  const out = new Float64Array(grid.count);
  const ill: number[] = [];
  const fit = new HarmonicPower(terms, fitMean);
  const work = fast.blocksSteps((block) => {
    if (terms === 1) fast.powersOfOne(block, out, ill);
    else fast.powersOfMany(block, fit, out, ill);
  });
  for (const { fraction } of work) yield { fraction: 0.95 * fraction };
  if (ill.length > 64 + MOST_ILL * grid.count) return yield* part(search.powerSteps(grid), 0.95, 1);
  for (const [n, k] of ill.entries()) {
    const exact = search.powerAtSteps(grid.first + k * grid.step);
    let step = exact.next();
    for (; !step.done; step = exact.next()) yield { fraction: 0.95 + (0.05 * n) / ill.length };
    out[k] = step.value;
    if (n % 64 === 63) yield { fraction: 0.95 + (0.05 * n) / ill.length };
  }
  return out;
}

export type SumMethod = 'auto' | 'fast' | 'exact';

/** Standard-normalised power on a grid; `auto` takes the method that is quicker, for which fast needs some 100 points or many frequencies. */
export function* gridPowerSteps(search: LombScargle, grid: FrequencyGrid, method: SumMethod = 'auto'): Generator<Progress, Float64Array> {
  const { fast, exact } = lombScargleSeconds(search.points, grid.count, search.terms);
  const isFast = grid.step > 0 && (method === 'fast' || (method === 'auto' && fast < exact));
  return yield* isFast ? fastPowerSteps(search, grid) : search.powerSteps(grid);
}
