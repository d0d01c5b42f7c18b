import type { FoldPoints, FoldStatistic } from './fold-statistic';

export interface PhaseDispersionOptions {
  /** Bins a turn is cut into. */
  readonly bins: number;
  /** Sets of such bins, each shifted by an equal part of a bin. */
  readonly covers: number;
  /** Bins with fewer points do not count. */
  readonly minimumPoints: number;
}

/** Count, sum and sum of squares of a fine bin; the fourth place makes the index a shift. */
const WIDE = 4;

/**
 * Θ of phase dispersion minimisation (Stellingwerf 1978, ApJ 224, 953, doi:10.1086/156444): the pooled variance of the values in bins of phase, over their
 * variance; phase 0 at the first time. 1 for noise, lowest at the period. NaN where no bin has enough points. O(points + bins · covers) a frequency.
 */
export class PhaseDispersion implements FoldStatistic {
  readonly points: number;
  readonly passes = [this.fold.bind(this)];
  private readonly variance: number;
  private readonly fine: number;
  private readonly cells: Float64Array;

  constructor(
    private readonly data: FoldPoints,
    private readonly options: PhaseDispersionOptions,
  ) {
    this.points = data.x.length;
    this.variance = data.squares / (this.points - 1);
    this.fine = options.bins * options.covers;
    this.cells = new Float64Array(WIDE * (this.fine + 1));
  }

  begin(): void {
    this.cells.fill(0);
  }

  private fold(frequency: number, from: number, to: number): void {
    const { cells, fine } = this;
    const { x, y } = this.data;
    for (let i = from; i < to; i++) {
      const turns = frequency * x[i]!;
      const at = WIDE * (((turns - Math.floor(turns)) * fine) | 0);
      const v = y[i]!;
      cells[at]!++;
      cells[at + 1]! += v;
      cells[at + 2]! += v * v;
    }
  }

  end(): number {
    const { cells, fine, variance } = this;
    const { covers, minimumPoints } = this.options;
    // A phase that rounds up to a whole turn.
    for (let k = 0; k < 3; k++) cells[WIDE * (fine - 1) + k]! += cells[WIDE * fine + k]!;
    let within = 0;
    let freedom = 0;
    for (let start = 0; start < fine; start++) {
      let [n, sum, squares] = [0, 0, 0];
      for (let c = 0; c < covers; c++) {
        const at = WIDE * ((start + c) % fine);
        n += cells[at]!;
        sum += cells[at + 1]!;
        squares += cells[at + 2]!;
      }
      if (n < minimumPoints || n === 0) continue;
      within += squares - (sum * sum) / n;
      freedom += n - 1;
    }
    return freedom > 0 ? within / freedom / variance : NaN;
  }
}
