import { Type } from '@sinclair/typebox';
import { dayIn } from '../../numerics/aliases';
import { type BootstrapSearch, bootstrapFalseAlarm, bootstrapLevel, bootstrapMaximaSteps } from '../../numerics/bootstrap-false-alarm';
import { falseAlarm, falseAlarmLevel } from '../../numerics/false-alarm';
import { gridPowerSteps, lombScargleSeconds } from '../../numerics/fast-lomb-scargle';
import { type FrequencyGrid, LombScargle, type Normalization } from '../../numerics/lomb-scargle';
import { type FrequencyPeak, lombScarglePeaksSteps } from '../../numerics/lomb-scargle-peaks';
import { windowPeaks, windowPowerSteps } from '../../numerics/spectral-window';
import { part } from '../../numerics/steps';
import { timeUnit } from '../../model/time-unit';
import type { Progress } from '../../protocol/outcome';
import { announceTime } from '../announce-search';
import { type Batch, type Context, type Effect, type Series, defineOperation } from '../definition';
import { frequencyParams } from '../frequency-params';
import { type ReportedPeak, peakMarks, peakRow, warnOfEdge, windowSeries } from '../lomb-scargle-result';
import { choice } from '../params';
import { frequencyAxis } from '../period-curve';
import { MOST_FREQUENCIES, falseAlarmSetting, searchGrid } from '../search-grid';
import { type UsablePoints, usableSteps } from '../usable-points';

interface SearchParams {
  readonly terms: number;
  readonly fitMean: boolean;
  readonly centerData: boolean;
  readonly normalization: Normalization;
  readonly method: 'auto' | 'fast' | 'exact';
  readonly falseAlarm: 'baluev' | 'davies' | 'naive' | 'bootstrap';
  readonly resamples: number;
  readonly peaks: number;
  readonly window: boolean;
}

/** How the height of a peak is judged. */
interface Judgement {
  readonly fap: (power: number) => number | undefined;
  readonly levels: NonNullable<Series['levels']>;
}

function announce(grid: FrequencyGrid, points: number, params: SearchParams, context: Context): void {
  const { fast, exact } = lombScargleSeconds(points, grid.count, params.terms);
  const once = params.method === 'exact' ? exact : params.method === 'fast' ? fast : Math.min(fast, exact);
  const isBootstrap = params.falseAlarm === 'bootstrap';
  const seconds = once * (isBootstrap ? 1 + params.resamples : 1);
  const what = `${points} points × ${grid.count} frequencies${isBootstrap ? ` × ${params.resamples} resamples` : ''}`;
  const hint = isBootstrap ? 'lower the resamples, or use baluev' : 'lower the maximum frequency or the samples per peak for a quicker look';
  announceTime(what, seconds, hint, context);
}

const WINDOW_PEAKS = 5;
const PROBABILITIES = [0.1, 0.01, 0.001];

/** The false-alarm probabilities that the parameters ask for; none where the formulas do not hold. */
function* judgeSteps(
  search: LombScargle,
  points: UsablePoints,
  grid: FrequencyGrid,
  params: SearchParams,
  context: Context,
): Generator<Progress, Judgement> {
  const { falseAlarm: method, normalization, resamples } = params;
  const level = (y: number, p: number): NonNullable<Series['levels']> => (y === y ? [{ y, label: `FAP ${p * 100} %` }] : []);
  if (method === 'bootstrap') {
    const again: BootstrapSearch = { ...params, ...points, grid };
    const maxima = yield* bootstrapMaximaSteps(again, resamples, () => context.random());
    return { fap: (z) => bootstrapFalseAlarm(maxima, z), levels: PROBABILITIES.flatMap((p) => level(bootstrapLevel(maxima, p), p)) };
  }
  const isCentred = params.fitMean || params.centerData;
  if (params.terms > 1 || !isCentred || (normalization === 'psd' && !points.errors)) return { fap: () => undefined, levels: [] };
  const setting = falseAlarmSetting(search, grid, normalization);
  return {
    fap: (z) => falseAlarm(z, setting, method),
    levels: PROBABILITIES.flatMap((p) => level(falseAlarmLevel(p, setting, method), p)),
  };
}

function reported(search: LombScargle, peaks: readonly FrequencyPeak[], normalization: Normalization, { fap }: Judgement): ReportedPeak[] {
  return peaks.map(({ frequency, power }) => {
    const height = search.normalize(power, normalization);
    return { frequency, power: height, fap: fap(height) };
  });
}

