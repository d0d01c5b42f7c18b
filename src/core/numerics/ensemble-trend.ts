import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import type { RowGroups } from './group-levels';
import { inBlocks, part } from './steps';

/** Light curves that share their trends within a channel (a band). A group is one light curve. */
export interface EnsembleInput {
  readonly times: Float64Array;
  /** Departure of each row from its light curve's level; NaN where it does not count. */
  readonly departures: Float64Array;
  readonly groups: RowGroups;
  readonly channelOf: Uint32Array;
  readonly channels: number;
  /** 1 for the groups whose departures make the trend. */
  readonly isMember: Uint8Array;
}

export interface EnsembleOptions {
  /** Width of a time bin; 0 = rows belong together when their times are equal. */
  readonly window: number;
  /** Bins further apart are not joined; Infinity = all are. */
  readonly breakTolerance: number;
  /** A bin needs the departures of so many other light curves. */
  readonly fewest: number;
}

/** Time bins in order of channel and time, and what the members say in each. */
interface Cells {
  /** Cells of channel c are [first[c], first[c + 1]). */
  readonly first: Uint32Array;
  readonly time: Float64Array;
  /** Median over all members there; NaN where they are too few. */
  readonly trend: Float64Array;
  /** Cell of each row that counted, and the median without its own light curve. */
  readonly cellOf: Int32Array;
  readonly without: Float64Array;
}

/** Share of a bin by which a time may miss its edge and still belong behind it. */
const EDGE = 1e-6;

/** The median of sorted[0..n) without one of its values (the n-th itself when `skip` is n). */
function medianWithout(sorted: Float64Array, n: number, skip: number): number {
  const left = skip < n ? n - 1 : n;
  const at = (k: number): number => sorted[k < skip ? k : k + 1]!;
  const half = left >> 1;
  return left & 1 ? at(half) : (at(half - 1) + at(half)) / 2;
}

