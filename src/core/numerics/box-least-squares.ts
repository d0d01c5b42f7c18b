import type { Progress } from '../protocol/outcome';
import { type BoxFit, type BoxSetup, boxContrast } from './box-fit';
import { inBlocks, part } from './steps';
import { medianSteps } from './robust';

/** Points and windows between two yields. */
const WORK = 2 ** 20;
/** A window or its outside of less than this share of all weights counts as empty: it is rounding. */
const EMPTY = 1e-12;
/** Boxes this close to the best by the quick comparison are compared exactly. */
const MARGIN = 1 - 1e-9;

/**
 * Box least squares (Kovács, Zucker & Mazeh 2002, A&A 391, 369, doi:10.1051/0004-6361:20020802) over binned phases, in the convention of astropy's
 * BoxLeastSquares: bins of the shortest duration / oversample from the first time on, the last (partial) bin of a turn never inside a transit. Equal to
 * it bin by bin, with one addition: it does not try boxes longer than the shortest one that lie across the first time's phase, so its power there can be
 * lower. O(points + bins · durations) a period.
 */
export class BoxSearch {
  readonly start: number;
  readonly baseline: number;
  readonly points: number;
  private readonly durationBins: Int32Array;
  private sumY = 0;
  private sumW = 0;
  /** Sums of weighted values, and of weights, up to each bin. */
  private cellY = new Float64Array(0);
  private cellW = new Float64Array(0);
  /** sumY · w - sumW · y up to each bin: its growth over a box is what the depth is in sign, and the quick comparison needs. */
  private gains = new Float64Array(0);
  private period = NaN;
  private bins = 0;
  private best = -Infinity;
  /** What a box has to beat, in the quick comparison. */
  private bar = -1;
  private bestStart = 0;
  private bestBins = 0;

  private constructor(
    private readonly x: Float64Array,
    private readonly wy: Float64Array,
    private readonly w: Float64Array,
    private readonly binWidth: number,
    start: number,
    /** To whole bins. */
    readonly durations: readonly number[],
    private readonly oversample: number,
    private readonly isLikelihood: boolean,
  ) {
    this.points = x.length;
    this.start = start;
    this.baseline = x.length === 0 ? 0 : x[x.length - 1]!;
    this.durationBins = Int32Array.from(durations, (d) => Math.round(d / binWidth));
    for (let i = 0; i < x.length; i++) {
      this.sumY += wy[i]!;
      this.sumW += w[i]!;
    }
  }

  /** At least one point and one duration. O(n). */
  static *prepareSteps({ times, values, errors, durations, oversample, objective }: BoxSetup): Generator<Progress, BoxSearch> {
    const n = times.length;
    const centre = yield* part(medianSteps(values.slice()), 0, 0.5);
    const x = new Float64Array(n);
    const wy = new Float64Array(n);
    const w = new Float64Array(n);
    const weighing = inBlocks(n, (from, to) => {
      for (let i = from; i < to; i++) {
        x[i] = times[i]! - times[0]!;
        w[i] = errors ? 1 / (errors[i]! * errors[i]!) : 1;
        wy[i] = (values[i]! - centre) * w[i]!;
      }
    });
    yield* part(weighing, 0.5, 1);
    return new BoxSearch(x, wy, w, Math.min(...durations) / oversample, times[0]!, durations, oversample, objective === 'likelihood');
  }

  /** The same search in bins `factor` times as fine, with durations of its own. */
  finer(factor: number, durations: readonly number[]): BoxSearch {
    return new BoxSearch(this.x, this.wy, this.w, this.binWidth / factor, this.start, durations, this.oversample * factor, this.isLikelihood);
  }

