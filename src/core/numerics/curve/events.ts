import type { LightCurve } from './light-curve';

export type EventKind = 'flare' | 'dip' | 'recurs' | 'star that flares';

/** How far a companion has to be off when there are `companions` of them: 2 for one, more for many, so that chance brings one in forty cases. */
function witnessSigma(companions: number): number {
  return Math.sqrt(2 * Math.log(companions / 0.14));
}

/** Of the two neighbours in phase on either side so many have to be off to the same side by {@link SURE}. */
const RECURRING = 2;

/** Candidates that lie among points off to the same side in phase: too few for the folded curve to follow, but not by chance. */
function recurring(curve: LightCurve, z: Float64Array, candidates: readonly number[], period: number): readonly number[] {
  const phase = curve.times.map((t) => (t - curve.times[0]!) / period - Math.floor((t - curve.times[0]!) / period));
  const order = Uint32Array.from(phase, (_, i) => i).sort((a, b) => phase[a]! - phase[b]! || a - b);
  const place = new Uint32Array(order.length);
  order.forEach((i, k) => (place[i] = k));
  const n = order.length;
  return candidates.filter((i) => {
    const off = [-2, -1, 1, 2].filter((d) => (z[i]! > 0 ? 1 : -1) * z[order[(place[i]! + d + n) % n]!]! > SURE);
    return n >= 20 && curve.plausible[i] === 1 && off.length >= RECURRING;
  });
}

/** Off to the same side by this much, a companion makes a flare that a star is known by. */
const SURE = 3;

/**
 * Which of the candidates look like something that happened to the star rather than to one exposure: another point within `window` in time
 * is off to the same side (a flare, a dip). Where a star is seen to flare without doubt, brightenings that have no companion to say otherwise
 * are kept, too. With a period, what lies among others off to the same side in phase recurs and is kept. `suspect` = 1 where the quality says that something was wrong with the exposure: such a point is no witness, and without one
 * no flare. Values that are exactly equal (a sentinel, twice) are no witnesses either. `brighter`: +1 for fluxes, -1 for magnitudes.
 * O(n + candidates · points in a window).
 */
export function findEvents(
  curve: LightCurve,
  z: Float64Array,
  candidates: readonly number[],
  suspect: Uint8Array,
  window: number,
  brighter: 1 | -1,
  period: number | undefined,
): ReadonlyMap<number, EventKind> {
  const { times, values, count } = curve;
  const kinds = new Map<number, EventKind>();
  const alone: number[] = [];
  let flares = false;
  for (const i of candidates) {
    const side = z[i]! > 0 ? 1 : -1;
    let companions = 0;
    let farthest = 0;
    const ask = (j: number): void => {
      if (suspect[j] === 1 || values[j] === values[i]) return;
      companions++;
      farthest = Math.max(farthest, side * z[j]!);
    };
    for (let j = i - 1; j >= 0 && times[i]! - times[j]! <= window; j--) ask(j);
    for (let j = i + 1; j < count && times[j]! - times[i]! <= window; j++) ask(j);
    const isBright = side === brighter;
    if (companions > 0 && farthest > witnessSigma(companions)) {
      kinds.set(i, isBright ? 'flare' : 'dip');
      if (isBright && farthest > SURE) flares = true;
    } else if (companions === 0 && isBright && suspect[i] === 0) alone.push(i);
  }
  if (flares) for (const i of alone) kinds.set(i, 'star that flares');
  if (period !== undefined) for (const i of recurring(curve, z, candidates, period)) if (!kinds.has(i)) kinds.set(i, 'recurs');
  return kinds;
}