/** First index of sorted[0..n) with a value not below v. */
function lowerBound(sorted: Float64Array, n: number, v: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Fills the cells one after the other. */
class CellMaker {
  private keys = new Float64Array(64);
  private stars = new Float64Array(64);
  private sorted = new Float64Array(64);
  count = 0;

  constructor(
    private readonly input: EnsembleInput,
    private readonly groupOf: Uint32Array,
    private readonly fewest: number,
    readonly cells: Cells,
  ) {}

  /** The rows [from, to) of `rows` make a cell: one mean a light curve, the median of these, and that without each one. */
  add(rows: Uint32Array, from: number, to: number): void {
    const { departures, times } = this.input;
    const n = to - from;
    if (n > this.keys.length) [this.keys, this.stars, this.sorted] = [new Float64Array(2 * n), new Float64Array(2 * n), new Float64Array(2 * n)];
    const keys = this.keys.subarray(0, n);
    let time = 0;
    for (let k = 0; k < n; k++) {
      keys[k] = this.groupOf[rows[from + k]!]! * n + k;
      time += (times[rows[from + k]!]! - times[rows[from]!]!) / n;
    }
    keys.sort();
    const groupAt = (k: number): number => Math.floor(keys[k]! / n);
    let m = 0;
    for (let k = 0; k < n;) {
      const group = groupAt(k);
      let [sum, points] = [0, 0];
      for (; k < n && groupAt(k) === group; k++, points++) sum += departures[rows[from + (keys[k]! % n)]!]!;
      this.stars[m++] = sum / points;
    }
    this.sorted.set(this.stars.subarray(0, m));
    this.sorted.subarray(0, m).sort();
    const cell = this.count++;
    this.cells.time[cell] = times[rows[from]!]! + time;
    this.cells.trend[cell] = m >= this.fewest ? medianWithout(this.sorted, m, m) : NaN;
    for (let k = 0, star = -1, last = -1; k < n; k++) {
      if (groupAt(k) !== last) star++;
      last = groupAt(k);
      const row = rows[from + (keys[k]! % n)]!;
      this.cells.cellOf[row] = cell;
      this.cells.without[row] = m > this.fewest ? medianWithout(this.sorted, m, lowerBound(this.sorted, m, this.stars[star]!)) : NaN;
    }
  }
}

/** The rows of a channel's members that count, in order of time (then of group). */
function* memberRowsSteps(input: EnsembleInput, channel: number): Generator<Progress, Uint32Array> {
  const { groups, times, departures } = input;
  const picked = new Uint32Array(groups.rows.length);
  let n = 0;
  let seen = 0;
  for (let g = 0; g < input.isMember.length; g++) {
    if (input.isMember[g] === 0 || input.channelOf[g] !== channel) continue;
    for (let k = groups.starts[g]!; k < groups.starts[g + 1]!; k++) {
      const row = groups.rows[k]!;
      if (times[row]! - times[row]! === 0 && departures[row]! - departures[row]! === 0) picked[n++] = row;
    }
    if (groups.starts[g + 1]! - seen > 65536) {
      seen = groups.starts[g + 1]!;
      yield { fraction: (0.2 * seen) / groups.rows.length };
    }
  }
  const keys = new Float64Array(n);
  yield { fraction: 0.2 };
  const reading = inBlocks(n, (from, to) => {
    for (let k = from; k < to; k++) keys[k] = times[picked[k]!]!;
  });
  yield* part(reading, 0.2, 0.3);
  const order = yield* part(argsortSteps(keys), 0.3, 0.9);
  const sorted = new Uint32Array(n);
  const placing = inBlocks(n, (from, to) => {
    for (let k = from; k < to; k++) sorted[k] = picked[order[k]!]!;
  });
  yield* part(placing, 0.9, 1);
  return sorted;
}

function* cellsSteps(input: EnsembleInput, groupOf: Uint32Array, options: EnsembleOptions): Generator<Progress, Cells> {
  const n = input.times.length;
  const cells: Cells = {
    first: new Uint32Array(input.channels + 1),
    time: new Float64Array(n),
    trend: new Float64Array(n),
    cellOf: new Int32Array(n).fill(-1),
    without: new Float64Array(n).fill(NaN),
  };
  yield { fraction: 0 };
  const maker = new CellMaker(input, groupOf, options.fewest, cells);
  for (let channel = 0; channel < input.channels; channel++) {
    const share = (f: number): number => (channel + f) / input.channels;
    const rows = yield* part(memberRowsSteps(input, channel), share(0), share(0.4));
    const origin = rows.length > 0 ? input.times[rows[0]!]! : 0;
    const binOf = (row: number): number =>
      options.window > 0 ? Math.floor((input.times[row]! - origin) / options.window + EDGE) : input.times[row]!;
    let told = 0;
    for (let from = 0; from < rows.length;) {
      const bin = binOf(rows[from]!);
      let to = from + 1;
      while (to < rows.length && binOf(rows[to]!) === bin) to++;
      maker.add(rows, from, to);
      from = to;
      if (from - told < 16384) continue;
      told = from;
      yield { fraction: share(0.4 + (0.6 * from) / rows.length) };
    }
    cells.first[channel + 1] = maker.count;
  }
  return cells;
}

/** For each cell the nearest one at or before it (at or after it) in its channel that has a value for everybody; -1 where there is none. */
function nearestValid({ first, trend }: Cells, step: 1 | -1): Int32Array {
  const n = first[first.length - 1]!;
  const out = new Int32Array(n).fill(-1);
  for (let c = 0; c + 1 < first.length; c++) {
    let last = -1;
    const [low, high] = [first[c]!, first[c + 1]!];
    for (let k = 0; k < high - low; k++) {
      const cell = step === 1 ? low + k : high - 1 - k;
      if (!Number.isNaN(trend[cell]!)) last = cell;
      out[cell] = last;
    }
  }
  return out;
}

/** Reads the trend for one light curve after the other: in its own cells without itself. */
class Reader {
  private readonly own: Int32Array;
  private readonly ownTrend: Float64Array;
  private readonly before: Int32Array;
  private readonly after: Int32Array;
  /** The same for the light curve in hand, at its own cells. */
  private readonly ownBefore: Int32Array;
  private readonly ownAfter: Int32Array;
  private group = -1;

  constructor(
    private readonly cells: Cells,
    private readonly options: EnsembleOptions,
  ) {
    const n = cells.first[cells.first.length - 1]!;
    this.own = new Int32Array(n).fill(-1);
    this.ownTrend = new Float64Array(n);
    this.before = nearestValid(cells, 1);
    this.after = nearestValid(cells, -1);
    this.ownBefore = new Int32Array(n);
    this.ownAfter = new Int32Array(n);
  }

  /** From here on the light curve is this one; its channel's cells are [low, high). */
  take(group: number, rows: Uint32Array, low: number, high: number): void {
    this.group = group;
    const mine: number[] = [];
    for (const row of rows) {
      const cell = this.cells.cellOf[row]!;
      if (cell < 0 || this.own[cell] === group) continue;
      this.own[cell] = group;
      this.ownTrend[cell] = this.cells.without[row]!;
      mine.push(cell);
    }
    mine.sort((a, b) => a - b);
    const isValid = (cell: number): boolean => !Number.isNaN(this.ownTrend[cell]!);
    for (const cell of mine) this.ownBefore[cell] = isValid(cell) ? cell : cell > low ? this.validBefore(cell - 1) : -1;
    for (const cell of mine.reverse()) this.ownAfter[cell] = isValid(cell) ? cell : cell + 1 < high ? this.validAfter(cell + 1) : -1;
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
    const next = low + lowerBound(knots.subarray(low, high), high - low, time);
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

/**
 * The trend that light curves have in common, at every row with a time: in each time bin the median of the members' departures (each light curve once, the
 * one it is evaluated for left out), interpolated linearly between the bins' mean times. NaN where too few members are near. Independent of the order of
 * rows. O(rows · log rows).
 */
export function* ensembleTrendSteps(input: EnsembleInput, groupOf: Uint32Array, options: EnsembleOptions): Generator<Progress, Float64Array> {
  const cells = yield* part(cellsSteps(input, groupOf, options), 0, 0.7);
  yield { fraction: 0.7 };
  const reader = new Reader(cells, options);
  yield { fraction: 0.7 };
  const out = new Float64Array(input.times.length).fill(NaN);
  const { starts, rows } = input.groups;
  let told = 0;
  for (let g = 0; g < starts.length - 1; g++) {
    const mine = rows.subarray(starts[g]!, starts[g + 1]!);
    const [low, high] = [cells.first[input.channelOf[g]!]!, cells.first[input.channelOf[g]! + 1]!];
    reader.take(g, mine, low, high);
    for (let k = 0; k < mine.length; k++) {
      const row = mine[k]!;
      const time = input.times[row]!;
      if (time - time === 0 && high > low) out[row] = reader.at(time, low, high);
      if (starts[g]! + k - told < 32768) continue;
      told = starts[g]! + k;
      yield { fraction: 0.7 + (0.3 * told) / rows.length };
    }
  }
  return out;
}
