import type { Progress } from '../protocol/outcome';
import { type SawtoothShape, type Template, type TransitShape, sawtoothTemplate, transitTemplate } from './inject';
import { inBlocks } from './steps';

/** How much of a signal is in the values. */
export interface Recovered {
  /** Least-squares depth (or peak to peak amplitude) in the unit of the values; positive where they fall. NaN when nothing could be measured. */
  readonly depth: number;
  /** Its standard error from the residuals. */
  readonly error: number;
  /** Transits (stretches with their own base line) that took part. */
  readonly events: number;
}

/** Sums of 1, x, d, y and their products over one stretch of time; y is counted from the stretch's first value. */
type Sums = { y0: number; n: number; x: number; d: number; y: number; xx: number; xd: number; xy: number; dd: number; dy: number; yy: number };

function add(s: Sums, x: number, d: number, y: number): void {
  s.n++;
  s.x += x;
  s.d += d;
  s.y += y;
  s.xx += x * x;
  s.xd += x * d;
  s.xy += x * y;
  s.dd += d * d;
  s.dy += d * y;
  s.yy += y * y;
}

/** The stretch's scatter of d and y about their own straight lines (or constants): Σd², Σdy, Σy². */
function projected(s: Sums, isSloped: boolean): { dd: number; dy: number; yy: number } {
  const c = (ab: number, a: number, b: number): number => ab - (a * b) / s.n;
  const xx = c(s.xx, s.x, s.x);
  const xd = c(s.xd, s.x, s.d);
  const xy = c(s.xy, s.x, s.y);
  const f = isSloped && xx > 1e-12 * s.xx ? 1 / xx : 0;
  return { dd: c(s.dd, s.d, s.d) - f * xd * xd, dy: c(s.dy, s.d, s.y) - f * xd * xy, yy: c(s.yy, s.y, s.y) - f * xy * xy };
}

/** Which stretch a time belongs to and where in it (about -1…1); undefined = none. */
type Stretch = (time: number) => { readonly event: number; readonly x: number } | undefined;

function* recoverSteps(
  times: Float64Array,
  values: Float64Array,
  use: Uint8Array,
  template: Template,
  stretch: Stretch,
  isSloped: boolean,
): Generator<Progress, Recovered> {
  const sums = new Map<number, Sums>();
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      const t = times[i]!;
      if (use[i] !== 1 || v - v !== 0 || t - t !== 0) continue;
      const at = stretch(t);
      if (!at) continue;
      let s = sums.get(at.event);
      if (!s) sums.set(at.event, (s = { y0: v, n: 0, x: 0, d: 0, y: 0, xx: 0, xd: 0, xy: 0, dd: 0, dy: 0, yy: 0 }));
      add(s, at.x, template(t), v - s.y0);
    }
  });
  let [dd, dy, yy, points, events] = [0, 0, 0, 0, 0];
  const taken = isSloped ? 2 : 1;
  for (const s of sums.values()) {
    const p = s.n > taken + 1 ? projected(s, isSloped) : undefined;
    // A stretch with points only inside, or only outside, says nothing of the depth.
    if (!p || p.dd <= 1e-9 * s.n) continue;
    dd += p.dd;
    dy += p.dy;
    yy += p.yy;
    points += s.n - taken;
    events++;
  }
  if (events === 0) return { depth: NaN, error: NaN, events: 0 };
  const freedom = points - 1;
  return { depth: -dy / dd, error: freedom > 0 ? Math.sqrt(Math.max(0, yy - (dy * dy) / dd) / freedom / dd) : NaN, events };
}

/**
 * Depth of a transit of known times: least squares of the template over one and a half durations to both sides of each transit's middle, each with
 * its own straight base line (so slow trends neither add nor take depth). Rows without `use`, a value or a time take no part; any order of rows.
 * O(n). Magnitudes rise in a transit: their depth comes out negative.
 */
export function recoveredDepthSteps(times: Float64Array, values: Float64Array, use: Uint8Array, shape: TransitShape): Generator<Progress, Recovered> {
  const { period, epoch, duration } = shape;
  const reach = Math.min(1.5 * duration, period / 2);
  const stretch: Stretch = (time) => {
    const event = Math.round((time - epoch) / period);
    const x = (time - epoch - event * period) / reach;
    return Math.abs(x) <= 1 ? { event, x } : undefined;
  };
  return recoverSteps(times, values, use, transitTemplate(shape), stretch, true);
}

/**
 * Peak to peak amplitude of a sawtooth of known period and epoch: least squares of the template and one constant over all rows. Magnitudes rise
 * where the star fades: their amplitude comes out negative. O(n).
 */
export function recoveredAmplitudeSteps(
  times: Float64Array,
  values: Float64Array,
  use: Uint8Array,
  shape: SawtoothShape,
): Generator<Progress, Recovered> {
  const all = { event: 0, x: 0 };
  return recoverSteps(times, values, use, sawtoothTemplate(shape), () => all, false);
}
