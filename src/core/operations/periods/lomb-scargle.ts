import { Type } from '@sinclair/typebox';
import { type SearchSetting, falseAlarm, falseAlarmLevel } from '../../numerics/false-alarm';
import { type FrequencyGrid, LombScargle, type Normalization, autoFrequency } from '../../numerics/lomb-scargle';
import { findPeaks, refinePeakSteps } from '../../numerics/peaks';
import { part } from '../../numerics/steps';
import { timeUnit } from '../../model/time-unit';
import { AppError, type Progress } from '../../protocol/outcome';
import { type Context, type Effect, type ResultValue, type Series, defineOperation } from '../definition';
import { frequencyParams } from '../frequency-params';
import { choice } from '../params';
import { usableSteps } from '../usable-points';

/** Points times frequencies times terms a second that one core does, for the announcement of a long run. */
const SPEED = 3e8;
/** Frequencies beyond which two arrays of them would take over 300 MB. */
const MOST_FREQUENCIES = 2e7;

/** Keys of the result row, the same for every object. */
function resultRow(peaks: readonly { readonly frequency: number; readonly power: number; readonly fap: number | undefined }[], most: number) {
  const row: Record<string, ResultValue> = {};
  for (let k = 0; k < most; k++) {
    const suffix = k === 0 ? '' : `_${k + 1}`;
    const peak = peaks[k];
    row[`period${suffix}`] = peak && 1 / peak.frequency;
    if (k === 0) row['frequency'] = peak?.frequency;
    row[`power${suffix}`] = peak?.power;
    row[`fap${suffix}`] = peak?.fap;
  }
  return row;
}