  /** The same search over the weighted means of stretches of time one bin long: for a quick look at finely sampled data. */
  coarser(): BoxSearch {
    const x: number[] = [];
    const wy: number[] = [];
    const w: number[] = [];
    for (let i = 0, cell = -1, at = -1; i < this.points; i++) {
      const now = Math.floor(this.x[i]! / this.binWidth);
      if (now !== cell) {
        cell = now;
        at = x.push(0) - 1;
        wy.push(0);
        w.push(0);
      }
      x[at]! += this.x[i]! * this.w[i]!;
      wy[at]! += this.wy[i]!;
      w[at]! += this.w[i]!;
    }
    const means = Float64Array.from(x, (sum, i) => sum / w[i]!);
    const [ys, ws] = [Float64Array.from(wy), Float64Array.from(w)];
    return new BoxSearch(means, ys, ws, this.binWidth, this.start, this.durations, this.oversample, this.isLikelihood);
  }

  /** Bins that a turn of `period` is cut into. */
  binsOf(period: number): number {
    return Math.ceil(period / this.binWidth) + this.oversample;
  }

  /** Points and windows one period takes. */
  workOf(period: number): number {
    return this.points + this.binsOf(period) * this.durationBins.length;
  }

  /** The objective at each period; -Infinity where no box fits. */
  *powerSteps(periods: Float64Array): Generator<Progress, Float64Array> {
    const power = new Float64Array(periods.length);
    let since = 0;
    for (let k = 0; k < periods.length; k++) {
      const work = this.workOf(periods[k]!);
      since += work;
      if (since > WORK) {
        since = 0;
        yield { fraction: k / periods.length };
      }
      if (work > WORK) yield* this.seekSteps(periods[k]!, k / periods.length);
      else this.seek(periods[k]!);
      power[k] = this.best;
    }
    return power;
  }

  /** The best box at one period; undefined when none fits (values that never fall, or no weight inside or outside). */
  *fitSteps(period: number): Generator<Progress, BoxFit | undefined> {
    yield* this.seekSteps(period, 0);
    return this.fit();
  }

  private seek(period: number): void {
    this.begin(period);
    this.fold(0, this.points);
    this.close();
    for (const bins of this.durationBins) {
      this.scan(bins, 0, this.bins - bins + 1);
      this.scanAcross(bins);
    }
  }

  private *seekSteps(period: number, fraction: number): Generator<Progress, void> {
    this.begin(period);
    for (let from = 0; from < this.points; from += WORK) {
      this.fold(from, Math.min(this.points, from + WORK));
      yield { fraction };
    }
    this.close();
    for (const bins of this.durationBins) {
      const end = this.bins - bins + 1;
      for (let from = 0; from < end; from += WORK) {
        this.scan(bins, from, Math.min(end, from + WORK));
        yield { fraction };
      }
      this.scanAcross(bins);
    }
  }

  private begin(period: number): void {
    this.period = period;
    this.bins = this.binsOf(period);
    const length = this.bins + 1;
    if (this.cellY.length < length) {
      this.cellY = new Float64Array(length + (length >> 2));
      this.cellW = new Float64Array(length + (length >> 2));
      this.gains = new Float64Array(length + (length >> 2));
    } else {
      this.cellY.fill(0, 0, length);
      this.cellW.fill(0, 0, length);
    }
    this.best = -Infinity;
    this.bar = -1;
  }

  private fold(from: number, to: number): void {
    const { x, wy, w, cellY, cellW, period, binWidth } = this;
    // Times are in order, so turn and bin change seldom; near their ends both are computed afresh, so that each is the floor of its quotient, always.
    const nearEnd = period * (1 - 1e-9);
    let turns = 0;
    let bin = 0;
    let edge = 0;
    let y = 0;
    let weight = 0;
    for (let i = from; i < to; i++) {
      let rest = x[i]! - turns;
      if (rest >= edge) {
        cellY[bin]! += y;
        cellW[bin]! += weight;
        if (rest >= nearEnd) {
          turns = period * Math.floor(x[i]! / period);
          rest = x[i]! - turns;
        }
        bin = ((rest / binWidth) | 0) + 1;
        edge = Math.min(bin * binWidth * (1 - 1e-9), nearEnd);
        y = 0;
        weight = 0;
      }
      y += wy[i]!;
      weight += w[i]!;
    }
    cellY[bin]! += y;
    cellW[bin]! += weight;
  }

