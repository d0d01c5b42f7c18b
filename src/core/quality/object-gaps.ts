import type { TableView } from '../query/table-view';
import { numberReader } from '../select/numbers';
import { median } from '../numerics/robust';
import { type Epochs, epochsOf, firstFrom, sharedEpochs } from './epochs';
import { nearestPoints } from './sky-index';

/** An interval in which an object has no row while objects observed together with it do: `missed` epochs of theirs, typically. */
export interface ObjectGap {
  readonly object: number;
  readonly from: number;
  readonly to: number;
  readonly missed: number;
}

/** Objects asked about the epochs that one object should have. */
const COHORT = 24;
/** Epochs of the object that are looked up at another to see whether both are observed together. */
const PROBES = 48;
const MIN_TOGETHER = 0.3;
const MIN_COHORT = 3;
const MIN_EPOCHS = 12;
/** Gaps are longer than so many median steps, and lack at least so many epochs. */
const MIN_STEPS = 5;
const MIN_MISSED = 8;
/** An object is reported when chance makes such a gap in fewer than one of so many objects. */
const CHANCE = 1e-5;

interface Field extends Epochs {
  /** Median step of each object. */
  readonly cadence: Float64Array;
  /** Positions in degrees, NaN where unknown. */
  readonly ra: Float64Array;
  readonly dec: Float64Array;
}

/** Objects with which `o` shares exposures: among its neighbours on the sky, or anywhere in a table without positions. */
function cohortOf(field: Field, o: number, candidates: readonly number[]): number[] {
  const mine = epochsOf(field, o);
  const tolerance = 0.002 * field.cadence[o]!;
  return candidates.filter((c) => {
    const theirs = epochsOf(field, c);
    if (theirs.length < MIN_EPOCHS) return false;
    const { shared, looked } = sharedEpochs(mine, theirs, tolerance, PROBES);
    return shared >= MIN_TOGETHER * looked * Math.min(1, theirs.length / mine.length);
  });
}

function gapsOf(field: Field, o: number, cohort: readonly number[]): ObjectGap[] {
  const mine = epochsOf(field, o);
  const lengths = Float64Array.from(cohort, (c) => field.counts[c]!);
  const rate = Math.min(0.95, Math.max(0.05, mine.length / median(lengths, lengths.length)));
  const gaps: ObjectGap[] = [];
  const inside = new Float64Array(cohort.length);
  for (let i = 1; i < mine.length; i++) {
    const [from, to] = [mine[i - 1]!, mine[i]!];
    if (!(to - from > MIN_STEPS * field.cadence[o]!)) continue;
    // The epochs themselves are not part of the gap, nor what was taken in the same minutes.
    const margin = 0.01 * (to - from);
    cohort.forEach((c, k) => {
      const theirs = epochsOf(field, c);
      inside[k] = firstFrom(theirs, to - margin) - firstFrom(theirs, from + margin);
    });
    const missed = Math.floor(median(inside, inside.length));
    if (missed >= MIN_MISSED && (1 - rate) ** missed * mine.length < CHANCE) gaps.push({ object: o, from, to, missed });
  }
  return gaps;
}

/**
 * Gaps of objects that weather and seasons do not explain: objects observed in the same exposures (epochs equal to 0.002 of the median step)
 * have epochs where this one has none, so many that losing them one by one would happen by chance in fewer than one of 10⁵ objects, at the
 * rate at which the object has the epochs of the others. Objects that share their exposures with nobody are not judged; how many were is told.
 */
export function* objectGaps(field: Field): Generator<number, { readonly gaps: readonly ObjectGap[]; readonly judged: number }> {
  const n = field.counts.length;
  const hasPositions = field.ra.some((v) => v - v === 0);
  const near = hasPositions ? nearestPoints(field.ra, field.dec, COHORT) : undefined;
  const spread = Array.from({ length: Math.min(n, 2 * COHORT) }, (_, k) => Math.floor((k * n) / Math.min(n, 2 * COHORT)));
  const gaps: ObjectGap[] = [];
  let judged = 0;
  for (let o = 0; o < n; o++) {
    if (o % 64 === 0) yield o / n;
    if (field.counts[o]! < MIN_EPOCHS || !(field.cadence[o]! > 0)) continue;
    const candidates = near && field.ra[o]! - field.ra[o]! === 0 ? near(o) : spread.filter((c) => c !== o);
    const cohort = cohortOf(field, o, candidates);
    if (cohort.length < MIN_COHORT) continue;
    judged++;
    gaps.push(...gapsOf(field, o, cohort));
  }
  return { gaps, judged };
}

/** The kept rows on both sides of gaps, two a gap: the first row with each time. */
export function gapRows(view: TableView, time: string, gaps: readonly ObjectGap[]): readonly number[] {
  const objects = view.objects!;
  const read = numberReader(view.column(time));
  return gaps.flatMap(({ object, from, to }) => {
    const times = read({ from: objects.starts[object]!, to: objects.starts[object + 1]!, list: objects.rows });
    const rows = objects.rowsOf(object);
    return [from, to].flatMap((t) => {
      const at = times.findIndex((x, i) => x === t && view.flagged?.has(rows[i]!) !== true);
      return at < 0 ? [] : [rows[at]!];
    });
  });
}
