import type { Progress } from '../protocol/outcome';
import { inBlocks, part } from './steps';

export interface BlockPrior {
  /** False-alarm probability of a change point, for Scargle's empirical prior. */
  readonly falseAlarm: number;
  /** The penalty for a block itself, instead of the one from `falseAlarm`. */
  readonly penalty?: number | undefined;
}

/** Pieces of the envelope visited between two yields: a few milliseconds. */
const BUDGET = 2 ** 19;

/** Scargle et al. (2013), equation 21 as corrected in arXiv:1304.2818: the penalty for each block among n cells. */
export function blockPenalty(cells: number, falseAlarm: number): number {
  return 4 - Math.log(73.53 * falseAlarm * cells ** -0.478);
}

/**
 * The best fitness of blocks that end at the last cell added, for every mean level μ they may have: an upper envelope of parabolas
 * base + b·μ - a·μ²/2, one for each cell the last block may begin at. Piece p covers μ in [low[p], low[p + 1]).
 */
class Envelope {
  size = 0;
  private begin = new Int32Array(16);
  private low = new Float64Array(17);
  private nextBegin = new Int32Array(16);
  private nextLow = new Float64Array(17);

  constructor(
    private readonly base: Float64Array,
    private readonly weightBefore: Float64Array,
    private readonly productBefore: Float64Array,
    private readonly least: number,
    private readonly most: number,
  ) {}

  /** Lets blocks begin at `cell`: where its constant `base` is above all that began before, it takes over. */
  open(cell: number): void {
    if (this.nextBegin.length < 3 * this.size + 2) {
      this.nextBegin = new Int32Array(6 * this.size + 4);
      this.nextLow = new Float64Array(6 * this.size + 5);
    }
    const height = this.base[cell]!;
    let made = 0;
    const put = (begin: number, from: number, to: number): void => {
      if (!(to > from) || (made > 0 && this.nextBegin[made - 1] === begin)) return;
      this.nextBegin[made] = begin;
      this.nextLow[made++] = from;
    };
    for (let p = 0; p < this.size; p++) {
      const k = this.begin[p]!;
      const from = this.low[p]!;
      const to = p + 1 < this.size ? this.low[p + 1]! : this.most;
      const a = this.weightBefore[cell]! - this.weightBefore[k]!;
      const b = this.productBefore[cell]! - this.productBefore[k]!;
      const square = b * b - 2 * a * (height - this.base[k]!);
      const root = square >= 0 ? Math.sqrt(square) : NaN;
      // Where the parabola is above the new constant; nowhere when there is no root.
      const left = Math.max(from, (b - root) / a);
      const right = Math.min(to, (b + root) / a);
      if (!(right > left)) {
        put(cell, from, to);
        continue;
      }
      put(cell, from, left);
      put(k, left, right);
      put(cell, right, to);
    }
    if (made === 0) put(cell, this.least, Infinity);
    [this.begin, this.nextBegin] = [this.nextBegin, this.begin];
    [this.low, this.nextLow] = [this.nextLow, this.low];
    this.size = made;
  }

  /** Where the best last block begins when it ends with `cell`, and the fitness of all blocks then. */
  best(cell: number): { readonly begin: number; readonly fitness: number } {
    let begin = this.begin[0]!;
    let fitness = -Infinity;
    for (let p = 0; p < this.size; p++) {
      const k = this.begin[p]!;
      const a = this.weightBefore[cell + 1]! - this.weightBefore[k]!;
      const b = this.productBefore[cell + 1]! - this.productBefore[k]!;
      const f = this.base[k]! + (b * b) / (2 * a);
      // On a tie the longer last block, as astropy's argmax has it.
      if (f > fitness || (f === fitness && k < begin)) {
        fitness = f;
        begin = k;
      }
    }
    return { begin, fitness };
  }
}

/** Runs of equal times as one cell each: a change point cannot lie between them. Returns the first point of each cell, then `count`. */
function* cellsSteps(times: Float64Array, count: number): Generator<Progress, Int32Array> {
  const starts = new Int32Array(count + 1);
  let cells = 0;
  yield* inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) if (i === 0 || times[i] !== times[i - 1]) starts[cells++] = i;
  });
  starts[cells] = count;
  return starts.subarray(0, cells + 1);
}

/**
 * Bayesian blocks of point measures (Scargle et al. 2013, ApJ 764, 167, doi:10.1088/0004-637X/764/2/167): the division of a light curve into
 * stretches of constant value that is best among all 2^(n-1), with a penalty for each block. The same blocks as
 * astropy.stats.bayesian_blocks(fitness='measures'); found with functional pruning (Maidstone et al. 2017, Stat. Comput. 27, 519,
 * doi:10.1007/s11222-016-9636-3) in about O(n log n) instead of O(n²).
 *
 * The first `count` of `times` ascend; values are finite, errors finite and above 0. Points of one time stay in one block. Returns the first
 * point of each block, then `count`.
 */
export function* bayesianBlocksSteps(
  times: Float64Array,
  values: Float64Array,
  errors: Float64Array,
  count: number,
  prior: BlockPrior,
): Generator<Progress, Int32Array> {
  if (count === 0) return Int32Array.of(0);
  const starts = yield* part(cellsSteps(times, count), 0, 0.02);
  const cells = starts.length - 1;
  const penalty = prior.penalty ?? blockPenalty(cells, prior.falseAlarm);
  const weightBefore = new Float64Array(cells + 1);
  const productBefore = new Float64Array(cells + 1);
  const base = new Float64Array(cells + 1);
  const last = new Int32Array(cells);
  // Fitness only differs by a constant when all values move: about a level of theirs it keeps its digits.
  const level = values[count >> 1]!;
  const { least, most } = yield* part(sumCellsSteps(starts, values, errors, level, weightBefore, productBefore), 0.02, 0.05);
  const envelope = new Envelope(base, weightBefore, productBefore, least, most);
  base[0] = -penalty;
  for (let cell = 0, budget = BUDGET; cell < cells; cell++) {
    envelope.open(cell);
    const { begin, fitness } = envelope.best(cell);
    last[cell] = begin;
    base[cell + 1] = fitness - penalty;
    budget -= 4 + envelope.size;
    if (budget > 0) continue;
    budget = BUDGET;
    yield { fraction: 0.05 + (0.94 * cell) / cells };
  }
  const blocks: number[] = [count];
  for (let cell = cells; cell > 0;) {
    cell = last[cell - 1]!;
    blocks.push(starts[cell]!);
  }
  return Int32Array.from(blocks.reverse());
}

/** Sums of 1/e² and (value - level)/e² before each cell, and just outside the least and greatest level a block may have. */
function* sumCellsSteps(
  starts: Int32Array,
  values: Float64Array,
  errors: Float64Array,
  level: number,
  weightBefore: Float64Array,
  productBefore: Float64Array,
): Generator<Progress, { least: number; most: number }> {
  let least = Infinity;
  let most = -Infinity;
  yield* inBlocks(starts.length - 1, (from, to) => {
    for (let cell = from; cell < to; cell++) {
      let weight = 0;
      let product = 0;
      for (let i = starts[cell]!; i < starts[cell + 1]!; i++) {
        const w = 1 / (errors[i]! * errors[i]!);
        const d = values[i]! - level;
        weight += w;
        product += w * d;
        if (d < least) least = d;
        if (d > most) most = d;
      }
      weightBefore[cell + 1] = weightBefore[cell]! + weight;
      productBefore[cell + 1] = productBefore[cell]! + product;
    }
  });
  const margin = 1e-9 * (most - least) + Number.MIN_VALUE;
  return { least: least - margin, most: most + margin };
}
