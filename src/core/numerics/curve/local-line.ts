import type { Progress } from '../../protocol/outcome';
import { medianOfFew } from './median-of-few';
import { inBlocks } from '../steps';

export interface LocalLine {
  /** Value of the line at each x, NaN where there are fewer than four neighbours. */
  readonly fit: Float64Array;
  /** Variance of the fit in units of that of one point: small inside, large where the line is extrapolated. */
  readonly leverage: Float64Array;
}

const ROUNDS = 3;
/** Units of the median absolute residual beyond which the bisquare weight is 0, as in LOWESS. */
const CUT = 6;
const BLOCK_POINTS = 2048;

/** The used points, with `pad` of them from the ends of a circle of length `wrap` repeated on the other side. */
function unrolled(x: Float64Array, y: Float64Array, use: Uint8Array, k: number, wrap: number) {
  const used = new Int32Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; i++) if (use[i] === 1) used[count++] = i;
  const pad = wrap > 0 ? Math.min(count, k + 2) : 0;
  const xs = new Float64Array(count + 2 * pad);
  const ys = new Float64Array(xs.length);
  for (let j = 0; j < xs.length; j++) {
    const at = j - pad;
    const turn = at < 0 ? -1 : at >= count ? 1 : 0;
    const i = used[at - turn * count]!;
    xs[j] = x[i]! + turn * wrap;
    ys[j] = y[i]!;
  }
  return { xs, ys, count, pad };
}

/** One weighted line after the other through the neighbours of a point. */
class Line {
  private readonly dx: Float64Array;
  private readonly y: Float64Array;
  private readonly tricube: Float64Array;
  private readonly weight: Float64Array;
  private readonly off: Float64Array;
  private readonly size: Float64Array;
  private count = 0;
  private low = 0;
  private slope = 0;
  fit = NaN;
  leverage = NaN;

  constructor(
    private readonly points: ReturnType<typeof unrolled>,
    private readonly k: number,
  ) {
    this.dx = new Float64Array(k);
    this.y = new Float64Array(k);
    this.tricube = new Float64Array(k);
    this.weight = new Float64Array(k);
    this.off = new Float64Array(k);
    this.size = new Float64Array(k);
  }

  /** The line at `x0` through the k nearest points; `place` of them lie before it, and with `self` = 1 the one at that place is left out. */
  at(x0: number, place: number, self: 0 | 1): void {
    this.gather(x0, place, self);
    this.fit = this.leverage = NaN;
    const { count, off, size } = this;
    if (count < 4) return;
    for (let round = 1; ; round++) {
      this.solve(round === ROUNDS);
      if (round === ROUNDS) return;
      this.measure();
      for (let j = 0; j < count; j++) size[j] = Math.abs(off[j]!);
      const middle = medianOfFew(size, count);
      if (!(middle > 0)) return this.solve(true);
      this.reweigh(1 / (CUT * middle));
    }
  }

  /** Neighbours, their distances in units of the farthest, and their first weights. */
  private gather(x0: number, place: number, self: 0 | 1): void {
    const { dx, y, tricube, weight } = this;
    const { xs, ys, count: used, pad } = this.points;
    this.count = Math.min(this.k, used - self);
    const width = this.count + self;
    const from = this.slide(x0, pad + place, width, this.count);
    const to = from + width;
    const skip = self === 1 ? pad + place : -1;
    const reach = Math.max(x0 - xs[from]!, xs[to - 1]! - x0);
    const scale = reach > 0 ? 1 / (1.0001 * reach) : 0;
    let j = 0;
    for (let i = from; i < to; i++) {
      if (i === skip) continue;
      const d = (xs[i]! - x0) * scale;
      const u = 1 - Math.abs(d * d * d);
      dx[j] = d;
      y[j] = ys[i]!;
      weight[j] = tricube[j] = u * u * u + 1e-3;
      j++;
    }
  }

  /** Where the `width` points nearest to x0 begin, at most `before` of them before `place`; of two equally near the left one counts. */
  private slide(x0: number, place: number, width: number, before: number): number {
    const { xs } = this.points;
    const first = Math.max(0, place - before);
    const last = Math.min(xs.length - width, place);
    let low = Math.max(first, Math.min(last, this.low));
    while (low < last && xs[low + width]! - x0 < x0 - xs[low]!) low++;
    while (low > first && x0 - xs[low - 1]! <= xs[low + width - 1]! - x0) low--;
    return (this.low = low);
  }

  private measure(): void {
    const { count, dx, y, off, fit, slope } = this;
    for (let j = 0; j < count; j++) off[j] = y[j]! - fit - slope * dx[j]!;
  }

  /** Bisquare weights; points farther off than 1 / `cut` have none. */
  private reweigh(cut: number): void {
    const { count, off, tricube, weight } = this;
    for (let j = 0; j < count; j++) {
      const u = off[j]! * cut;
      const w = Math.max(0, 1 - u * u);
      weight[j] = tricube[j]! * w * w;
    }
  }

  /** Weighted least squares; sets fit and slope, and in the end the leverage. */
  private solve(isLast: boolean): void {
    const { count, dx, y, weight } = this;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let y0 = 0;
    let y1 = 0;
    for (let j = 0; j < count; j++) {
      const x = dx[j]!;
      const v = y[j]!;
      const w = weight[j]!;
      const wx = w * x;
      s0 += w;
      s1 += wx;
      s2 += wx * x;
      y0 += w * v;
      y1 += wx * v;
    }
    const determinant = s0 * s2 - s1 * s1;
    const isLine = determinant > 1e-9 * s0 * s0;
    this.slope = isLine ? (s0 * y1 - s1 * y0) / determinant : 0;
    this.fit = (y0 - this.slope * s1) / s0;
    if (!isLast) return;
    const zero = isLine ? s2 / determinant : 1 / s0;
    const tilt = isLine ? s1 / determinant : 0;
    let leverage = 0;
    for (let j = 0; j < count; j++) {
      const part = weight[j]! * (zero - tilt * dx[j]!);
      leverage += part * part;
    }
    this.leverage = leverage;
  }
}

/**
 * At every x the robust local line through its `k` nearest used neighbours without the point itself: tricube weights and two bisquare
 * rounds, as LOWESS (Cleveland 1979, J. Am. Stat. Assoc. 74, 829, doi:10.1080/01621459.1979.10481038). What is left of a value is then not
 * pulled by the value. `x` ascending and finite; `wrap` > 0 = the x lie on a circle of that length. With `only`, the line is found where that
 * is 1 and NaN elsewhere. O(n k).
 */
export function* localLineSteps(
  x: Float64Array,
  y: Float64Array,
  use: Uint8Array,
  k: number,
  wrap: number,
  only?: Uint8Array,
): Generator<Progress, LocalLine> {
  const n = x.length;
  const fit = new Float64Array(n).fill(NaN);
  const leverage = new Float64Array(n).fill(NaN);
  const points = unrolled(x, y, use, k, wrap);
  if (points.count < 5) return { fit, leverage };
  const line = new Line(points, k);
  let place = 0;
  yield* inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) {
        const self = use[i] === 1 ? 1 : 0;
        if (!only || only[i] === 1) {
          line.at(x[i]!, place, self);
          fit[i] = line.fit;
          leverage[i] = line.leverage;
        }
        place += self;
      }
    },
    BLOCK_POINTS,
  );
  return { fit, leverage };
}
