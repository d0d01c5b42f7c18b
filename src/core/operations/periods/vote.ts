import { Type } from '@sinclair/typebox';
import { timeUnit } from '../../model/time-unit';
import { dayIn } from '../../numerics/aliases';
import { lombScargleSeconds } from '../../numerics/fast-lomb-scargle';
import { ballotsSteps } from '../../numerics/period-ballots';
import { epochSteps } from '../../numerics/period-epoch';
import { type Verdict, type VoteInput, periodVoteSteps } from '../../numerics/period-vote';
import { part, rising } from '../../numerics/steps';
import { AppError, type Progress } from '../../protocol/outcome';
import { announceSearch } from '../announce-search';
import { type Batch, type Context, type Effect, type Series, defineOperation } from '../definition';
import { frequencyParams } from '../frequency-params';
import { type Brightness, averageManySteps, brightnessParam, jointPointsSteps, jointSearchShape } from '../joint-points';
import { choice } from '../params';
import { periodCurve } from '../period-curve';
import { MOST_FREQUENCIES } from '../search-grid';
import { voteRow } from '../vote-row';

const FEWEST = 10;
/** Highest frequency when none is given, in cycles a day: RR Lyrae stars and what is slower. */
const PER_DAY = 5;
/** Turns of the longest period searched. */
const TURNS = 2;
/** Seconds that looking at the candidates takes, a point. */
const LOOKS = 1e-4;

interface Params {
  readonly minimumFrequency?: number;
  readonly maximumFrequency?: number;
  readonly trend: 'auto' | 'none' | 'linear';
  readonly brightness: Brightness;
}

function rangeOf(params: Params, baseline: number, day: number): { readonly minimum: number; readonly maximum: number } {
  const minimum = params.minimumFrequency ?? TURNS / baseline;
  const maximum = params.maximumFrequency ?? Math.max(PER_DAY / day, 2 * minimum);
  if (maximum <= minimum)
    throw new AppError({ code: 'invalid-argument', message: `invalid maximumFrequency: ${maximum} (must be above the minimum, ${minimum})` });
  return { minimum: Math.max(minimum, 0.1 / baseline), maximum };
}

function* inputSteps(input: Batch, params: Params, context: Context, day: number): Generator<Progress, VoteInput | undefined> {
  const points = yield* part(jointPointsSteps(input, context, params.brightness, FEWEST), 0, 0.5);
  if (!points) return undefined;
  const { minimum, maximum } = rangeOf(params, points.baseline, day);
  const n = points.times.length;
  const trials = Math.ceil(10 * maximum * points.baseline);
  announceSearch(
    {
      points: n,
      trials,
      what: 'frequencies',
      seconds: lombScargleSeconds(n, trials, 1).fast + LOOKS * n,
      most: MOST_FREQUENCIES,
      hint: 'lower the maximum frequency',
    },
    context,
  );
  const curve = yield* part(averageManySteps(points, maximum, context), 0.5, 1);
  return { ...curve, trend: params.trend, minimum, maximum, day };
}

function seriesOf({ grid, power, finalists }: Verdict, maximum: number, unit: string | undefined): Series {
  const count = Math.min(grid.count, Math.floor(maximum / grid.step) + 1);
  const frequencies = new Float64Array(count - 1);
  for (let k = 1; k < count; k++) frequencies[k - 1] = k * grid.step;
  const values = power.subarray(1, count);
  const at = (f: number): number => values[Math.max(0, Math.min(count - 2, Math.round(f / grid.step) - 1))]!;
  const peaks = finalists.slice(0, 3).map(({ frequency, kind }) => ({ frequency, height: at(frequency), note: kind }));
  return periodCurve({ frequencies, values, statistic: 'power (one term)', best: 'highest', unit, peaks });
}

/** What the joint curve's unit is in magnitudes, or in shares of the flux. */
function depthUnitOf({ curve }: Verdict, isFlux: boolean): number {
  const { scale, level } = curve.bands.reduce((a, b) => (b.points > a.points ? b : a));
  return isFlux ? (scale === level ? 1 : scale / Math.abs(level)) : scale;
}

function* voteSteps(input: Batch, params: Params, context: Context): Generator<Progress, Effect> {
  const unit = timeUnit(input.unit(input.nameOf('time')!));
  const day = dayIn(unit) ?? 1;
  const prepared = yield* part(inputSteps(input, params, context, day), 0, 0.05);
  const nothing = { results: [voteRow(undefined)], series: [] };
  if (!prepared) return nothing;
  const verdict = yield* part(periodVoteSteps(prepared), 0.05, 0.9);
  if (!verdict) {
    context.alert({
      severity: 'warning',
      message: 'nothing to search: no period',
      rows: prepared.times.length,
      hint: 'check the values and the range',
    });
    return nothing;
  }
  const ballots = yield* part(ballotsSteps(verdict), 0.9, 0.99);
  const epoch = yield* part(epochSteps(verdict.clean, verdict.winner), 0.99, 1);
  const found = { verdict, ballots, epoch, depthUnit: depthUnitOf(verdict, prepared.isFlux), aliases: { day } };
  return { results: [voteRow(found)], series: [seriesOf(verdict, prepared.maximum, unit)] };
}

