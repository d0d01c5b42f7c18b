import { Type } from '@sinclair/typebox';
import { dayIn } from '../../numerics/aliases';
import { type FrequencyGrid, normalizePower } from '../../numerics/lomb-scargle';
import { lombScarglePeaksSteps } from '../../numerics/lomb-scargle-peaks';
import { part } from '../../numerics/steps';
import { timeUnit } from '../../model/time-unit';
import { AppError, type Progress } from '../../protocol/outcome';
import { jointSearchShape } from '../joint-points';
import { announceTime } from '../announce-search';
import { type Context, type Effect, type ResultValue, type Series, defineOperation } from '../definition';
import { frequencyParams } from '../frequency-params';
import { type ReportedPeak, peakMarks, peakRow, warnOfEdge } from '../lomb-scargle-result';
import { type BandSearch, bandPointsSteps, prepareBandSearch } from '../multiband-search';
import { choice } from '../params';
import { frequencyAxis } from '../period-curve';
import { type GridParams, searchGrid } from '../search-grid';

const MOST_FREQUENCIES = 1e7;

function gridOf(search: BandSearch, points: number, params: GridParams, context: Context): FrequencyGrid {
  const grid = searchGrid(search.baseline, points, params, MOST_FREQUENCIES);
  const hint = 'lower the maximum frequency or the samples per peak for a quicker look';
  announceTime(`${points} points × ${grid.count} frequencies`, search.seconds(grid.count), hint, context);
  return grid;
}

const terms = (title: string, description: string) =>
  Type.Integer({ title, description, default: 1, minimum: 0, maximum: 6, origin: 'astropy', slider: [0, 4] });

