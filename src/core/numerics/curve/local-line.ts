import type { Progress } from '../../protocol/outcome';
import { median } from '../robust';
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

/** The used points, with the ends of a circle of length `wrap` repeated on the other side; `of` says which point each is. */
function unrolled(x: Float64Array, y: Float64Array, use: Uint8Array, k: number, wrap: number) {
  const used: number[] = [];
  for (let i = 0; i < x.length; i++) if (use[i] === 1) used.push(i);
  const pad = wrap > 0 ? Math.min(used.length, k + 2) : 0;
  const of = Int32Array.from([...used.slice(used.length - pad), ...used, ...used.slice(0, pad)]);
  const xs = Float64Array.from(of, (i, j) => x[i]! + (j < pad ? -wrap : j >= pad + used.length ? wrap : 0));
  return { of, xs, ys: Float64Array.from(of, (i) => y[i]!), count: used.length };
}

/** One weighted line after the other through the neighbours of a point. */
class Line {
  private readonly near: Int32Array;
  private readonly dx: Float64Array;
  private readonly tricube: Float64Array;
  private readonly weight: Float64Array;
  private readonly off: Float64Array;
  private count = 0;
  private low = 0;
  fit = NaN;
  leverage = NaN;

  constructor(
    private readonly points: ReturnType<typeof unrolled>,
    private readonly k: number,
  ) {
    this.near = new Int32Array(k);
    this.dx = new Float64Array(k);
    this.tricube = new Float64Array(k);
    this.weight = new Float64Array(k);
    this.off = new Float64Array(k);
  }

  /** The line at `x0` through the k nearest points that are not point `self`; x0 must not fall from call to call. */
  at(x0: number, self: number): void {
    this.gather(x0, self);
    this.fit = this.leverage = NaN;
    if (this.count < 4) return;
    const { count, dx, tricube, weight, off } = this;
    let reach = 0;
    for (let j = 0; j < count; j++) reach = Math.max(reach, Math.abs(dx[j]!));
    const scale = reach > 0 ? 1 / (1.0001 * reach) : 0;
    for (let j = 0; j < count; j++) {
      dx[j]! *= scale;
      const u = Math.abs(dx[j]!);
      weight[j] = tricube[j] = (1 - u * u * u) ** 3 + 1e-3;
    }
    for (let round = 1; ; round++) {
      const slope = this.solve();
      if (round === ROUNDS) return;
      for (let j = 0; j < count; j++) off[j] = Math.abs(this.points.ys[this.near[j]!]! - this.fit - slope * dx[j]!);
      const middle = median(off, count);
      if (!(middle > 0)) return;
      for (let j = 0; j < count; j++) {
        const u = (this.points.ys[this.near[j]!]! - this.fit - slope * dx[j]!) / (CUT * middle);
        weight[j] = u * u < 1 ? tricube[j]! * (1 - u * u) ** 2 : 0;
      }
    }
  }

  private gather(x0: number, self: number): void {
    const { xs, of } = this.points;
    while (this.low < xs.length && xs[this.low]! < x0) this.low++;
    let left = this.low - 1;
    let right = this.low;
    this.count = 0;
    while (this.count < this.k && (left >= 0 || right < xs.length)) {
      if (left >= 0 && of[left] === self) left--;
      else if (right < xs.length && of[right] === self) right++;
      else {
        const isLeft = right >= xs.length || (left >= 0 && x0 - xs[left]! <= xs[right]! - x0);
        const j = isLeft ? left-- : right++;
        this.dx[this.count] = xs[j]! - x0;
        this.near[this.count++] = j;
      }
    }
  }

  /** Weighted least squares; sets fit and leverage, gives the slope. */
  private solve(): number {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let y0 = 0;
    let y1 = 0;
    for (let j = 0; j < this.count; j++) {
      const w = this.weight[j]!;
      const x = this.dx[j]!;
      const y = this.points.ys[this.near[j]!]!;
      s0 += w;
      s1 += w * x;
      s2 += w * x * x;
      y0 += w * y;
      y1 += w * x * y;
    }
    const determinant = s0 * s2 - s1 * s1;
    const isLine = determinant > 1e-9 * s0 * s0;
    const slope = isLine ? (s0 * y1 - s1 * y0) / determinant : 0;
    this.fit = (y0 - slope * s1) / s0;
    let leverage = 0;
    for (let j = 0; j < this.count; j++) {
      const w = this.weight[j]!;
      const part = isLine ? (w * (s2 - s1 * this.dx[j]!)) / determinant : w / s0;
      leverage += part * part;
    }
    this.leverage = leverage;
    return slope;
  }
}

/**
 * At every x the robust local line through its `k` nearest used neighbours without the point itself: tricube weights and two bisquare
 * rounds, as LOWESS (Cleveland 1979, J. Am. Stat. Assoc. 74, 829, doi:10.1080/01621459.1979.10481038). What is left of a value is then not
 * pulled by the value. `x` ascending and finite; `wrap` > 0 = the x lie on a circle of that length. O(n k).
 */
export function* localLineSteps(x: Float64Array, y: Float64Array, use: Uint8Array, k: number, wrap: number): Generator<Progress, LocalLine> {
  const n = x.length;
  const fit = new Float64Array(n).fill(NaN);
  const leverage = new Float64Array(n).fill(NaN);
  const points = unrolled(x, y, use, k, wrap);
  if (points.count < 5) return { fit, leverage };
  const line = new Line(points, k);
  yield* inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) {
        line.at(x[i]!, i);
        fit[i] = line.fit;
        leverage[i] = line.leverage;
      }
    },
    BLOCK_POINTS,
  );
  return { fit, leverage };
}
