import type { Predicate } from '../select/predicate';
import type { ObjectMaterial, QualityMaterial } from './material';
import { type Finding, MAX_LISTED } from './report';
import { many, short } from './say';

/** Objects a predicate names at most. */
const MAX_IDS = 5000;
const FEW_OBJECTS = 5;

function objectsWhere(objects: ObjectMaterial, isMeant: (object: number) => boolean): { ids: string[]; rows: number; count: number } {
  const ids: string[] = [];
  let [rows, count] = [0, 0];
  for (let o = 0; o < objects.count; o++) {
    if (!isMeant(o) || objects.id(o) === '') continue;
    count++;
    rows += objects.profiles.rows[o]!;
    if (ids.length < MAX_IDS) ids.push(objects.id(o));
  }
  return { ids, rows, count };
}

const ofObjects = (ids: readonly string[], count: number): Pick<Finding, 'predicate' | 'isPartial'> => ({
  predicate: { kind: 'objects', ids },
  ...(ids.length < count ? { isPartial: true } : {}),
});

function redundancy(objects: ObjectMaterial, radius: number): Finding[] {
  const found: Finding[] = [];
  for (const [isOne, groups] of [
    [true, objects.groups.filter((g) => g.interleaved !== false)],
    [false, objects.groups.filter((g) => g.interleaved === false)],
  ] as const) {
    if (groups.length === 0) continue;
    const members = new Set(groups.flatMap((g) => g.objects));
    const { ids, rows, count } = objectsWhere(objects, (o) => members.has(o));
    const where = ofObjects(ids, count);
    const far = short(Math.max(...groups.map((g) => g.separation)), 2);
    const isTimed = groups.some((g) => g.interleaved !== undefined);
    found.push({
      severity: isOne ? 'warning' : 'info',
      code: isOne ? 'redundant-identifiers' : 'close-objects',
      message: isOne
        ? `${many(groups.length, 'star')} ${groups.length === 1 ? 'has' : 'have'} several identifiers: ${many(count, 'identifier')} at most ${far}″ apart${isTimed ? ' with interleaved epochs and no exposure in common' : ''}`
        : `${many(count, 'object')} lie within ${short(radius)}″ of another and share exposures with it: neighbours, whose light may be blended`,
      rows,
      ...where,
      ...(isOne
        ? {
            actions: [
              { op: 'integrate.merge-duplicates', title: 'Merge identifiers', params: {} },
              {
                op: 'flags.mark',
                title: 'Flag their rows',
                params: { flag: 'redundant', reason: `several identifiers within ${radius} arcsec` },
                where: where.predicate as Predicate,
              },
            ],
          }
        : {}),
    });
  }
  return found;
}

function gaps(objects: ObjectMaterial, unit: string): Finding[] {
  const { gaps: found, gapRows } = objects;
  if (found.length === 0) return [];
  const ids = new Set(found.map((g) => g.object));
  const longest = found.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  return [
    {
      severity: 'warning',
      code: 'gaps',
      message: `${many(ids.size, 'object')} ${ids.size === 1 ? 'has' : 'have'} no rows over ${found.length === 1 ? 'an interval' : 'intervals'} in which objects observed with ${ids.size === 1 ? 'it' : 'them'} do; the longest, of ${short(longest.to - longest.from, 3)}${unit}, is in ${objects.id(longest.object)}`,
      rows: Math.min(gapRows.length, 2 * found.length),
      predicate: { kind: 'rows', rows: [...new Set(gapRows)].slice(0, MAX_LISTED).sort((a, b) => a - b) },
      actions: [{ op: 'missing.gaps', title: 'Fill the gaps', params: {} }],
    },
  ];
}

/** Gaps of a few light curves that can be compared with nobody: a fact, no fault. */
function ownGaps(objects: ObjectMaterial, unit: string): Finding[] {
  if (objects.judged > 0 || objects.count > FEW_OBJECTS) return [];
  const { cadence, longestGap } = objects.profiles;
  const found = [...longestGap].map((gap, o) => ({ o, gap })).filter(({ o, gap }) => gap > 20 * cadence[o]!);
  return found.map(({ o, gap }) => ({
    severity: 'info',
    code: 'long-gap',
    message: `${objects.count > 1 ? `${objects.id(o)}: ` : ''}the longest gap is ${short(gap, 3)}${unit}, ${short(gap / cadence[o]!, 2)} times the median step of ${short(cadence[o]!, 3)}${unit}`,
    rows: 0,
  }));
}

function order(objects: ObjectMaterial): Finding[] {
  const { unordered, repeated } = objects.profiles;
  const found: Finding[] = [];
  const late = objectsWhere(objects, (o) => unordered[o]! > 0);
  if (late.count > 0)
    found.push({
      severity: 'info',
      code: 'unordered-times',
      message: `the rows of ${many(late.count, 'object')} are not in order of time; steps that need the order sort them`,
      rows: 0,
      ...ofObjects(late.ids, late.count),
    });
  const twice = objectsWhere(objects, (o) => repeated[o]! > 0);
  if (twice.count > 0)
    found.push({
      severity: 'info',
      code: 'repeated-times',
      message: `${many(twice.count, 'object')} ${twice.count === 1 ? 'has' : 'have'} several rows at one time in one band`,
      rows: 0,
      ...ofObjects(twice.ids, twice.count),
    });
  return found;
}

function positions(objects: ObjectMaterial, radius: number): Finding[] {
  const { scatter } = objects.profiles;
  const far = objectsWhere(objects, (o) => scatter[o]! > radius);
  if (far.count === 0) return [];
  const worst = scatter.reduce((a, b) => (b > a ? b : a), 0);
  return [
    {
      severity: 'warning',
      code: 'positions-scatter',
      message: `the positions of ${many(far.count, 'object')} scatter by more than ${short(radius)}″, at most ${short(worst, 3)}″: rows of several stars under one identifier, or proper motion`,
      rows: far.rows,
      ...ofObjects(far.ids, far.count),
    },
  ];
}

/** Quiet objects tell whether the errors are right: the lower quarter should have a χ² a degree of freedom of about 1. */
function errors(objects: ObjectMaterial, column: string | undefined): Finding[] {
  const known = [...objects.profiles.robustChi2].filter((v) => v - v === 0).sort((a, b) => a - b);
  if (known.length < 20 || column === undefined) return [];
  const quiet = known[Math.floor(known.length / 4)]!;
  const most = known[Math.floor(0.75 * known.length)]!;
  const say = (message: string): Finding[] => [{ severity: 'info', code: 'error-bars', message, rows: 0, column }];
  const factor = (v: number): string => short(Math.sqrt(v), 2);
  if (quiet > 4)
    return say(
      `three quarters of the objects scatter more than ${factor(quiet)} times their errors ${column}: the errors look too small, or most objects vary`,
    );
  if (most < 0.5)
    return say(`three quarters of the objects scatter less than ${factor(most)} times their errors ${column}: the errors look too large`);
  return [];
}

/** Findings about objects: several identifiers of one star, gaps, order and repetition of times, errors against scatter, positions. */
export function objectFindings(material: QualityMaterial, timeUnit: string | undefined): readonly Finding[] {
  const { objects, radius, roles } = material;
  if (!objects) return [];
  const unit = timeUnit ? ` ${timeUnit}` : '';
  return [
    ...redundancy(objects, radius),
    ...gaps(objects, unit),
    ...positions(objects, radius),
    ...errors(objects, roles.error),
    ...order(objects),
    ...ownGaps(objects, unit),
  ];
}
