import { Type } from '@sinclair/typebox';
import { type CurveResiduals, curveResidualsSteps } from '../../numerics/curve/curve-residuals';
import { type EventKind, findEvents } from '../../numerics/curve/events';
import { impactsOf } from '../../numerics/curve/impact';
import { type LightCurve, lightCurveSteps } from '../../numerics/curve/light-curve';
import { isQuiet, isRed } from '../../numerics/curve/red-dwarf';
import { DETECTORS, type Detector, votesSteps } from '../../numerics/curve/votes';
import { inBlocks, part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { type Batch, type Context, type ResultValue, defineOperation } from '../definition';
import { isMagnitude } from '../params';

interface Proposal {
  readonly point: number;
  readonly votes: readonly Detector[];
  readonly score: number;
  readonly event: EventKind | undefined;
}

/** Points kept by a guard or with too few votes are listed from this many votes on. */
const LISTED = 4;

/** Points of one light curve; a table of many stars has more, and is no light curve. */
const MOST_POINTS = 500_000;

/** A number for the band of each row, in the order of the bands' names; all 0 without a band column. */
function bandsOf(input: Batch): { readonly band: ArrayLike<number>; readonly names: readonly (string | undefined)[] } {
  const name = input.nameOf('band');
  if (name === undefined || input.band !== undefined) return { band: new Uint8Array(input.length), names: [input.band] };
  const text = input.text(name);
  const names = [...new Set(text)].sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
  const number = new Map(names.map((n, i) => [n, i]));
  const band = new Int32Array(text.length);
  for (let i = 0; i < text.length; i++) band[i] = number.get(text[i])!;
  return { band, names: names.length > 0 ? names : [undefined] };
}

function* usableSteps(input: Batch, context: Context): Generator<Progress, Uint8Array> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const use = new Uint8Array(input.length);
  let missing = 0;
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (input.live[i] !== 1) continue;
      if (times[i]! - times[i]! === 0 && values[i]! - values[i]! === 0) use[i] = 1;
      else missing++;
    }
  });
  if (missing > 0) context.alert({ severity: 'info', message: 'rows without a time or a value are not judged', rows: missing });
  return use;
}

/** A bit is telling when at least this share of its points is off the curve. */
const TELLING = 0.2;

/** 1 for the points whose quality has one of the telling bits. Bits beyond 2^31 are not looked at. */
function suspectPoints(input: Batch, curve: LightCurve, bits: number, isOff: (i: number) => boolean): Uint8Array {
  const quality = input.role('quality');
  const suspect = new Uint8Array(curve.count);
  if (!quality) return suspect;
  const own = new Int32Array(curve.count);
  const [all, off] = [new Uint32Array(31), new Uint32Array(31)];
  for (let i = 0; i < curve.count; i++) {
    const q = quality[curve.rows[i]!]!;
    if (q - q !== 0 || (own[i] = q & bits) === 0) continue;
    for (let bit = 0; bit < 31; bit++) {
      if (((own[i]! >> bit) & 1) === 0) continue;
      all[bit]!++;
      if (isOff(i)) off[bit]!++;
    }
  }
  let telling = 0;
  for (let bit = 0; bit < 31; bit++) if (off[bit]! > 0 && off[bit]! >= TELLING * all[bit]!) telling |= 1 << bit;
  for (let i = 0; i < curve.count; i++) if ((own[i]! & telling) !== 0) suspect[i] = 1;
  return suspect;
}

function rowOf(curve: LightCurve, found: CurveResiduals, names: readonly (string | undefined)[], p: Proposal, isSuggested: boolean) {
  return (impact: { readonly scatter: number; readonly power: number | undefined }): Record<string, ResultValue> => ({
    time: curve.times[p.point]!,
    value: curve.values[p.point]!,
    band: names[curve.band[p.point]!],
    sigma: found.z[p.point]!,
    votes: p.votes.join(' '),
    score: p.score,
    scatter_change: impact.scatter,
    power_change: impact.power,
    impact: Math.max(Math.abs(impact.scatter), Math.abs(impact.power ?? 0)),
    model: found.model,
    period: found.period,
    kept_as: p.event,
    suggested: isSuggested,
  });
}