export default defineOperation({
  id: 'periods.multiband-lomb-scargle',
  version: 1,
  title: 'Multiband Lomb–Scargle',
  summary: 'Search the light curves of an object in all its bands together for one period.',
  help: `flexible fits one model to all bands at each trial frequency: a constant and \`termsBase\` harmonics that all bands share in amplitude and phase, and a constant and \`termsBand\` harmonics of its own for each band, held small by a ridge. The power is 1 - chi²/chi²_0, chi²_0 about the weighted mean of each band. The numbers are those of astropy's LombScargleMultiband with method='flexible', to nine digits. termsBase 1 and termsBand 0 is the shared-phase model that VanderPlas & Ivezić recommend for sparse surveys; the default 1 and 1 is astropy's.

sum fits each band by itself, with the larger of the two numbers of terms, and adds the powers weighted by chi²_0 of each band: quicker, and blind to phases that differ from band to band. These are the weights of the paper and of gatspy; astropy 8.0.1's method='fast' weighs by the sum of squared powers instead.

The ridge adds regularizationBand times the trace of the normal matrix to the diagonal of every band's coefficients, and regularizationBase to that of the shared ones, as in astropy. Without it shared and own terms could not be told apart.

Frequencies, normalisations, the fast and exact methods, the refined peaks and the labels of aliases are as in Lomb–Scargle; the mean Nyquist frequency is that of all bands together. There is no formula for the false-alarm probability of this periodogram, so none is given.

Rows without a time, value or band and flagged rows take no part, nor, with an error column bound, rows without an error above 0. Bands with a single point count with the shared model, but say nothing about the period. Without a band column all rows are one band.`,
  cite: 'VanderPlas & Ivezić 2015, ApJ 812, 18, doi:10.1088/0004-637X/812/1/18',
  params: Type.Object(
    {
      ...frequencyParams,
      model: choice(['flexible', 'sum'], {
        title: 'Model',
        description: 'flexible: one fit of shared and own terms. sum: each band by itself, powers added.',
        default: 'flexible',
        origin: 'astropy',
      }),
      termsBase: terms('Shared terms', 'Harmonics that all bands share.'),
      termsBand: terms('Own terms', 'Harmonics of each band on top of the shared ones.'),
      regularizationBase: Type.Number({
        more: true,
        title: 'Ridge, shared',
        description: 'Holds the shared coefficients small: a share of the trace. 0 = free.',
        default: 0,
        minimum: 0,
        origin: 'astropy',
        when: { model: ['flexible'] },
      }),
      regularizationBand: Type.Number({
        more: true,
        title: 'Ridge, own',
        description: 'Holds the coefficients of each band small: a share of the trace.',
        default: 1e-6,
        minimum: 1e-9,
        origin: 'astropy',
        when: { model: ['flexible'] },
      }),
      normalization: choice(['standard', 'model', 'log', 'psd'], {
        title: 'Normalisation',
        description: 'What the power means.',
        default: 'standard',
        origin: 'astropy',
      }),
      method: choice(['auto', 'fast', 'exact'], {
        more: true,
        title: 'Method',
        description:
          'exact sums every point at every frequency; fast uses Fourier transforms; auto takes the quicker one. The peaks are exact with each.',
        default: 'auto',
      }),
      peaks: Type.Integer({ title: 'Peaks', description: 'How many peaks to report.', default: 3, minimum: 1, maximum: 20, slider: [1, 10] }),
    },
    { additionalProperties: false },
  ),
  inputs: jointSearchShape.inputs,
  writes: 'table',
  scope: ['object', 'table'],
  *kernel(input, params, context): Generator<Progress, Effect> {
    const { normalization, method } = params;
    const points = yield* part(bandPointsSteps(input, context), 0, 0.02);
    const row = (peaks: readonly ReportedPeak[]): Record<string, ResultValue> => ({
      ...peakRow(peaks, params.peaks, { hasFap: false }),
      bands: points.bands.length,
    });
    const nothing = (message: string): Effect => {
      context.alert({ severity: 'warning', message: `${message}: no period`, rows: points.times.length });
      return { results: [row([])], series: [] };
    };
    const least = 2 * Math.max(1, params.termsBase, params.termsBand) + 2;
    if (points.times.length < least) return nothing(`fewer than ${least} usable points`);
    if (params.termsBase === 0 && params.termsBand === 0)
      throw new AppError({ code: 'invalid-argument', message: 'invalid termsBase: 0 (must be > 0 when termsBand is 0)' });
    const search = yield* part(prepareBandSearch(points, params, method, context), 0.02, 0.04);
    if (!search) return nothing('no band has enough points');
    if (!(search.variance > 0)) return nothing('the values of each band are all equal');
    if (!(search.baseline > 0)) return nothing('all times are equal');
    yield { fraction: 0.04 };
    const grid = gridOf(search, points.times.length, params, context);
    const power = yield* part(search.gridSteps(grid), 0.04, 0.9);
    const found = yield* part(lombScarglePeaksSteps(search, grid, power, params.peaks), 0.9, 1);
    warnOfEdge(found, context);
    const normalize = (p: number): number => normalizePower(p, normalization, search.variance * search.weightSum);
    const peaks = found.map((p) => ({ frequency: p.frequency, power: normalize(p.power), fap: undefined }));
    if (normalization !== 'standard') for (let k = 0; k < power.length; k++) power[k] = normalize(power[k]!);
    const unit = timeUnit(input.unit(input.nameOf('time')!));
    const series: Series = {
      name: 'periodogram',
      x: frequencyAxis(grid, unit),
      y: { name: `power (${normalization})`, values: power },
      marks: peakMarks(peaks, unit, 0.5 / search.baseline, { day: dayIn(unit) }),
    };
    return { results: [row(peaks)], series: [series] };
  },
  examples: [
    {
      title: 'Two bands of a sinusoid of period 2.5',
      columns: {
        time: [0, 0.7, 1.1, 1.9, 2.6, 3.2, 4.1, 4.7, 5.5, 6.4, 7.3, 8.2],
        value: [0, 0.7, 1.1, 1.9, 2.6, 3.2, 4.1, 4.7, 5.5, 6.4, 7.3, 8.2].map((t, i) => (i % 2 ? 10 : 12) + Math.sin((2 * Math.PI * t) / 2.5)),
        band: [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2],
      },
      params: { minimumFrequency: 0.3, maximumFrequency: 0.5, frequencies: 21, peaks: 1, termsBand: 0, regularizationBand: 1e-9 },
      expect: { results: [{ bands: 2 }] },
    },
  ],
  figure: { data: 'magnitude', params: { maximumFrequency: 6 } },
  produces: () => ({}),
  describe: ({ model, termsBase, termsBand }) => (model === 'sum' ? 'sum of the bands' : `${termsBase} shared and ${termsBand} own terms`),
});