/** Power, peaks, probabilities and window on the grid. */
function* searchSteps(
  search: LombScargle,
  points: UsablePoints,
  grid: FrequencyGrid,
  params: SearchParams,
  input: Batch,
  context: Context,
): Generator<Progress, Effect> {
  const { normalization } = params;
  const afterPower = params.falseAlarm === 'bootstrap' ? 0.1 : 0.8;
  const power = yield* part(gridPowerSteps(search, grid, params.method), 0, afterPower);
  const found = yield* part(lombScarglePeaksSteps(search, grid, power, params.peaks), afterPower, afterPower + 0.05);
  warnOfEdge(found, context);
  const judgement = yield* part(judgeSteps(search, points, grid, params, context), afterPower + 0.05, 0.9);
  const window = params.window ? yield* part(windowPowerSteps(search, grid), 0.9, 1) : undefined;
  yield { fraction: 1 };
  const peaks = reported(search, found, normalization, judgement);
  if (normalization !== 'standard') for (let k = 0; k < power.length; k++) power[k] = search.normalize(power[k]!, normalization);
  const unit = timeUnit(input.unit(input.nameOf('time')!));
  const repeats = window ? windowPeaks(grid, window, search.baseline, WINDOW_PEAKS) : [];
  const curve: Series = {
    name: 'periodogram',
    x: frequencyAxis(grid, unit),
    y: { name: `power (${normalization})`, values: power },
    marks: peakMarks(peaks, unit, 0.5 / search.baseline, { day: dayIn(unit), windowPeaks: repeats }),
    levels: judgement.levels,
  };
  const series = window ? [curve, windowSeries(grid, window, repeats, unit)] : [curve];
  return { results: [peakRow(peaks, params.peaks)], series };
}