/** Ranked rows, the greatest impact first, suggested ones before the others. */
function ranked(rows: Record<string, ResultValue>[]): Record<string, ResultValue>[] {
  const number = (v: ResultValue): number => Number(v);
  rows.sort(
    (a, b) => number(b['suggested']) - number(a['suggested']) || number(b['impact']) - number(a['impact']) || number(a['time']) - number(b['time']),
  );
  return rows.map((row, k) => ({ rank: k + 1, ...row }));
}

export default defineOperation({
  id: 'outliers.proposals',
  version: 2,
  title: 'Proposal list',
  summary: 'Let several detectors vote on each point, and list what they propose by how much it matters.',
  help: `Each point of a light curve is predicted from the others, without itself, in several ways: robust local lines through its neighbours in time, of its band and of all bands together (one curve, with a level and an amplitude for each band), and, when the star repeats, through its neighbours in phase. A period is looked for when the trends leave more than the errors allow, or given. Models that fit about as well as the best have a say; a point is off only as far as all of them agree. When the errors are too small for the residuals, they are taken to be larger.

Who votes: curve (4 votes): off every good model by more than sigma of error and local scatter. error (1): off the best model by more than sigma of its own error. global (1): more than sigma of its band's robust spread off its level. density (1): alone among the residuals (local outlier factor above 1.5). quality (1): a suspicious quality bit, unless fewer than a fifth of the points that have it are off the curve: such a bit tells nothing. It never suffices. Points with at least the stated votes are flagged, 5 by default: the curve and one more.

Guards keep what happened to the star. A point with a companion within the event window, in any band, that is off to the same side is a flare or a dip and is kept. In a star that flared like this, lone brightenings without a suspicious bit are kept, too, unless a later companion should have seen the flare and did not. So they are in a red dwarf: a star without other variation, in magnitudes, whose bands say that it is redder than the limit (g and r; BP and RP with 0.6 mag more; V and I with 0.5 mag more). Eclipses, transits and pulsations are kept because the folded curve predicts them, or, when they are too short for that, because their neighbours in phase are off to the same side (recurs).

The result has a row for each point with 4 votes or more: rank within its object, time, value, band, sigma (signed, after calibration), votes and score, scatter_change and power_change (relative change of its band's standard deviation, and of the Lomb–Scargle power at the period, when this one point is taken out), impact (the larger of the two, without sign), model and period used, kept_as (flare, dip, recurs, star that flares, red dwarf), suggested (flagged).

Traps: a lone flare of a star that is not known to be red and was never seen to flare otherwise cannot be told from a cosmic ray, and is proposed; nor does it help to count, since a star with five lone brightenings is more often unlucky than active. A real artefact on a red dwarf is kept. Reddening makes other quiet stars look like dwarfs; their lone brightenings are listed, not flagged. Sentinels such as 99.99 are proposed; missing.sentinels finds them all. Light curves too long for a period search (said in an alert) rely on the trends and the event window, which suits dense sampling. A unit of more than 500 000 rows is no light curve, and is refused with an alert.`,
  cite: 'Cleveland 1979, J. Am. Stat. Assoc. 74, 829, doi:10.1080/01621459.1979.10481038; Stellingwerf 1978, ApJ 224, 953, doi:10.1086/156444; Breunig et al. 2000, doi:10.1145/342009.335388; Kowalski et al. 2009, AJ 138, 633, doi:10.1088/0004-6256/138/2/633 (flares of M dwarfs)',
  params: Type.Object(
    {
      sigma: Type.Number({
        title: 'Sigma',
        description: 'How far off a point has to be for a vote.',
        default: 5,
        exclusiveMinimum: 0,
        unit: 'σ',
        origin: 'lightkurve',
        slider: [3, 10],
      }),
      votes: Type.Integer({
        title: 'Votes',
        description: 'Points with at least so many votes are flagged: curve has 4, error, global, density and quality 1 each.',
        default: 5,
        minimum: 1,
        maximum: 8,
        slider: [1, 8],
      }),
      eventWindow: Type.Number({
        title: 'Event window',
        description: 'Points this close in time that are off to the same side are a flare or a dip. 0 = no guard.',
        default: 0.1,
        minimum: 0,
        unit: 'time',
        slider: [0, 1],
      }),
      redDwarf: Type.Number({
        more: true,
        title: 'Red dwarfs from',
        description:
          'A star that does not vary otherwise and is redder than this in g - r is taken for a red dwarf: its lone brightenings are kept. 0 = none are.',
        default: 1.1,
        minimum: 0,
        unit: 'mag',
      }),
      period: Type.Number({
        title: 'Period',
        description: 'When it is known. 0 = look for one where the light curve varies.',
        default: 0,
        minimum: 0,
        unit: 'time',
      }),
      maximumFrequency: Type.Number({
        title: 'Maximum frequency',
        description: 'Up to which a period is looked for; 5 a day includes RR Lyrae. 0 = no search.',
        default: 5,
        minimum: 0,
        unit: '1/time',
        slider: [0, 20],
      }),
      qualityBits: Type.Integer({
        title: 'Suspicious bits',
        description: 'Quality bits that are a vote, added up; by default all of the first 31.',
        default: 2147483647,
        minimum: 0,
        maximum: 2147483647,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
    { role: 'band', title: 'Band', type: 'text', optional: true },
    { role: 'quality', title: 'Quality bits', type: 'integer', optional: true },
  ],
  writes: 'flags',
  resultsOf: 'part',
  scope: ['object', 'object-band', 'table'],
  *kernel(input, params, context) {
    const { sigma } = params;
    const mask = new Uint8Array(input.length);
    const flags = [{ name: 'outlier_proposal', mask, reason: `${params.votes} votes at ${sigma} σ` }];
    const use = yield* part(usableSteps(input, context), 0, 0.02);
    yield { fraction: 0.02 };
    if (use.length > MOST_POINTS) {
      const message = `too many rows for one light curve (at most ${MOST_POINTS}): nothing is proposed`;
      context.alert({ severity: 'warning', message, rows: use.length, hint: 'work object by object' });
      return { flags, results: [] };
    }
    const { band, names } = bandsOf(input);
    const lightCurve = lightCurveSteps(input.role('time')!, input.role('value')!, input.role('error'), band, names.length, use);
    const curve = yield* part(lightCurve, 0.02, 0.1);
    const found = yield* part(curveResidualsSteps(curve, { ...params, remember: context.remember }), 0.1, 0.9);
    if (found.searchSkipped)
      context.alert({
        severity: 'info',
        message: 'too many points to look for a period: judged by the trends',
        rows: curve.count,
        hint: 'give the period',
      });
    yield { fraction: 0.9 };
    const suspect = suspectPoints(input, curve, params.qualityBits, (i) => Math.abs(found.z[i]!) > sigma);
    const votes = yield* part(votesSteps(curve, found, suspect, sigma), 0.9, 0.98);
    const brighter = isMagnitude(input.unit(input.nameOf('value')!)) ? -1 : 1;
    const candidates = [...votes].flatMap(([i, own]) => (own.includes('curve') ? [i] : []));
    const quiet = isQuiet(curve);
    const events =
      params.eventWindow > 0
        ? findEvents(curve, found, candidates, suspect, {
            window: params.eventWindow,
            brighter,
            period: found.period,
            isQuiet: quiet,
            isFlareProne: quiet && brighter < 0 && params.redDwarf > 0 && isRed(curve, names, params.redDwarf),
          })
        : new Map<number, EventKind>();
    const proposals = [...votes].map(([point, own]): Proposal => ({
      point,
      votes: own,
      score: own.reduce((sum, d) => sum + DETECTORS[d], 0),
      event: events.get(point),
    }));
    const isSuggested = (p: Proposal): boolean => p.score >= params.votes && p.event === undefined;
    for (const p of proposals) if (isSuggested(p)) mask[curve.rows[p.point]!] = 1;
    const listed = proposals.filter((p) => p.score >= LISTED || isSuggested(p));
    const impacts = impactsOf(
      curve,
      listed.map((p) => p.point),
      found.period,
    );
    const results = ranked(listed.map((p, k) => rowOf(curve, found, names, p, isSuggested(p))(impacts[k]!)));
    return { flags, results };
  },
  migrate: { 1: (old) => ({ ...old, redDwarf: 0 }) },
  examples: [
    {
      title: 'A slope, one point off it',
      columns: {
        time: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        value: [0, 1.1, 2, 2.9, 4, 5.2, 16, 7, 7.9, 9, 10.1, 11],
        error: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
      },
      params: {},
      expect: { flagged: [6] },
    },
  ],
  produces: () => ({ flags: ['outlier_proposal'] }),
  describe: ({ votes, sigma, period }) => `${votes} votes at ${sigma} σ${period > 0 ? `, period ${period}` : ''}`,
});
