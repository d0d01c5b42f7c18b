import type { Progress } from '../protocol/outcome';
import { keepApart } from './keep-apart';
import { inBlocks } from './steps';

/** Powers of a one-term periodogram at the frequencies k·step, k = 0 … length - 1. */
export interface PowerTable {
  readonly step: number;
  readonly power: Float64Array;
}

/** A frequency worth a closer look, and how many harmonics spoke for it. */
export interface Nominee {
  readonly frequency: number;
  readonly harmonics: number;
}

export interface NomineeOptions {
  readonly minimum: number;
  readonly maximum: number;
  /** Two nominees are at least this far apart. */
  readonly separation: number;
}

/** Numbers of harmonics added up, and how many peaks of each sum are nominated. Many harmonics are for eclipses and transits, which come slower. */
const SUMS = [
  { harmonics: 1, peaks: 6, share: 1 },
  { harmonics: 2, peaks: 6, share: 1 },
  { harmonics: 3, peaks: 6, share: 1 },
  { harmonics: 4, peaks: 5, share: 0.6 },
  { harmonics: 6, peaks: 5, share: 0.4 },
  { harmonics: 8, peaks: 5, share: 0.3 },
] as const;

/** Peaks kept in mind for each that is wanted: neighbours within the separation are one. */
const SPARE = 6;

/** Σ power at f, 2f … harmonics·f, on the frequencies j·step/harmonics from index `from` to `to`; beyond the table there is none. */
function* harmonicSumSteps({ power }: PowerTable, harmonics: number, from: number, to: number): Generator<Progress, Float64Array> {
  const out = new Float64Array(Math.max(0, to - from + 1));
  for (let m = 1; m <= harmonics; m++) {
    const share = m / harmonics;
    const last = Math.min(to, Math.floor((power.length - 1) / share));
    yield* inBlocks(last + 1 - from, (first, end) => {
      for (let j = from + first; j < from + end; j++) out[j - from]! += power[Math.floor(j * share + 0.5)]!;
    });
  }
  return out;
}

/** Indices of the highest local maxima, highest first, none within `separation` of a higher one: one pass, for curves that are not drawn. */
function* highestSteps(values: Float64Array, most: number, separation: number): Generator<Progress, number[]> {
  const best: number[] = [];
  let least = -Infinity;
  yield* inBlocks(values.length - 1, (from, to) => {
    for (let i = Math.max(1, from); i < to; i++) {
      const v = values[i]!;
      if (!(v > least) || !(v > values[i - 1]!) || !(v >= values[i + 1]!)) continue;
      let at = best.length;
      while (at > 0 && values[best[at - 1]!]! < v) at--;
      best.splice(at, 0, i);
      if (best.length <= SPARE * most) continue;
      best.pop();
      least = values[best[best.length - 1]!]!;
    }
  });
  const kept: number[] = [];
  for (const i of best) if (kept.length < most && !kept.some((k) => Math.abs(k - i) <= separation)) kept.push(i);
  return kept;
}

/**
 * Frequencies that may be the true one, from one-term powers alone: the highest peaks of the sums of 1, 2, 3, 4, 6 and 8 harmonics' powers. A sinusoid
 * stands out in the first, a saw-tooth in the second and third, narrow eclipses in the last. Harmonics of evenly covered phases are independent, so the
 * sum is close to what a fit of them all explains, at a hundredth of its cost. O(frequencies · 24).
 */
export function* nominateSteps(table: PowerTable, { minimum, maximum, separation }: NomineeOptions): Generator<Progress, Nominee[]> {
  const found: Nominee[] = [];
  for (const { harmonics, peaks, share } of SUMS) {
    const step = table.step / harmonics;
    const from = Math.max(1, Math.ceil(minimum / step));
    const to = Math.floor((maximum * share) / step);
    if (to - from < 2) continue;
    const sum = yield* harmonicSumSteps(table, harmonics, from, to);
    for (const peak of yield* highestSteps(sum, peaks, separation / step)) found.push({ frequency: (peak + from) * step, harmonics });
  }
  // Of neighbours the one with the finer grid stays.
  found.sort((a, b) => b.harmonics - a.harmonics);
  return keepApart(found, separation);
}
