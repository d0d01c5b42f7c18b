import type { LightCurve } from './light-curve';

export type EventKind = 'flare' | 'dip' | 'star that flares';

/** How far a companion has to be off, in the same units as the candidate. */
const COMPANION = 2;

/**
 * Which of the candidates look like something that happened to the star rather than to one exposure: another point within `window` in time
 * is off to the same side (a flare, a dip). Where a star is seen to flare like that, its lone brightenings are kept, too. `suspect` = 1
 * where the quality says that something was wrong with the exposure: such a point is no witness, and without one no flare. Values that are exactly
 * equal (a sentinel, twice) are no witnesses either. `brighter`: +1 for fluxes, -1 for magnitudes. O(n + candidates · points in a window).
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
  const isWitness = (i: number, j: number): boolean =>
    i !== j && suspect[j] === 0 && values[j] !== values[i] && Math.abs(z[j]!) > COMPANION && z[j]! > 0 === z[i]! > 0;
  for (const i of candidates) {
    let found = false;
    for (let j = i - 1; !found && j >= 0 && times[i]! - times[j]! <= window; j--) found = isWitness(i, j);
    for (let j = i + 1; !found && j < count && times[j]! - times[i]! <= window; j++) found = isWitness(i, j);
    if (found) kinds.set(i, z[i]! * brighter > 0 ? 'flare' : 'dip');
  }
  if ([...kinds.values()].includes('flare'))
    for (const i of candidates) if (!kinds.has(i) && suspect[i] === 0 && z[i]! * brighter > 0) kinds.set(i, 'star that flares');
  return kinds;
}