export default defineOperation({
  id: 'periods.lomb-scargle',
  version: 1,
  title: 'Lomb–Scargle',
  summary: 'Search each light curve for a period with the generalised Lomb–Scargle periodogram.',
  help: `At each trial frequency a sinusoid (or \`terms\` harmonics) with a floating mean is fitted by weighted least squares; the power says how much better it is than a constant. The numbers are those of astropy's LombScargle with method='slow' (or 'chi2' for more terms), to nine digits.

Methods: exact sums every point at every frequency. fast makes the same sums by non-uniform fast Fourier transforms: it agrees to 1e-8 everywhere, usually to 1e-11, and 1000 points at 100 000 frequencies take 10 ms instead of 300. auto takes the quicker one: fast from about 50 points on. Whichever makes the curve, every reported peak is found again and refined by the exact sums. What takes more than some seconds is announced with its size.

Frequencies: from half a step to nyquistFactor times the mean Nyquist frequency in steps of 1/(baseline · samplesPerPeak), as astropy's autofrequency, unless you set the limits or the number. For uneven sampling real periods may be shorter than that: set the maximum frequency.

Normalisations: standard 1 - chi²/chi²_0, model chi²_0/chi² - 1, log ln(chi²_0/chi²), psd (chi²_0 - chi²)/2. Errors weigh when an error column is bound; rows without an error above 0 are then left out and counted. Rows without a time or value and flagged rows take no part.

The strongest peaks: one row for each light curve with period, frequency, power and false-alarm probability of the strongest, and period_2, power_2, fap_2 … of the next, none within 1/baseline of a stronger one. Of peaks that are equally high the lowest frequency comes first.

False-alarm probability: baluev (2008) is a close upper limit for independent Gaussian noise, davies its linear form (which may exceed 1), naive counts frequency · baseline independent trials and is too optimistic. These three need one term and a mean that is taken out, and errors for psd; else there is none. bootstrap searches \`resamples\` light curves with the values (and their errors) drawn anew with replacement: slow, right for any noise without memory and any number of terms, and nothing below 1/resamples can be told from 0. Correlated noise makes all of them too small.

The spectral window is the periodogram of the sampling, drawn as a second curve. A signal at f shows again at f ± each of the window's peaks. The labels of the peaks say when one is an alias (daily, sidereal, lunar, yearly; with the window also of its peaks) or a multiple of a stronger one.

Traps: aliases at 1/day are honest peaks of ground-based data; an eclipsing binary peaks at half its period. Use more terms, or look at the folded curve at twice the period.`,
  cite: 'Zechmeister & Kürster 2009, A&A 496, 577, doi:10.1051/0004-6361:200811296; VanderPlas 2018, ApJS 236, 16, doi:10.3847/1538-4365/aab766; Press & Rybicki 1989, ApJ 338, 277, doi:10.1086/167197; Baluev 2008, MNRAS 385, 1279, doi:10.1111/j.1365-2966.2008.12689.x',
  params: Type.Object(
    {
      ...frequencyParams,
      terms: Type.Integer({
        title: 'Terms',
        description: 'Harmonics of the fitted curve.',
        default: 1,
        minimum: 1,
        maximum: 8,
        origin: 'astropy',
        slider: [1, 6],
      }),
      normalization: choice(['standard', 'model', 'log', 'psd'], {
        title: 'Normalisation',
        description: 'What the power means.',
        default: 'standard',
        origin: 'astropy',
      }),
      method: choice(['auto', 'fast', 'exact'], {
        title: 'Method',
        description:
          'exact sums every point at every frequency; fast uses Fourier transforms; auto takes the quicker one. The peaks are exact with each.',
        default: 'auto',
      }),
      peaks: Type.Integer({ title: 'Peaks', description: 'How many peaks to report.', default: 3, minimum: 1, maximum: 20, slider: [1, 10] }),
      falseAlarm: choice(['baluev', 'davies', 'naive', 'bootstrap'], {
        title: 'False alarm',
        description: 'How the probability of a chance peak as high is computed.',
        default: 'baluev',
        origin: 'astropy',
      }),
      resamples: Type.Integer({
        title: 'Resamples',
        description: 'Light curves drawn from this one for the bootstrap.',
        default: 1000,
        minimum: 10,
        maximum: 1e6,
        origin: 'astropy',
        when: { falseAlarm: ['bootstrap'] },
      }),
      window: Type.Boolean({
        title: 'Spectral window',
        description: 'Draw the periodogram of the sampling as a second curve, and label aliases by its peaks.',
        default: false,
      }),
      fitMean: Type.Boolean({
        more: true,
        title: 'Floating mean',
        description: 'Fit a constant along with the harmonics: right for light curves that do not cover all phases.',
        default: true,
        origin: 'astropy',
      }),
      centerData: Type.Boolean({
        more: true,
        title: 'Centre',
        description: 'Subtract the weighted mean first; counts only without a floating mean.',
        default: true,
        origin: 'astropy',
        when: { fitMean: [false] },
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
  *kernel(input, params, context): Generator<Progress, Effect> {
    const { terms } = params;
    const points = yield* part(usableSteps(input, context), 0, 0.02);
    const { times, values, errors, hasSpread } = points;
    const nothing = { results: [peakRow([], params.peaks)], series: [] };
    if (times.length < 2 * terms + 2 || !hasSpread) {
      const why = times.length < 2 * terms + 2 ? `fewer than ${2 * terms + 2} usable points: no period` : 'all values are equal: no period';
      context.alert({ severity: 'warning', message: why, rows: times.length });
      return nothing;
    }
    const search = yield* part(LombScargle.prepareSteps(times, values, errors, terms, params), 0.02, 0.03);
    if (!(search.baseline > 0)) {
      context.alert({ severity: 'warning', message: 'all times are equal: no period', rows: times.length });
      return nothing;
    }
    yield { fraction: 0.03 };
    const grid = searchGrid(search.baseline, times.length, params, MOST_FREQUENCIES);
    announce(grid, times.length, params, context);
    return yield* part(searchSteps(search, points, grid, params, input, context), 0.03, 1);
  },
  examples: [
    {
      title: 'A pure sinusoid of period 2.5',
      columns: {
        time: [0, 0.7, 1.1, 1.9, 2.6, 3.2, 4.1, 4.7, 5.5, 6.4, 7.3, 8.2],
        value: [0, 0.7, 1.1, 1.9, 2.6, 3.2, 4.1, 4.7, 5.5, 6.4, 7.3, 8.2].map((t) => 10 + Math.sin((2 * Math.PI * t) / 2.5)),
      },
      params: { minimumFrequency: 0.3, maximumFrequency: 0.5, frequencies: 21, peaks: 1, normalization: 'standard' },
      expect: { results: [{ period: 2.5, frequency: 0.4, power: 1, fap: 0 }] },
    },
  ],
  figure: { data: 'magnitude', params: { maximumFrequency: 6 } },
  produces: () => ({}),
  describe: ({ terms, normalization }) => `${terms === 1 ? 'one term' : `${terms} terms`}, ${normalization}`,
});
