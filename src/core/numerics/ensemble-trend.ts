import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import { type EnsembleOptions, type TrendCells, TrendReader } from './ensemble-reader';
import type { RowGroups } from './group-levels';
import { lowerBound } from './bounds';
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

/** Rows looked up all over memory between two yields. */
const SLICE = 2 ** 16;

/** Share of a bin by which a time may miss its edge and still belong behind it. */
const EDGE = 1e-6;

/** The median of sorted[0..n) without one of its values (the n-th itself when `skip` is n). */
function medianWithout(sorted: Float64Array, n: number, skip: number): number {
  const left = skip < n ? n - 1 : n;
  const at = (k: number): number => sorted[k < skip ? k : k + 1]!;
  const half = left >> 1;
  return left & 1 ? at(half) : (at(half - 1) + at(half)) / 2;
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
    readonly cells: TrendCells,
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
      this.cells.without[row] = m > this.fewest ? medianWithout(this.sorted, m, lowerBound(this.sorted, this.stars[star]!, m)) : NaN;
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
    const end = groups.starts[g + 1]!;
    for (let from = groups.starts[g]!; from < end; from += SLICE) {
      const to = Math.min(end, from + SLICE);
      for (let k = from; k < to; k++) {
        const row = groups.rows[k]!;
        if (times[row]! - times[row]! === 0 && departures[row]! - departures[row]! === 0) picked[n++] = row;
      }
      if (to - seen < SLICE) continue;
      seen = to;
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

function* cellsSteps(input: EnsembleInput, groupOf: Uint32Array, options: EnsembleOptions): Generator<Progress, TrendCells> {
  const n = input.times.length;
  const cells: TrendCells = {
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

/**
 * The trend that light curves have in common, at every row with a time: in each time bin the median of the members' departures (each light curve once, the
 * one it is evaluated for left out), interpolated linearly between the bins' mean times. NaN where too few members are near. Independent of the order of
 * rows. O(rows · log rows).
 */
export function* ensembleTrendSteps(input: EnsembleInput, groupOf: Uint32Array, options: EnsembleOptions): Generator<Progress, Float64Array> {
  const cells = yield* part(cellsSteps(input, groupOf, options), 0, 0.7);
  yield { fraction: 0.7 };
  const reader = yield* part(TrendReader.prepareSteps(cells, options), 0.7, 0.7);
  yield { fraction: 0.7 };
  const out = new Float64Array(input.times.length).fill(NaN);
  const { starts, rows } = input.groups;
  let told = 0;
  for (let g = 0; g < starts.length - 1; g++) {
    const mine = rows.subarray(starts[g]!, starts[g + 1]!);
    const [low, high] = [cells.first[input.channelOf[g]!]!, cells.first[input.channelOf[g]! + 1]!];
    const done = 0.7 + (0.3 * starts[g]!) / rows.length;
    yield* part(reader.takeSteps(g, mine, low, high), done, done);
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
