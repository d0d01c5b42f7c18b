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
  const used = new Int32Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; i++) if (use[i] === 1) used[count++] = i;
  const pad = wrap > 0 ? Math.min(count, k + 2) : 0;
  const of = new Int32Array(count + 2 * pad);
  const xs = new Float64Array(of.length);
  const ys = new Float64Array(of.length);
  for (let j = 0; j < of.length; j++) {
    const at = j - pad;
    const turn = at < 0 ? -1 : at >= count ? 1 : 0;
    const i = used[at - turn * count]!;
    of[j] = i;
    xs[j] = x[i]! + turn * wrap;
    ys[j] = y[i]!;
  }
  return { of, xs, ys, count };
}

/** One weighted line after the other through the neighbours of a point. */
class Line {
  private readonly dx: Float64Array;
  private readonly y: Float64Array;
  private readonly tricube: Float64Array;
  private readonly weight: Float64Array;
  private readonly off: Float64Array;
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
  }

  /** The line at `x0` through the k nearest points that are not point `self`; x0 must not fall from call to call. */
  at(x0: number, self: number): void {
    this.gather(x0, self);
    this.fit = this.leverage = NaN;
    const { count, dx, y, tricube, weight, off } = this;
    if (count < 4) return;
    let reach = 0;
    for (let j = 0; j < count; j++) {
      const d = dx[j]!;
      if (d > reach) reach = d;
      else if (-d > reach) reach = -d;
    }
    const scale = reach > 0 ? 1 / (1.0001 * reach) : 0;
    for (let j = 0; j < count; j++) {
      const d = (dx[j]! *= scale);
      const u = 1 - Math.abs(d * d * d);
      weight[j] = tricube[j] = u * u * u + 1e-3;
    }
    for (let round = 1; ; round++) {
      this.solve(round === ROUNDS);
      if (round === ROUNDS) return;
      const { fit, slope } = this;
      for (let j = 0; j < count; j++) off[j] = Math.abs(y[j]! - fit - slope * dx[j]!);
      const middle = median(off, count);
      if (!(middle > 0)) return this.solve(true);
      const cut = 1 / (CUT * middle);
      for (let j = 0; j < count; j++) {
        const u = (y[j]! - fit - slope * dx[j]!) * cut;
        const w = 1 - u * u;
        weight[j] = w > 0 ? tricube[j]! * w * w : 0;
      }
    }
  }

  private gather(x0: number, self: number): void {
    const { points, k, dx, y } = this;
    const { xs, ys, of } = points;
    const end = xs.length;
    let right = this.low;
    while (right < end && xs[right]! < x0) right++;
    this.low = right;
    let left = right - 1;
    let count = 0;
    while (count < k && (left >= 0 || right < end)) {
      if (left >= 0 && of[left] === self) left--;
      else if (right < end && of[right] === self) right++;
      else {
        const j = right >= end || (left >= 0 && x0 - xs[left]! <= xs[right]! - x0) ? left-- : right++;
        dx[count] = xs[j]! - x0;
        y[count++] = ys[j]!;
      }
    }
    this.count = count;
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
      const w = weight[j]!;
      const wx = w * dx[j]!;
      s0 += w;
      s1 += wx;
      s2 += wx * dx[j]!;
      y0 += w * y[j]!;
      y1 += wx * y[j]!;
    }
    const determinant = s0 * s2 - s1 * s1;
    const isLine = determinant > 1e-9 * s0 * s0;
    this.slope = isLine ? (s0 * y1 - s1 * y0) / determinant : 0;
    this.fit = (y0 - this.slope * s1) / s0;
    if (!isLast) return;
    let leverage = 0;
    for (let j = 0; j < count; j++) {
      const part = isLine ? (weight[j]! * (s2 - s1 * dx[j]!)) / determinant : weight[j]! / s0;
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
  yield* inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) {
        if (only && only[i] === 0) continue;
        line.at(x[i]!, i);
        fit[i] = line.fit;
        leverage[i] = line.leverage;
      }
    },
    BLOCK_POINTS,
  );
  return { fit, leverage };
}
