import type { LightCurve } from './light-curve';

export interface Impact {
  /** Standard deviation of the point's band without it over that with it, minus 1. */
  readonly scatter: number;
  /** Lomb–Scargle power at the period without the point over that with it, minus 1; undefined without a period. */
  readonly power: number | undefined;
}

/** Sums over points from which one can be taken out. `c` and `s` are the cosine and sine of a point's phase. */
class Sums {
  private n = 0;
  private y = 0;
  private yy = 0;
  private c = 0;
  private s = 0;
  private cc = 0;
  private ss = 0;
  private cs = 0;
  private yc = 0;
  private ys = 0;

  add(y: number, c: number, s: number, sign: 1 | -1): void {
    this.n += sign;
    this.y += sign * y;
    this.yy += sign * y * y;
    this.c += sign * c;
    this.s += sign * s;
    this.cc += sign * c * c;
    this.ss += sign * s * s;
    this.cs += sign * c * s;
    this.yc += sign * y * c;
    this.ys += sign * y * s;
  }
  std(): number {
    const { n, y, yy } = this;
    return Math.sqrt(Math.max(0, yy / n - (y / n) ** 2));
  }
  /** Share of the variance that a sinusoid with a mean explains (Zechmeister & Kürster 2009, A&A 496, 577). */
  power(): number {
    const { n, y, yy, c, s } = this;
    const YY = yy - (y * y) / n;
    const YC = this.yc - (y * c) / n;
    const YS = this.ys - (y * s) / n;
    const CC = this.cc - (c * c) / n;
    const SS = this.ss - (s * s) / n;
    const CS = this.cs - (c * s) / n;
    const D = CC * SS - CS * CS;
    return D > 1e-12 * n * n && YY > 0 ? (SS * YC * YC + CC * YS * YS - 2 * CS * YC * YS) / (YY * D) : NaN;
  }
}

/**
 * What taking out one point alone does to the light curve of its band: to its standard deviation, and to the power at the period. Only
 * plausible points and the point itself are in the sums. O(n + points asked for).
 */
export function impactsOf(curve: LightCurve, points: readonly number[], period: number | undefined): readonly Impact[] {
  const sums = curve.bands.map(() => new Sums());
  const angle = (i: number): number => (2 * Math.PI * (curve.times[i]! - curve.times[0]!)) / period!;
  const change = (i: number, sign: 1 | -1): void => {
    const band = curve.band[i]!;
    const y = curve.values[i]! - curve.bands[band]!.level;
    if (period === undefined) sums[band]!.add(y, 1, 0, sign);
    else sums[band]!.add(y, Math.cos(angle(i)), Math.sin(angle(i)), sign);
  };
  for (let i = 0; i < curve.count; i++) if (curve.plausible[i] === 1) change(i, 1);
  return points.map((i) => {
    const own = sums[curve.band[i]!]!;
    const wasIn = curve.plausible[i] === 1;
    if (!wasIn) change(i, 1);
    const before = { std: own.std(), power: own.power() };
    change(i, -1);
    const after = { std: own.std(), power: own.power() };
    if (wasIn) change(i, 1);
    const power = period === undefined ? NaN : after.power / before.power - 1;
    return { scatter: before.std > 0 ? after.std / before.std - 1 : 0, power: power - power === 0 ? power : undefined };
  });
}
