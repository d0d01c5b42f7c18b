import type { LightCurve } from './light-curve';

export type EventKind = 'flare' | 'dip' | 'star that flares';

/** How far a companion has to be off when there are `companions` of them: 2 for one, more for many, so that chance brings one in forty cases. */
function witnessSigma(companions: number): number {
  return Math.sqrt(2 * Math.log(companions / 0.14));
}

/** Off to the same side by this much, a companion makes a flare that a star is known by. */
const SURE = 3;

/**
 * Which of the candidates look like something that happened to the star rather than to one exposure: another point within `window` in time
 * is off to the same side (a flare, a dip). Where a star is seen to flare without doubt, brightenings that have no companion to say otherwise
 * are kept, too. `suspect` = 1 where the quality says that something was wrong with the exposure: such a point is no witness, and without one
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
  return kinds;
}
