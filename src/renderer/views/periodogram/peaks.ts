import { lowerBound } from '../../components/plot/decimate';

export interface Peak {
  readonly frequency: number;
  readonly power: number;
}

/** The highest local maxima of a curve over ascending frequency, best first, each refined by the parabola through its three points. */
export function findPeaks(frequency: Float64Array, power: Float64Array, most: number): Peak[] {
  const tops: number[] = [];
  for (let i = 1; i < power.length - 1; i++) {
    if (!(power[i]! > power[i - 1]! && power[i]! >= power[i + 1]!)) continue;
    // A short list kept sorted: cheaper than sorting every bump of a noisy curve.
    let at = tops.length;
    while (at > 0 && power[tops[at - 1]!]! < power[i]!) at--;
    if (at < most) {
      tops.splice(at, 0, i);
      tops.length = Math.min(tops.length, most);
    }
  }
  return tops.map((i) => refine(frequency, power, i));
}

/** The highest point with frequency in [low, high], refined; undefined when the curve has none there. */
export function peakBetween(frequency: Float64Array, power: Float64Array, low: number, high: number): Peak | undefined {
  let best = -1;
  for (let i = lowerBound(frequency, low); i < frequency.length && frequency[i]! <= high; i++) {
    if (Number.isFinite(power[i]!) && (best < 0 || power[i]! > power[best]!)) best = i;
  }
  return best < 0 ? undefined : refine(frequency, power, best);
}

function refine(f: Float64Array, p: Float64Array, i: number): Peak {
  if (i <= 0 || i >= p.length - 1) return { frequency: f[i]!, power: p[i]! };
  const [a, b, c] = [p[i - 1]!, p[i]!, p[i + 1]!];
  const bend = a - 2 * b + c;
  // Only at the top of a bump: on a slope the parabola's vertex lies elsewhere.
  if (!(b >= a && b >= c && bend < 0)) return { frequency: f[i]!, power: b };
  const shift = (a - c) / (2 * bend);
  return { frequency: f[i]! + shift * (f[i + 1]! - f[i]!), power: b - ((a - c) * shift) / 4 };
}

/** Where the strongest peak repeats itself: one day's window and harmonics. `day` is a day in the unit of time. */
export function aliasesOf(frequency: number, low: number, high: number, day: number | undefined): { frequency: number; label: string }[] {
  const daily =
    day === undefined ? [] : [-2, -1, 1, 2].map((k) => ({ frequency: Math.abs(frequency + k / day), label: `${k < 0 ? '−' : '+'}${Math.abs(k)}/d` }));
  const harmonics = [
    { frequency: 2 * frequency, label: '2f' },
    { frequency: frequency / 2, label: 'f/2' },
  ];
  return [...harmonics, ...daily].filter((a) => a.frequency >= low && a.frequency <= high);
}

/** A day in a unit of time; undefined when the unit is not known to be one. */
export function dayIn(unit: string | undefined): number | undefined {
  const u = unit?.trim().toLowerCase() ?? '';
  if (/^(d|day|days|jd|mjd|bjd|btjd|bkjd|hjd)\b/.test(u)) return 1;
  if (/^(s|sec|second|seconds)$/.test(u)) return 86_400;
  if (/^(h|hr|hour|hours)$/.test(u)) return 24;
  if (/^(min|minute|minutes)$/.test(u)) return 1440;
  return undefined;
}
