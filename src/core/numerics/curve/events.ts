import type { CurveResiduals } from './curve-residuals';
import type { LightCurve } from './light-curve';

export type EventKind = 'flare' | 'dip' | 'recurs' | 'star that flares' | 'red dwarf';

/** What is known besides the light curve. */
export interface EventContext {
  /** Points this close in time witness one event. */
  readonly window: number;
  /** +1 for fluxes, -1 for magnitudes. */
  readonly brighter: 1 | -1;
  readonly period: number | undefined;
  /** The star varies no more than its errors allow: any confirmed brightening is a flare. */
  readonly isQuiet: boolean;
  /** A star of a kind that flares: lone brightenings are kept without a confirmed one. */
  readonly isFlareProne: boolean;
}

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
/** Of a flare so much may be left in another band within the window: what is too noisy to see that does not speak against it. */
const LEFT = 0.1;
/** The greatest flares seen brighten a star by 11 mag (Schmidt et al. 2016, ApJL 828, L22); what is beyond, a sentinel, is none. */
const GREATEST = 12;

interface Testimony {
  /** A companion is off to the same side. */
  readonly isConfirmed: boolean;
  /** And by so much that it is no matter of chance. */
  readonly isSure: boolean;
  /** A later companion in the same band, or one precise enough to see what is left of a flare, did not see it. */
  readonly isDenied: boolean;
}

/** What the companions of a candidate say about it. */
function testimonyOf(
  i: number,
  curve: LightCurve,
  { z, residuals }: Pick<CurveResiduals, 'z' | 'residuals'>,
  { window }: EventContext,
  isWitness: (j: number, side: number) => boolean,
): Testimony {
  const { times, values, errors, band, count } = curve;
  const side = z[i]! > 0 ? 1 : -1;
  let companions = 0;
  let farthest = 0;
  let isDenied = false;
  const ask = (j: number): void => {
    if (values[j] === values[i] || !isWitness(j, side)) return;
    companions++;
    farthest = Math.max(farthest, side * z[j]!);
    if (j > i && (band[j] === band[i] || LEFT * Math.abs(residuals[i]!) > SURE * errors[j]!)) isDenied = true;
  };
  for (let j = i - 1; j >= 0 && times[i]! - times[j]! <= window; j--) ask(j);
  for (let j = i + 1; j < count && times[j]! - times[i]! <= window; j++) ask(j);
  const isConfirmed = companions > 0 && farthest > witnessSigma(companions);
  return { isConfirmed, isSure: isConfirmed && farthest > SURE, isDenied: isDenied && !isConfirmed };
}

/**
 * Which of the candidates look like something that happened to the star rather than to one exposure: another point within the window in time
 * is off to the same side (a flare, a dip). Where a star is seen to flare, or is of a kind that does, brightenings that no later point within the
 * window speaks against are kept, too; an earlier one cannot, since a flare rises within minutes. With a period, what lies among others off to
 * the same side in phase recurs and is kept. `suspect` = 1 where the quality says that something was wrong with the exposure: such a point is no
 * witness, and without one no flare. Values that are exactly equal (a sentinel, twice) and candidates off to the other side are no witnesses either.
 * O(n + candidates · points in a window).
 */
export function findEvents(
  curve: LightCurve,
  found: Pick<CurveResiduals, 'z' | 'residuals'>,
  candidates: readonly number[],
  suspect: Uint8Array,
  context: EventContext,
): ReadonlyMap<number, EventKind> {
  const { z, residuals } = found;
  const { brighter, period } = context;
  const kinds = new Map<number, EventKind>();
  const alone: number[] = [];
  const isCandidate = new Set(candidates);
  const isWitness = (j: number, side: number): boolean => suspect[j] !== 1 && !(isCandidate.has(j) && side * z[j]! < 0);
  let flares = false;
  for (const i of candidates) {
    const isBright = z[i]! > 0 === brighter > 0;
    if (isBright && brighter < 0 && !(Math.abs(residuals[i]!) <= GREATEST)) continue;
    const { isConfirmed, isSure, isDenied } = testimonyOf(i, curve, found, context, isWitness);
    if (isConfirmed) kinds.set(i, isBright ? 'flare' : 'dip');
    if (isConfirmed && isBright && (context.isQuiet || isSure)) flares = true;
    if (!isConfirmed && !isDenied && isBright && suspect[i] === 0) alone.push(i);
  }
  if (flares || context.isFlareProne) for (const i of alone) kinds.set(i, flares ? 'star that flares' : 'red dwarf');
  if (period !== undefined) for (const i of recurring(curve, z, candidates, period)) if (!kinds.has(i)) kinds.set(i, 'recurs');
  return kinds;
}