export default defineOperation({
  id: 'periods.vote',
  version: 1,
  title: 'Vote on the period',
  summary: 'Let several methods look for the period of each light curve, and decide between it, its half, its double and its aliases.',
  help: `One method alone is often wrong in the same way: a sinusoid finds half the period of an eclipsing binary, string lengths find multiples, everything finds aliases of the day. Here several methods look at the same frequencies, and models of each kind of variation decide.

1. All bands of an object are brought to one curve: each band's median is taken away and, where every band varies, it is divided by its robust scatter. A drift is taken out when a straight line explains more than half of what any slow sinusoid does. For the search, values beyond five robust standard deviations are brought back to there.

2. Frequencies are nominated by a one-term Lomb–Scargle periodogram and by the sums of its powers at 1, 2, 3, 4, 6 and 8 harmonics: narrow eclipses and transits stand out there. At every nominee up to 8 harmonics, one dip (a transit), two dips half a turn apart (eclipses) and RR Lyrae shapes are fitted; also at ½, ⅓, ¼, ⅔, 3/2, 2, 3 and 4 times the best.

3. The best eight go to a last round: unclipped values, without the points that lie away from the folded curve by more than five robust standard deviations of their distances, up to 12 harmonics. The model with the lowest Bayesian information criterion wins (each parameter costs 1.5 ln n; points of one visit whose residuals agree count as fewer). It is not believed when it takes fewer than six turns and a fraction of its period does nearly as well, when unequal eclipses are hardly better than equal ones at half the period, or when it is an alias of the day of a slow variation.

votes counts the methods whose favourite of all these frequencies is the winner: one harmonic (ls), three (harmonics), phase dispersion (pdm), conditional entropy (entropy), string length (string), one box (box), RR Lyrae shapes (template). They vote; they do not decide: period_… and relation_… say what each would have chosen. evidence is half the criterion's lead over no variation, less the logarithm of the number of independent frequencies; below 5 the class is none and the period is not to be believed. class is a hint: sinusoidal, pulsator, eclipse or transit. epoch is the first maximum, or the first middle of the (deeper) dip.

Periods from 1/maximumFrequency to half the time span are searched; without a unit of time days are meant. Traps: a δ Scuti star needs a higher maximum frequency; a binary of two equal stars has two equal eclipses a turn, and half its period is what the data say; a star with two periods gets one. More than 20 000 points are averaged over a twentieth of the shortest period.`,
  cite: 'Schwarz 1978, Ann. Statist. 6, 461, doi:10.1214/aos/1176344136; VanderPlas 2018, ApJS 236, 16, doi:10.3847/1538-4365/aab766',
  params: Type.Object(
    {
      minimumFrequency: Type.Optional({
        ...frequencyParams.minimumFrequency,
        description: 'Where the search begins; absent = two turns in the time span.',
      }),
      maximumFrequency: Type.Optional({ ...frequencyParams.maximumFrequency, description: 'Where it ends; absent = 5 cycles a day.' }),
      trend: choice(['auto', 'none', 'linear'], {
        title: 'Trend',
        description: 'A straight line in time that is taken out of each band first. auto: when it is a drift rather than a slow variation.',
        default: 'auto',
      }),
      brightness: brightnessParam,
    },
    { additionalProperties: false },
  ),
  ...jointSearchShape,
  kernel: (input, params, context) => rising(voteSteps(input, params, context)),
  examples: [
    {
      title: 'A sinusoid of period 2.5',
      columns: {
        time: Array.from({ length: 60 }, (_, i) => 1.7 * i + 0.4 * Math.sin(i * i)),
        value: Array.from({ length: 60 }, (_, i) => 10 + Math.sin((2 * Math.PI * (1.7 * i + 0.4 * Math.sin(i * i))) / 2.5)),
      },
      params: { maximumFrequency: 1 },
      expect: { results: [{ class: 'sinusoidal', relation_ls: 'same' }] },
    },
  ],
  figure: { data: 'magnitude' },
  describe: ({ maximumFrequency }) => (maximumFrequency === undefined ? 'all methods' : `all methods, up to ${maximumFrequency} per unit of time`),
});
