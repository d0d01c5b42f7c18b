import { type Epochs, epochsOf, sharedEpochs } from './epochs';
import { closePairs, type SkyPair } from './sky-index';

/** Objects at one place: numbers of the objects, the first one lowest. */
export interface ObjectGroup {
  readonly objects: readonly number[];
  /** Largest separation of a pair of the group, arcsec. */
  readonly separation: number;
  readonly interleaved?: boolean | undefined;
  /** Epochs that two of them have in common. */
  readonly shared: number;
}

const MAX_PAIRS = 200_000;
/** Epochs of one exposure agree to so much of their size: 0.5 s for an MJD. */
const TOLERANCE = 1e-10;

function root(parents: Map<number, number>, object: number): number {
  let at = object;
  for (let up = parents.get(at); up !== undefined && up !== at; up = parents.get(at)) at = up;
  return at;
}

function together(pairs: readonly SkyPair[]): Map<number, SkyPair[]> {
  const parents = new Map<number, number>();
  for (const { a, b } of pairs) {
    const [p, q] = [root(parents, a), root(parents, b)];
    parents.set(Math.max(p, q), Math.min(p, q));
    if (!parents.has(Math.min(p, q))) parents.set(Math.min(p, q), Math.min(p, q));
  }
  const groups = new Map<number, SkyPair[]>();
  for (const pair of pairs) {
    const key = root(parents, pair.a);
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  return groups;
}

/** Whether epochs overlap in time while no exposure holds both: what one star under two names looks like, and two stars close together do not. */
function compareEpochs(a: Float64Array, b: Float64Array): { isInterleaved: boolean; shared: number } {
  if (a.length === 0 || b.length === 0) return { isInterleaved: false, shared: 0 };
  const [few, many] = a.length < b.length ? [a, b] : [b, a];
  const { shared } = sharedEpochs(few, many, TOLERANCE * Math.abs(few[0]!));
  const overlaps = few[0]! <= many.at(-1)! && many[0]! <= few.at(-1)!;
  return { isInterleaved: overlaps && shared <= 0.02 * few.length, shared };
}

/**
 * Groups of objects within `radius` arcsec of each other (chains included), positions in degrees. With epochs, a group is interleaved when
 * every pair's epochs overlap in time and share at most 2 % of their exposures. `isComplete` is false when there were too many pairs to follow.
 */
export function* redundantObjects(
  ra: Float64Array,
  dec: Float64Array,
  radius: number,
  epochs: Epochs | undefined,
): Generator<number, { readonly groups: readonly ObjectGroup[]; readonly isComplete: boolean }> {
  const pairs = yield* closePairs(ra, dec, radius, MAX_PAIRS);
  const groups: ObjectGroup[] = [];
  for (const members of together(pairs).values()) {
    const objects = [...new Set(members.flatMap(({ a, b }) => [a, b]))].sort((p, q) => p - q);
    const separation = Math.max(...members.map((m) => m.separation));
    const compared = epochs && members.map(({ a, b }) => compareEpochs(epochsOf(epochs, a), epochsOf(epochs, b)));
    groups.push({
      objects,
      separation,
      interleaved: compared?.every((c) => c.isInterleaved),
      shared: compared?.reduce((sum, c) => sum + c.shared, 0) ?? 0,
    });
  }
  return { groups: groups.sort((p, q) => p.objects[0]! - q.objects[0]!), isComplete: pairs.length < MAX_PAIRS };
}