function checkGrid(grid: FrequencyGrid, points: number, terms: number, context: Context): void {
  if (grid.count > MOST_FREQUENCIES)
    throw new AppError({
      code: 'invalid-argument',
      message: `the grid has ${grid.count.toExponential(1)} frequencies (at most ${MOST_FREQUENCIES.toExponential(0)})`,
      hint: 'lower the maximum frequency or the samples per peak',
    });
  const seconds = (points * grid.count * terms) / SPEED;
  if (seconds > 5)
    context.alert({
      severity: 'info',
      message: `${points} points × ${grid.count} frequencies take about ${seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`}`,
      hint: 'lower the maximum frequency or the samples per peak for a quicker look',
    });
}

function makeSeries(
  grid: FrequencyGrid,
  power: Float64Array,
  unit: string | undefined,
  setting: SearchSetting,
  hasLevels: boolean,
  peaks: readonly { readonly frequency: number; readonly power: number; readonly fap: number | undefined }[],
): Series {
  const frequency = new Float64Array(grid.count);
  for (let k = 0; k < grid.count; k++) frequency[k] = grid.first + k * grid.step;
  return {
    name: 'periodogram',
    x: { name: 'frequency', unit: unit === undefined ? undefined : `1/${unit}`, values: frequency },
    y: { name: `power (${setting.normalization})`, values: power },
    marks: peaks.map((p) => ({
      x: p.frequency,
      y: p.power,
      label: `period ${(1 / p.frequency).toPrecision(7)}${unit ? ` ${unit}` : ''}${p.fap === undefined ? '' : `, FAP ${p.fap.toPrecision(2)}`}`,
    })),
    levels: hasLevels ? [0.1, 0.01, 0.001].map((p) => ({ y: falseAlarmLevel(p, setting), label: `FAP ${p * 100} %` })) : [],
  };
}

export default defineOperation({
  id: 'periods.lomb-scargle',
  version: 1,
  title: 'Lomb–Scargle',
  summary: 'Search each light curve for a period with the generalised Lomb–Scargle periodogram.',
  help: `At each trial frequency a sinusoid (or \`terms\` harmonics) with a floating mean is fitted by weighted least squares; the power says how much better it is than a constant. This is the exact sum at every frequency, in float64: astropy's LombScargle with method='slow' (or 'chi2' for more terms), to nine digits. The cost is points times frequencies: a long run is announced with its size and about how long it takes.

Frequencies: from half a step to nyquistFactor times the mean Nyquist frequency in steps of 1/(baseline · samplesPerPeak), as astropy's autofrequency, unless you set the limits or the number. For uneven sampling real periods may be shorter than that: set the maximum frequency.

Normalisations: standard 1 - chi²/chi²_0, model chi²_0/chi² - 1, log ln(chi²_0/chi²), psd (chi²_0 - chi²)/2. Errors weigh when an error column is bound; rows without an error above 0 are then left out and counted. Rows without a time or value and flagged rows take no part.

The strongest peaks are refined by the exact power between grid points. The result has one row for each light curve: period, frequency, power and false-alarm probability of the strongest, and period_2, power_2, fap_2 … of the next, none within 1/baseline of a stronger one. The false-alarm probability is Baluev's (2008) upper limit for independent Gaussian noise: correlated noise gives smaller values than it should. It is left out for more than one term, and for psd without errors.

Traps: aliases at 1/day are honest peaks of ground-based data; an eclipsing binary peaks at half its period. Use more terms, or look at the folded curve at twice the period.`,
  cite: 'Zechmeister & Kürster 2009, A&A 496, 577, doi:10.1051/0004-6361:200811296; VanderPlas 2018, ApJS 236, 16, doi:10.3847/1538-4365/aab766; Baluev 2008, MNRAS 385, 1279, doi:10.1111/j.1365-2966.2008.12689.x',
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
      method: choice(['auto', 'exact'], {
        title: 'Method',
        description: 'exact sums every point at every frequency; auto chooses it.',
        default: 'auto',
      }),
      peaks: Type.Integer({ title: 'Peaks', description: 'How many peaks to report.', default: 3, minimum: 1, maximum: 20, slider: [1, 10] }),
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
    const normalization: Normalization = params.normalization;
    const { times, values, errors, hasSpread } = yield* part(usableSteps(input, context), 0, 0.02);
    const nothing = { results: [resultRow([], params.peaks)], series: [] };
    if (times.length < 2 * terms + 2 || !hasSpread) {
      const why = times.length < 2 * terms + 2 ? `fewer than ${2 * terms + 2} usable points: no period` : 'all values are equal: no period';
      context.alert({ severity: 'warning', message: why, rows: times.length });
      return nothing;
    }
    const search = yield* part(LombScargle.prepareSteps(times, values, errors, terms), 0.02, 0.03);
    if (!(search.baseline > 0)) {
      context.alert({ severity: 'warning', message: 'all times are equal: no period', rows: times.length });
      return nothing;
    }
    yield { fraction: 0.03 };
    const { minimumFrequency: minimum, maximumFrequency: maximum } = params;
    const grid = autoFrequency(search.baseline, times.length, { ...params, minimum, maximum, count: params.frequencies });
    const last = grid.first + (grid.count - 1) * grid.step;
    if (maximum !== undefined && maximum <= (minimum ?? 0))
      throw new AppError({ code: 'invalid-argument', message: `invalid maximumFrequency: ${maximum} (must be above the minimum, ${minimum ?? 0})` });
    checkGrid(grid, times.length, terms, context);
    const power = yield* part(search.powerSteps(grid), 0.03, 0.9);
    const setting: SearchSetting = {
      points: times.length,
      baseline: search.baseline,
      timeVariance: search.timeVariance,
      maximumFrequency: last,
      normalization,
    };
    const hasFap = terms === 1 && (normalization !== 'psd' || errors !== undefined);
    const separation = grid.step > 0 ? 1 / (search.baseline * grid.step) : 0;
    const tops = findPeaks(power, params.peaks, separation);
    const peaks = [];
    for (const [k, top] of tops.entries()) {
      const at = grid.first + top * grid.step;
      const isEnd = top === 0 || top === grid.count - 1;
      const refining = refinePeakSteps((f) => search.powerAtSteps(f), at - grid.step, at + grid.step, { x: at, y: power[top]! });
      const best = isEnd ? { x: at, y: power[top]! } : yield* part(refining, 0.9 + (0.1 * k) / tops.length, 0.9 + (0.1 * (k + 1)) / tops.length);
      if (isEnd)
        context.alert({ severity: 'warning', message: 'the strongest power is at the edge of the searched frequencies', hint: 'widen the search' });
      const height = search.normalize(best.y, normalization);
      peaks.push({ frequency: best.x, power: height, fap: hasFap ? falseAlarm(height, setting) : undefined });
    }
    // Refinement may change the order of close rivals.
    peaks.sort((a, b) => b.power - a.power);
    yield { fraction: 1 };
    if (normalization !== 'standard') for (let k = 0; k < power.length; k++) power[k] = search.normalize(power[k]!, normalization);
    const unit = timeUnit(input.unit(input.nameOf('time')!));
    return { results: [resultRow(peaks, params.peaks)], series: [makeSeries(grid, power, unit, setting, hasFap, peaks)] };
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