  /** Repeats the first bins behind the last full one, and sums up. */
  private close(): void {
    const { cellY, cellW, gains, bins, oversample, sumY, sumW } = this;
    const last = bins - oversample - 1;
    let y = (cellY[0] = 0);
    let w = (cellW[0] = 0);
    cellY.copyWithin(last + 1, 1, oversample + 1);
    cellW.copyWithin(last + 1, 1, oversample + 1);
    for (let k = 1; k <= bins; k++) {
      cellY[k] = y += cellY[k]!;
      cellW[k] = w += cellW[k]!;
      gains[k] = sumY * w - y * sumW;
    }
  }

  /** Tries the boxes of so many bins that begin behind bins [from, to). */
  private scan(length: number, from: number, to: number): void {
    const { cellY, cellW, gains, sumW, isLikelihood } = this;
    const fixed = isLikelihood ? 0 : sumW;
    const share = isLikelihood ? 1 : 0;
    let bar = this.bar;
    for (let n = from; n < to; n++) {
      const gain = gains[n + length]! - gains[n]!;
      if (gain < 0) continue;
      const w = cellW[n + length]! - cellW[n]!;
      const rest = sumW - w;
      if (gain * gain <= bar * w * rest * (fixed + share * rest)) continue;
      this.consider(cellY[n + length]! - cellY[n]!, w, n, length);
      bar = this.bar;
    }
  }

  /** The boxes across the first time's phase that {@link scan} does not reach. */
  private scanAcross(length: number): void {
    const { cellY, cellW, gains, bins, sumW, isLikelihood, oversample } = this;
    const turn = bins - oversample - 1;
    if (length > turn) return;
    for (let n = Math.max(0, bins - length + 1); n < turn; n++) {
      const end = n + length - turn;
      const gain = gains[turn]! - gains[n]! + gains[end]!;
      const w = cellW[turn]! - cellW[n]! + cellW[end]!;
      const rest = sumW - w;
      if (gain < 0 || gain * gain <= this.bar * w * rest * (isLikelihood ? rest : sumW)) continue;
      this.consider(cellY[turn]! - cellY[n]! + cellY[end]!, w, n, length);
    }
  }

  private consider(y: number, w: number, start: number, length: number): void {
    const least = EMPTY * this.sumW;
    const rest = this.sumW - w;
    if (w < least || rest < least) return;
    const { depth, snr, logLikelihood } = boxContrast(y, w, this.sumY, this.sumW);
    const power = this.isLikelihood ? logLikelihood : snr;
    if (!(depth >= 0) || !(power > this.best)) return;
    this.best = power;
    this.bar = (this.isLikelihood ? 2 * power : power * power) * MARGIN;
    this.bestStart = start;
    this.bestBins = length;
  }

  private fit(): BoxFit | undefined {
    if (this.best === -Infinity) return undefined;
    const { bins, oversample, bestStart: from, bestBins: length, period, binWidth } = this;
    const turn = bins - oversample - 1;
    const isAcross = from + length > bins;
    const sum = (cells: Float64Array): number =>
      isAcross ? cells[turn]! - cells[from]! + cells[from + length - turn]! : cells[from + length]! - cells[from]!;
    const contrast = boxContrast(sum(this.cellY), sum(this.cellW), this.sumY, this.sumW);
    const power = this.isLikelihood ? contrast.logLikelihood : contrast.snr;
    const duration = length * binWidth;
    // Beyond the end of the turn the bins go on from its start, without the partial bin.
    const middle = isAcross ? period - (turn - from) * binWidth + 0.5 * duration : from * binWidth + 0.5 * duration;
    const epoch = this.start + (middle % period);
    return { period, epoch, duration, ...contrast, power };
  }
}
