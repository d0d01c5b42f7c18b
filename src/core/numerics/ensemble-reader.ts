import type { Progress } from '../protocol/outcome';
import { lowerBound } from './bounds';
import { sortedSteps } from './sort-values';
import { inBlocks, part } from './steps';

export interface EnsembleOptions {
  /** Width of a time bin; 0 = rows belong together when their times are equal. */
  readonly window: number;
  /** Bins further apart are not joined; Infinity = all are. */
  readonly breakTolerance: number;
  /** A bin needs the departures of so many other light curves. */
  readonly fewest: number;
}

/** Time bins in order of channel and time, and what the members say in each. */
export interface TrendCells {
  /** Cells of channel c are [first[c], first[c + 1]). */
  readonly first: Uint32Array;
  readonly time: Float64Array;
  /** Median over all members there; NaN where they are too few. */
  readonly trend: Float64Array;
  /** Cell of each row that counted, and the median without its own light curve. */
  readonly cellOf: Int32Array;
  readonly without: Float64Array;
}

/** Rows looked up all over memory between two yields. */
const SLICE = 2 ** 16;

/** For each cell the nearest one at or before it (at or after it) in its channel that has a value for everybody; -1 where there is none. */
function* nearestValidSteps({ first, trend }: TrendCells, step: 1 | -1): Generator<Progress, Int32Array> {
  const n = first[first.length - 1]!;
  const out = new Int32Array(n).fill(-1);
  for (let c = 0; c + 1 < first.length; c++) {
    let last = -1;
    const [low, high] = [first[c]!, first[c + 1]!];
    yield* inBlocks(high - low, (from, to) => {
      for (let k = from; k < to; k++) {
        const cell = step === 1 ? low + k : high - 1 - k;
        if (!Number.isNaN(trend[cell]!)) last = cell;
        out[cell] = last;
      }
    });
  }
  return out;
}

/** Reads the trend for one light curve after the other: in its own cells without itself. */
export class TrendReader {
  private readonly own: Int32Array;
  private readonly ownTrend: Float64Array;
  /** The same for the light curve in hand, at its own cells. */
  private readonly ownBefore: Int32Array;
  private readonly ownAfter: Int32Array;
  private group = -1;
  /** Its cells. */
  private mine = new Float64Array(64);

  private constructor(
    private readonly cells: TrendCells,
    private readonly options: EnsembleOptions,
    private readonly before: Int32Array,
    private readonly after: Int32Array,
  ) {
    const n = cells.first[cells.first.length - 1]!;
    this.own = new Int32Array(n).fill(-1);
    this.ownTrend = new Float64Array(n);
    this.ownBefore = new Int32Array(n);
    this.ownAfter = new Int32Array(n);
  }

  static *prepareSteps(cells: TrendCells, options: EnsembleOptions): Generator<Progress, TrendReader> {
    const before = yield* part(nearestValidSteps(cells, 1), 0, 0.5);
    return new TrendReader(cells, options, before, yield* part(nearestValidSteps(cells, -1), 0.5, 1));
  }

  /** From here on the light curve is this one; its channel's cells are [low, high). Short light curves never yield. */
  *takeSteps(group: number, rows: Uint32Array, low: number, high: number): Generator<Progress, void> {
    this.group = group;
    const mine = yield* this.mineSteps(rows);
    const count = mine.length;
    const isValid = (cell: number): boolean => !Number.isNaN(this.ownTrend[cell]!);
    yield* inBlocks(count, (from, to) => {
      for (let k = from; k < to; k++) {
        const cell = mine[k]!;
        this.ownBefore[cell] = isValid(cell) ? cell : cell > low ? this.validBefore(cell - 1) : -1;
      }
    });
    yield* inBlocks(count, (from, to) => {
      for (let k = count - 1 - from; k >= count - to; k--) {
        const cell = mine[k]!;
        this.ownAfter[cell] = isValid(cell) ? cell : cell + 1 < high ? this.validAfter(cell + 1) : -1;
      }
    });
  }

  /** The cells of these rows in order, each once, which become those of the light curve in hand. */
  private *mineSteps(rows: Uint32Array): Generator<Progress, Float64Array> {
    const { own, ownTrend, group } = this;
    const { cellOf, without } = this.cells;
    if (rows.length > this.mine.length) this.mine = new Float64Array(Math.max(2 * this.mine.length, rows.length));
    const { mine } = this;
    let count = 0;
    let inOrder = true;
    yield* inBlocks(
      rows.length,
      (from, to) => {
        for (let k = from; k < to; k++) {
          const cell = cellOf[rows[k]!]!;
          if (cell < 0 || own[cell] === group) continue;
          own[cell] = group;
          ownTrend[cell] = without[rows[k]!]!;
          if (count > 0 && mine[count - 1]! > cell) inOrder = false;
          mine[count++] = cell;
        }
      },
      SLICE,
    );
    const found = mine.subarray(0, count);
    return inOrder ? found : count <= SLICE ? found.sort() : yield* sortedSteps(found);
  }

  private validBefore(cell: number): number {
    const found = this.before[cell]!;
    return found >= 0 && this.own[found] === this.group ? this.ownBefore[found]! : found;
  }

  private validAfter(cell: number): number {
    const found = this.after[cell]!;
    return found >= 0 && this.own[found] === this.group ? this.ownAfter[found]! : found;
  }

  private value(cell: number): number {
    return this.own[cell] === this.group ? this.ownTrend[cell]! : this.cells.trend[cell]!;
  }

  /** Straight between the nearest two bins that have a value; that of the nearest, within a bin's width, where they are too far apart. */
  at(time: number, low: number, high: number): number {
    const { time: knots } = this.cells;
    const next = low + lowerBound(knots.subarray(low, high), time);
    const isKnot = next < high && knots[next] === time;
    const before = isKnot ? this.validBefore(next) : next > low ? this.validBefore(next - 1) : -1;
    const after = next < high ? this.validAfter(next) : -1;
    if (before >= 0 && before === after) return this.value(before);
    const [a, b] = [before >= 0 ? knots[before]! : -Infinity, after >= 0 ? knots[after]! : Infinity];
    if (b - a <= this.options.breakTolerance && b - a < Infinity) {
      const f = (time - a) / (b - a);
      return (1 - f) * this.value(before) + f * this.value(after);
    }
    const nearest = time - a <= b - time ? before : after;
    return nearest >= 0 && Math.min(time - a, b - time) <= this.options.window ? this.value(nearest) : NaN;
  }
}
