import { Type } from '@sinclair/typebox';
import { timeUnit } from '../../model/time-unit';
import type { BoxFit } from '../../numerics/box-fit';
import { BoxSearch } from '../../numerics/box-least-squares';
import { type BoxPeriods, boxPeriods, listPeriods } from '../../numerics/box-periods';
import { refineBoxSteps } from '../../numerics/box-refine';
import { type BoxStatistics, boxStatisticsSteps } from '../../numerics/box-statistics';
import { findPeaks } from '../../numerics/peaks';
import { part } from '../../numerics/steps';
import { AppError, type Progress } from '../../protocol/outcome';
import { announceSearch } from '../announce-search';
import { boxSetting } from '../box-setting';
import { type Context, type Effect, type ResultValue, type Series, defineOperation } from '../definition';
import { choice, isMagnitude } from '../params';
import { periodCurve, standsOut } from '../period-curve';
import { usableSteps } from '../usable-points';

/** Points and boxes a second that one core does, for the announcement of a long run. */
const SPEED = 2e8;
/** lightkurve refuses more, too. */
const MOST_PERIODS = 1e7;
/** Bins of a turn beyond which the sums of one period would take over 100 MB. */
const MOST_BINS = 4e6;
/** Points and boxes a preview has time for. */
const PREVIEW_WORK = 6e6;
/** Reduced χ² below which errors are hardly those of the values. */
const STRANGE_CHI2 = 0.01;
const LEAST_POINTS = 4;
const PEAKS = 3;

/** Points and boxes of a search over a whole grid. */
function workOf(search: BoxSearch, { highest, step, count }: BoxPeriods): number {
  const lowest = highest - step * (count - 1);
  const meanPeriod = count > 1 ? Math.log(highest / lowest) / (highest - lowest) : 1 / highest;
  return count * search.workOf(meanPeriod);
}

interface Found {
  readonly fit: BoxFit;
  readonly stats: BoxStatistics;
  readonly periodError: number | undefined;
  /** What errors are multiplied by: the scatter when there are none. */
  readonly noise: number;
  readonly sde: number;
}

function resultRow(found: Found | undefined): Record<string, ResultValue> {
  const known = (v: number | undefined): number | undefined => (v !== undefined && v - v === 0 ? v : undefined);
  const { fit, stats, noise = NaN } = found ?? {};
  return {
    period: fit?.period,
    period_error: known(found?.periodError),
    epoch: fit?.epoch,
    duration: fit?.duration,
    depth: fit?.depth,
    depth_error: fit && known(fit.depthError * noise),
    snr: fit && known(fit.snr / noise),
    power: fit?.power,
    log_likelihood: fit && known(fit.logLikelihood / (noise * noise)),
    sde: known(found?.sde),
    transits: stats?.transits,
    odd_even_sigma: stats && known(stats.oddEvenSigma / noise),
    secondary_snr: stats && known(stats.secondarySnr / noise),
    sine_log_likelihood: stats && known(stats.sineLogLikelihood / (noise * noise)),
  };
}

/** Announces a long search and refuses one that is too large. */
function checkSize(search: BoxSearch, grid: BoxPeriods, longest: number, context: Context): void {
  const hint = 'raise the minimum period, the shortest duration or the frequency factor, or lower the maximum period';
  const seconds = workOf(search, grid) / SPEED;
  announceSearch({ points: search.points, trials: grid.count, what: 'periods', seconds, most: MOST_PERIODS, hint }, context);
  if (search.binsOf(longest) > MOST_BINS)
    throw new AppError({ code: 'invalid-argument', message: `a period of ${longest} has more than ${MOST_BINS} bins`, hint });
}

/** The grid as far as it is searched: all of it, or for a preview as much as there is time for. */
function chooseGrid(search: BoxSearch, grid: BoxPeriods, context: Context): { search: BoxSearch; stride: number } {
  const work = workOf(search, grid);
  if (!context.preview || work <= PREVIEW_WORK) return { search, stride: 1 };
  const coarse = search.coarser();
  const quick = coarse.points < search.points ? coarse : search;
  const stride = Math.max(1, Math.ceil(workOf(quick, grid) / PREVIEW_WORK));
  if (stride > 1)
    context.alert({
      severity: 'info',
      message: `preview: every ${stride}th of ${grid.count} periods is searched, in about ${Math.round((PREVIEW_WORK / SPEED) * 1000)} ms instead of ${(work / SPEED).toPrecision(2)} s`,
    });
  return { search: quick, stride };
}

/** Index of the highest finite value; -1 when there is none. */
function highest(values: Float64Array): number {
  let best = -1;
  for (let k = 0; k < values.length; k++) if (values[k]! - values[k]! === 0 && (best < 0 || values[k]! > values[best]!)) best = k;
  return best;
}

