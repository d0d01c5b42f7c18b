import { lowerBound } from '../../../core/numerics/bounds';

export interface Peak {
  readonly frequency: number;
  readonly power: number;
}

/** Which values of a searched curve are good: `lowest` for dispersions, string lengths and entropies. */
export type Best = 'highest' | 'lowest';

/** The best local extrema of a curve over ascending frequency, best first, each refined by the parabola through its three points. */
export function findPeaks(frequency: Float64Array, power: Float64Array, most: number, best: Best = 'highest'): Peak[] {
  const sign = best === 'lowest' ? -1 : 1;
  const tops: number[] = [];
  for (let i = 1; i < power.length - 1; i++) {
    const here = sign * power[i]!;
    if (!(here > sign * power[i - 1]! && here >= sign * power[i + 1]!)) continue;
    // A short list kept sorted: cheaper than sorting every bump of a noisy curve.
    let at = tops.length;
    while (at > 0 && sign * power[tops[at - 1]!]! < here) at--;
    if (at < most) {
      tops.splice(at, 0, i);
      tops.length = Math.min(tops.length, most);
    }
  }
  return tops.map((i) => refine(frequency, power, i, sign));
}

/** The best point with frequency in [low, high], refined; undefined when the curve has none there. */
export function peakBetween(frequency: Float64Array, power: Float64Array, low: number, high: number, best: Best = 'highest'): Peak | undefined {
  const sign = best === 'lowest' ? -1 : 1;
  let top = -1;
  for (let i = lowerBound(frequency, low); i < frequency.length && frequency[i]! <= high; i++) {
    if (Number.isFinite(power[i]!) && (top < 0 || sign * power[i]! > sign * power[top]!)) top = i;
  }
  return top < 0 ? undefined : refine(frequency, power, top, sign);
}

/** The vertex of the parabola through a top and its neighbours, which need not be equally far: a thinned curve keeps those of its tops only. */
function refine(f: Float64Array, p: Float64Array, i: number, sign: number): Peak {
  const here = { frequency: f[i]!, power: p[i]! };
  if (i <= 0 || i >= p.length - 1) return here;
  const [left, right] = [f[i]! - f[i - 1]!, f[i + 1]! - f[i]!];
  const [fall, rise] = [(p[i]! - p[i - 1]!) / left, (p[i + 1]! - p[i]!) / right];
  const bend = (rise - fall) / (left + right);
  // Only at the top of a bump: on a slope the parabola's vertex lies elsewhere.
  if (!(sign * fall >= 0 && sign * rise <= 0 && sign * bend < 0)) return here;
  const slope = fall + bend * left;
  const shift = -slope / (2 * bend);
  return { frequency: f[i]! + shift, power: p[i]! - (slope * slope) / (4 * bend) };
}
