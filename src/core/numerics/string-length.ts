import { argsortSteps } from './argsort';
import type { FoldPoints, FoldStatistic } from './fold-statistic';
import { drain } from './steps';

/** `lafler-kinman`: squares of the steps in value. `dworetsky`: lengths in the plane of phase and value. */
export type StringKind = 'lafler-kinman' | 'dworetsky';

/** Moves a point beyond which ordering by insertion is given up. */
const MOST_MOVES = 16;

/**
 * Length of the string through the points in order of phase, closed at the end of the turn; lowest at the period. O(points) a frequency: phases are put into
 * as many buckets as there are points, and nearly ordered ones into order.
 *
 * `lafler-kinman` (1965, ApJS 11, 216, doi:10.1086/190116), normalised as by Clarke (2002, A&A 386, 763, doi:10.1051/0004-6361:20020258):
 * Σ(v_{i+1} - v_i)² / Σ(v_i - mean)² · (n - 1) / 2n, 1 for noise. `dworetsky` (1983, MNRAS 203, 917, doi:10.1093/mnras/203.4.917): Σ√(Δφ² + Δv²), values
 * scaled to ±0.25.
 */
export class StringLength implements FoldStatistic {
  readonly points: number;
  readonly passes = [this.count.bind(this), this.place.bind(this), this.sort.bind(this), this.measure.bind(this)];
  private readonly unordered: Float64Array;
  private readonly phases: Float64Array;
  private readonly values: Float64Array;
  /** Where the next point of each bucket goes. */
  private readonly next: Uint32Array;
  private readonly norm: number;
  /** Of the steps in value. */
  private readonly scale: number;
  private length = 0;
  /** Places that points were moved by. */
  private moves = 0;

  constructor(
    private readonly data: FoldPoints,
    private readonly kind: StringKind,
  ) {
    const n = data.x.length;
    this.points = n;
    this.norm = kind === 'dworetsky' ? 1 : (n - 1) / (2 * n * data.squares);
    this.scale = kind === 'dworetsky' ? 0.5 / (data.high - data.low) : 1;
    this.unordered = new Float64Array(n);
    this.phases = new Float64Array(n);
    this.values = new Float64Array(n);
    this.next = new Uint32Array(n + 2);
  }

  begin(): void {
    this.next.fill(0);
    this.length = 0;
    this.moves = 0;
  }

  private count(frequency: number, from: number, to: number): void {
    const { unordered, next, points } = this;
    const { x } = this.data;
    for (let i = from; i < to; i++) {
      const turns = frequency * x[i]!;
      const phase = turns - Math.floor(turns);
      unordered[i] = phase;
      next[((phase * points) | 0) + 1]!++;
    }
  }

  private place(_frequency: number, from: number, to: number): void {
    const { unordered, phases, values, next, points } = this;
    const { y } = this.data;
    if (from === 0) for (let k = 1; k <= points; k++) next[k]! += next[k - 1]!;
    for (let i = from; i < to; i++) {
      const phase = unordered[i]!;
      const at = next[(phase * points) | 0]!++;
      phases[at] = phase;
      values[at] = y[i]!;
    }
  }

  /** Equal phases stay in order of time. */
  private sort(_frequency: number, from: number, to: number): void {
    const { phases, values, points } = this;
    const most = MOST_MOVES * points;
    for (let i = Math.max(1, from); i < to; i++) {
      const phase = phases[i]!;
      if (phases[i - 1]! <= phase) continue;
      const value = values[i]!;
      let k = i;
      for (; k > 0 && phases[k - 1]! > phase; k--) {
        phases[k] = phases[k - 1]!;
        values[k] = values[k - 1]!;
      }
      phases[k] = phase;
      values[k] = value;
      this.moves += i - k;
      if (this.moves <= most) continue;
      this.sortAnew();
      return;
    }
  }

  /** Where evenly spaced times fold into a few phases the buckets are of no use. */
  private sortAnew(): void {
    const { phases, values, points } = this;
    const order = drain(argsortSteps(phases));
    const [p, v] = [phases.slice(), values.slice()];
    for (let i = 0; i < points; i++) {
      phases[i] = p[order[i]!]!;
      values[i] = v[order[i]!]!;
    }
  }

  private measure(_frequency: number, from: number, to: number): void {
    const { phases, values, points, kind, scale } = this;
    let { length } = this;
    let before = from === 0 ? points - 1 : from - 1;
    let turn = from === 0 ? 1 : 0;
    for (let i = from; i < to; i++) {
      const step = scale * (values[i]! - values[before]!);
      if (kind === 'dworetsky') {
        const along = phases[i]! - phases[before]! + turn;
        length += Math.sqrt(step * step + along * along);
      } else length += step * step;
      before = i;
      turn = 0;
    }
    this.length = length;
  }

  end(): number {
    return this.length * this.norm;
  }
}
