import type { FoldPoints, FoldStatistic } from './fold-statistic';

export interface ConditionalEntropyOptions {
  readonly phaseBins: number;
  readonly valueBins: number;
}

/** Points up to which n ln n comes from a table. */
const MOST_LOGS = 1 << 18;

/**
 * Entropy of the values given the phase (Graham et al. 2013, MNRAS 434, 2629, doi:10.1093/mnras/stt1206), in nats: Σ p(v, φ) ln(p(φ) / p(v, φ)) over equal
 * bins of phase, from the first time on, and of value, from the lowest to the highest. Lowest at the period. O(points + bins) a frequency.
 */
export class ConditionalEntropy implements FoldStatistic {
  readonly points: number;
  readonly passes = [this.fold.bind(this)];
  private readonly x: Float64Array;
  private readonly valueBin: Uint16Array;
  private readonly counts: Uint32Array;
  /** n ln n. */
  private readonly logs: Float64Array;

  constructor(
    { x, y, low, high }: FoldPoints,
    private readonly options: ConditionalEntropyOptions,
  ) {
    const { phaseBins, valueBins } = options;
    this.points = x.length;
    this.x = x;
    const valueBin = new Uint16Array(x.length);
    // Halves, since the range of huge values may overflow.
    const half = low / 2;
    const range = high / 2 - half;
    for (let i = 0; i < valueBin.length; i++) valueBin[i] = Math.min(valueBins - 1, Math.floor(((y[i]! / 2 - half) / range) * valueBins));
    this.valueBin = valueBin;
    this.counts = new Uint32Array((phaseBins + 1) * valueBins);
    this.logs = new Float64Array(Math.min(x.length, MOST_LOGS) + 1);
    for (let n = 1; n < this.logs.length; n++) this.logs[n] = n * Math.log(n);
  }

  begin(): void {
    this.counts.fill(0);
  }

  private fold(frequency: number, from: number, to: number): void {
    const { x, valueBin, counts } = this;
    const { phaseBins, valueBins } = this.options;
    for (let i = from; i < to; i++) {
      const turns = frequency * x[i]!;
      const phase = ((turns - Math.floor(turns)) * phaseBins) | 0;
      counts[phase * valueBins + valueBin[i]!]!++;
    }
  }

  end(): number {
    const { counts } = this;
    const { phaseBins, valueBins } = this.options;
    let entropy = 0;
    for (let p = 0; p <= phaseBins; p++) {
      let all = 0;
      for (let v = 0; v < valueBins; v++) {
        let n = counts[p * valueBins + v]!;
        // The row behind the last is that of phases that round up to a whole turn.
        if (p === phaseBins - 1) n += counts[phaseBins * valueBins + v]!;
        if (p === phaseBins) n = 0;
        all += n;
        entropy -= this.nLogN(n);
      }
      entropy += this.nLogN(all);
    }
    return entropy / this.points;
  }

  private nLogN(n: number): number {
    return n < this.logs.length ? this.logs[n]! : n * Math.log(n);
  }
}