function makeCurve(
  periods: Float64Array,
  power: Float64Array,
  separation: number,
  fit: BoxFit,
  names: Pick<Parameters<typeof periodCurve>[0], 'statistic' | 'unit'>,
): Series {
  const frequencies = Float64Array.from(periods, (p) => 1 / p).reverse();
  const values = power.map((v) => (v === -Infinity ? NaN : v)).reverse();
  const others = findPeaks(values, PEAKS + 1, separation)
    .filter((k) => Math.abs(frequencies[k]! - 1 / fit.period) > separation * Math.abs((frequencies[1] ?? 0) - frequencies[0]!))
    .slice(0, PEAKS - 1)
    .map((k) => ({ frequency: frequencies[k]!, height: values[k]! }));
  return periodCurve({ frequencies, values, ...names, best: 'highest', peaks: [{ frequency: 1 / fit.period, height: fit.power }, ...others] });
}

export default defineOperation({
  id: 'periods.bls',
  version: 1,
  title: 'Box least squares',
  summary: 'Search each light curve for transits or eclipses with box least squares.',
  help: `At each trial period the light curve is folded and the best box is found: a fall by a constant depth for one of \`durations\`, at any phase. Numbers are those of astropy's BoxLeastSquares with method='fast', to nine digits: bins of the shortest duration / oversample, depth = level outside - level inside, only falls count. One thing is added: astropy does not try boxes longer than the shortest duration that lie across the phase of the first time; here they are tried.

A fall is meant as fading. With a unit of magnitudes the number rises then, and the depth is that rise; with every other unit it is a fall of the number.

Periods are evenly spaced in frequency, from 1/maximumPeriod to 1/minimumPeriod in steps of frequencyFactor · shortest duration / baseline², as astropy's autoperiod, unless you set how many. The grid grows with the square of the baseline: years of data and short durations make millions of periods. A long run is announced with its size and about how long it takes; more than 10⁷ periods are refused. A larger frequencyFactor, up to 10 as in lightkurve, makes it coarser. A preview searches as much of the grid as there is time for and says so.

Take out slow trends first (trends.biweight with a window of three durations or more): a box fits them better than a transit.

Objective: likelihood is the log-likelihood of the box against a constant; snr is depth over its error. Without an error column every point weighs 1: the curve and \`power\` are then in the unit of the values (squared for likelihood), as in astropy, while depth_error, snr, log_likelihood and the vetting numbers use the scatter of the points about the box. With one, rows without an error above 0 are left out and counted.

The best box is refined: periods between grid points, finer bins, durations between those given. Since a box fits equally well anywhere in a range of periods, period and epoch are then those of the fall with straight flanks that fits best; period_error is for the scatter about the box, all else kept. So the row's numbers differ a little from the highest point of the curve. Result: period, period_error, epoch (middle of the first transit), duration, depth, depth_error, snr, power, log_likelihood; sde = (best - mean) / standard deviation of the curve; transits = how many have data. For vetting: odd_even_sigma = difference of the depths of odd and even transits in its error (a large one means an eclipsing binary of twice the period); secondary_snr = significance of a fall half a period later; sine_log_likelihood = log-likelihood of a sinusoid minus that of the box (above 0: the star varies rather).

Traps: half and double the period are strong, too. With few transits one outlier makes a box: look at the folded curve.`,
  cite: 'Kovács, Zucker & Mazeh 2002, A&A 391, 369, doi:10.1051/0004-6361:20020802; Hartman & Bakos 2016, A&C 17, 1, doi:10.1016/j.ascom.2016.05.006; conventions of astropy.timeseries.BoxLeastSquares',
  params: Type.Object(
    {
      durations: Type.Optional(
        Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
          title: 'Durations',
          description:
            'Lengths of the transit to try, in the unit of the time. Absent = 0.05, 0.1, 0.15, 0.2, 0.25 and 0.33 days, as far as they are at most a third of the longest period.',
          minItems: 1,
          maxItems: 100,
          unit: 'time',
          origin: 'lightkurve',
        }),
      ),
      minimumPeriod: Type.Optional(
        Type.Number({
          title: 'Minimum period',
          description: 'Absent = twice the longest duration.',
          exclusiveMinimum: 0,
          unit: 'time',
          origin: 'astropy',
        }),
      ),
      maximumPeriod: Type.Optional(
        Type.Number({
          title: 'Maximum period',
          description: 'Absent = the baseline over one less than the minimum of transits.',
          exclusiveMinimum: 0,
          unit: 'time',
          origin: 'astropy',
        }),
      ),
      minimumTransits: Type.Integer({
        title: 'Minimum transits',
        description: 'Sets the maximum period so that so many transits fit into the baseline. Not whether they are seen.',
        default: 3,
        minimum: 2,
        origin: 'astropy',
        slider: [2, 10],
      }),
      periods: Type.Optional(
        Type.Integer({ title: 'Periods', description: 'How many, evenly in frequency; absent = by the frequency factor.', minimum: 1 }),
      ),
      frequencyFactor: Type.Number({
        title: 'Frequency factor',
        description: 'Step of the grid in units of shortest duration / baseline². Larger is coarser and faster.',
        default: 1,
        exclusiveMinimum: 0,
        origin: 'astropy (lightkurve: 10)',
        slider: [0.5, 10],
      }),
      objective: choice(['likelihood', 'snr'], {
        title: 'Objective',
        description: 'What the best box is best in: its log-likelihood, or its depth over the error of the depth.',
        default: 'likelihood',
        origin: 'astropy',
      }),
      oversample: Type.Integer({
        more: true,
        title: 'Oversample',
        description: 'Bins across the shortest duration.',
        default: 10,
        minimum: 1,
        maximum: 100,
        origin: 'astropy',
      }),
      refine: Type.Boolean({
        more: true,
        title: 'Refine',
        description: 'Look for the best box between the periods and bins of the grid as well. Off: the numbers are those of the grid, as in astropy.',
        default: true,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'table',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, params, context): Generator<Progress, Effect> {
    const { times, values, errors, hasSpread } = yield* part(usableSteps(input, context), 0, 0.02);
    const nothing = (message: string): Effect => {
      context.alert({ severity: 'warning', message, rows: times.length });
      return { results: [resultRow(undefined)], series: [] };
    };
    if (times.length < LEAST_POINTS) return nothing(`fewer than ${LEAST_POINTS} usable points: no period`);
    if (!hasSpread) return nothing('all values are equal: no period');
    if (!(times[times.length - 1]! > times[0]!)) return nothing('all times are equal: no period');
    const unit = timeUnit(input.unit(input.nameOf('time')!));
    const setting = boxSetting(params, times[times.length - 1]! - times[0]!, unit);
    if ('reason' in setting) return nothing(setting.reason);
    // Usable values are a copy: a magnitude rises where a flux falls.
    if (isMagnitude(input.unit(input.nameOf('value')!))) for (let i = 0; i < values.length; i++) values[i] = -values[i]!;
    const points = { times, values, errors };
    const search = yield* part(
      BoxSearch.prepareSteps({ ...points, durations: setting.durations, oversample: params.oversample, objective: params.objective }),
      0.02,
      0.03,
    );
    const grid = boxPeriods(search.baseline, {
      ...params,
      ...setting,
      shortestDuration: Math.min(...setting.durations),
      count: params.periods,
    });
    checkSize(search, grid, setting.maximumPeriod, context);
    const { search: quick, stride } = chooseGrid(search, grid, context);
    const periods = listPeriods(grid, stride);
    const power = yield* part(quick.powerSteps(periods), 0.03, 0.9);
    const at = highest(power);
    const first = at < 0 ? undefined : yield* part(quick.fitSteps(periods[at]!), 0.9, 0.9);
    if (!first) return nothing('the values never fall: no period');
    let stats = yield* part(boxStatisticsSteps(points, first), 0.9, 0.91);
    const about = { shortest: Math.max(...setting.durations), noise: Math.sqrt(stats.reducedChi2), quick: context.preview };
    const none = { fit: first, periodError: undefined };
    const { fit, periodError } = params.refine ? yield* part(refineBoxSteps(search, points, first, grid.step * stride, about), 0.91, 0.98) : none;
    if (fit !== first) stats = yield* part(boxStatisticsSteps(points, fit), 0.98, 1);
    if (periods.length > 2 && (at === 0 || at === periods.length - 1))
      context.alert({ severity: 'warning', message: 'the strongest power is at the edge of the searched periods', hint: 'widen the search' });
    if (errors && stats.reducedChi2 < STRANGE_CHI2)
      context.alert({
        severity: 'warning',
        message: `errors are ${(1 / Math.sqrt(stats.reducedChi2)).toPrecision(2)} times as large as the scatter: depth_error, snr and likelihoods follow them`,
        hint: 'bind the errors of these values (a trend that was divided out divides them, too), or unbind the error column',
      });
    yield { fraction: 1 };
    const separation = grid.step > 0 ? 1 / (search.baseline * grid.step * stride) : 0;
    const curve = makeCurve(periods, power, separation, fit, { statistic: `power (${params.objective})`, unit });
    const found = { fit, stats, periodError, noise: errors ? 1 : stats.scatter, sde: standsOut(curve.y.values, fit.power) };
    return { results: [resultRow(found)], series: [curve] };
  },
  examples: [
    {
      title: 'A fall by 1 every 2.5',
      columns: {
        time: Array.from({ length: 100 }, (_, i) => 0.1 * i),
        value: Array.from({ length: 100 }, (_, i) => (i % 25 < 3 ? 9 : 10)),
      },
      params: { durations: [0.3], minimumPeriod: 1.5, maximumPeriod: 4, periods: 101 },
      expect: { results: [{ duration: 0.3, depth: 1, transits: 4 }] },
    },
  ],
  produces: () => ({}),
  describe: ({ durations, objective }) => `${durations ? `durations ${durations.join(', ')}` : 'usual durations'}, ${objective}`,
});
