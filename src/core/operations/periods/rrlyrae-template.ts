import { Type } from '@sinclair/typebox';
import { timeUnit } from '../../model/time-unit';
import { dayIn } from '../../numerics/aliases';
import { jointCurveSteps } from '../../numerics/joint-curve';
import type { FrequencyGrid } from '../../numerics/lomb-scargle';
import { RR_LYRAE_SHAPES } from '../../numerics/rrlyrae-shapes';
import { inBlocks, part, rising } from '../../numerics/steps';
import { type TemplateResult, templateCandidatesSteps, templateCurveSteps } from '../../numerics/template-search';
import { AppError, type Progress } from '../../protocol/outcome';
import { announceSearch } from '../announce-search';
import { type BandCurve, bandCurvesSteps } from '../band-curves';
import { type Batch, type Context, type Effect, type ResultValue, type Series, defineOperation } from '../definition';
import { type Brightness, type JointPoints, averageManySteps, brightnessParam, jointPointsSteps, jointSearchShape } from '../joint-points';
import { periodCurve } from '../period-curve';

const FEWEST = 8;
const FEWEST_OF_BAND = 5;
/** Days, when no period is given. */
const SHORTEST = 0.2;
const LONGEST = 1.2;
const MOST_FREQUENCIES = 5e6;
/** Seconds a frequency takes, and a point in the second pass. */
const SECONDS = 4e-6;
const SECONDS_OF_POINT = 5e-4;
const PEAKS = 3;

interface Params {
  readonly minimumPeriod?: number;
  readonly maximumPeriod?: number;
  readonly frequencies?: number;
  readonly samplesPerPeak: number;
  readonly shapeError: number;
  readonly brightness: Brightness;
}

function gridOf(params: Params, baseline: number, day: number): FrequencyGrid {
  const shortest = params.minimumPeriod ?? SHORTEST * day;
  const longest = params.maximumPeriod ?? LONGEST * day;
  if (longest <= shortest)
    throw new AppError({ code: 'invalid-argument', message: `invalid maximumPeriod: ${longest} (must be above the minimum, ${shortest})` });
  const first = 1 / longest;
  if (params.frequencies !== undefined)
    return { first, step: (1 / shortest - first) / Math.max(1, params.frequencies - 1), count: params.frequencies };
  const step = 1 / (params.samplesPerPeak * baseline);
  return { first, step, count: Math.max(3, Math.ceil((1 / shortest - first) / step) + 1) };
}

/** Fluxes as magnitudes, brightness up: what shapes in magnitudes fit. Points without a flux above 0 are left out, and said so. */
function* asMagnitudesSteps(points: JointPoints, context: Context): Generator<Progress, JointPoints> {
  const { times, values, errors, bandOf } = points;
  const n = values.length;
  const kept = { times: new Float64Array(n), values: new Float64Array(n), errors: errors && new Float64Array(n), bandOf: new Uint16Array(n) };
  let count = 0;
  yield* inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const flux = values[i]!;
      if (!(flux > 0)) continue;
      kept.times[count] = times[i]!;
      kept.values[count] = 2.5 * Math.log10(flux);
      if (kept.errors) kept.errors[count] = ((2.5 / Math.LN10) * errors![i]!) / flux;
      kept.bandOf[count++] = bandOf[i]!;
    }
  });
  if (count < n) context.alert({ severity: 'warning', message: 'rows without a flux above 0 have no magnitude: left out', rows: n - count });
  return {
    ...points,
    times: kept.times.subarray(0, count),
    values: kept.values.subarray(0, count),
    errors: kept.errors?.subarray(0, count),
    bandOf: kept.bandOf.subarray(0, count),
  };
}

/** Keys of the result row, the same for every object. */
function resultRow(found: readonly TemplateResult[], bands: readonly BandCurve[], names: readonly string[]): Record<string, ResultValue> {
  const best = found[0];
  const most = bands.reduce<BandCurve | undefined>((a, b) => (a && a.times.length >= b.times.length ? a : b), undefined);
  const row: Record<string, ResultValue> = {
    period: best && 1 / best.frequency,
    frequency: best?.frequency,
    score: best?.score,
    template: best && RR_LYRAE_SHAPES[best.shape]!.name,
    epoch: best?.epoch,
    amplitude: best && most && best.amplitudes[bands.indexOf(most)],
    band: best && most && names[most.band],
    bands: best && bands.length,
  };
  for (let k = 1; k < PEAKS; k++) {
    row[`period_${k + 1}`] = found[k] && 1 / found[k]!.frequency;
    row[`score_${k + 1}`] = found[k]?.score;
  }
  return row;
}

function seriesOf(grid: FrequencyGrid, scores: Float64Array, found: readonly TemplateResult[], unit: string | undefined): Series {
  const peaks = found.slice(0, PEAKS).map((r) => {
    const k = Math.max(0, Math.min(grid.count - 1, Math.round((r.frequency - grid.first) / grid.step)));
    return { frequency: r.frequency, height: scores[k]!, note: `${RR_LYRAE_SHAPES[r.shape]!.name}, score ${r.score.toFixed(3)}` };
  });
  return periodCurve({ frequencies: grid, values: scores, statistic: 'score (four harmonics)', best: 'highest', unit, peaks });
}

function* templateSteps(input: Batch, params: Params, context: Context): Generator<Progress, Effect> {
  const unit = timeUnit(input.unit(input.nameOf('time')!));
  const day = dayIn(unit) ?? 1;
  const nothing = { results: [resultRow([], [], [])], series: [] };
  const raw = yield* part(jointPointsSteps(input, context, params.brightness, FEWEST), 0, 0.02);
  if (!raw) return nothing;
  const grid = gridOf(params, raw.baseline, day);
  const n = raw.times.length;
  const seconds = SECONDS * grid.count + SECONDS_OF_POINT * n;
  announceSearch({ points: n, trials: grid.count, what: 'frequencies', seconds, most: MOST_FREQUENCIES, hint: 'narrow the periods' }, context);
  const averaged = yield* part(averageManySteps(raw, grid.first + grid.step * grid.count, context), 0.02, 0.05);
  const points = averaged.isFlux ? yield* part(asMagnitudesSteps(averaged, context), 0.05, 0.05) : averaged;
  const bands = yield* part(bandCurvesSteps(points, params.shapeError, FEWEST_OF_BAND), 0.05, 0.08);
  const curve = yield* part(jointCurveSteps({ ...points, isFlux: false, detrend: false }), 0.08, 0.1);
  if (bands.length === 0 || !curve) {
    context.alert({ severity: 'warning', message: `no band with ${FEWEST_OF_BAND} points that vary: no period`, rows: n });
    return nothing;
  }
  const scores = yield* part(templateCurveSteps({ ...curve, values: curve.clipped }, grid), 0.1, 0.8);
  const found = yield* part(templateCandidatesSteps(bands, grid, scores, raw.baseline), 0.8, 1);
  return { results: [resultRow(found, bands, points.names)], series: [seriesOf(grid, scores, found, unit)] };
}

export default defineOperation({
  id: 'periods.rrlyrae-template',
  version: 1,
  title: 'RR Lyrae templates',
  summary: 'Search each object for the period of an RR Lyrae star by fitting template light curves, in all bands at once.',
  help: `At each trial period m(t) = m₀ + A · T(t/P - φ), A >= 0, is fitted for every template T; period and phase φ are shared by all bands, level m₀ and amplitude A are each band's own. The score is 1 - χ²/χ²₀, over all bands.

The templates are ours: Fourier series of ten harmonics measured from the g, r and i photometry of RR Lyrae stars in Stripe 82 (Sesar et al. 2010), three of type ab by how fast they rise and one of type c. test/golden/make_rrlyrae_templates.py makes them.

For a given period and phase, level and amplitude are linear, and with templates as Fourier series the fit follows from the sums of the points' harmonics alone. So the phase is searched globally (64 phases, then refined), where gatspy starts one non-linear fit that may end in a local minimum. Two passes: on the whole grid, one curve of all bands (medians taken away, divided by their robust scatter) and the templates' first four harmonics; this is the curve that is drawn. Then the fifteen best, with whole templates and every band for itself; the five best of these are refined between grid points.

Errors: shapeError times the band's robust scatter is added to them in quadrature, because stars differ from templates by about that, and otherwise the few brightest points decide. Without errors all points of a band weigh the same. Values beyond five robust standard deviations from their band's median are brought back to there. Fluxes are turned into magnitudes.

Results: period, score, template, epoch (a time of maximum light), amplitude (peak to peak, in the band with the most points, which is named), bands used (a band needs 5 points), and the next best periods. Traps: everything has a best RR Lyrae period, also a constant star; believe scores above about 0.7. Aliases of the day remain with few points.`,
  cite: 'Sesar et al. 2010, ApJ 708, 717, doi:10.1088/0004-637X/708/1/717; VanderPlas & Ivezić 2015, ApJ 812, 18, doi:10.1088/0004-637X/812/1/18',
  params: Type.Object(
    {
      minimumPeriod: Type.Optional(
        Type.Number({ title: 'Shortest period', description: 'Absent = 0.2 days.', exclusiveMinimum: 0, unit: 'time', origin: 'Sesar et al. 2010' }),
      ),
      maximumPeriod: Type.Optional(Type.Number({ title: 'Longest period', description: 'Absent = 1.2 days.', exclusiveMinimum: 0, unit: 'time' })),
      frequencies: Type.Optional(
        Type.Integer({ title: 'Frequencies', description: 'How many, evenly between the periods; absent = by samples per peak.', minimum: 3 }),
      ),
      samplesPerPeak: Type.Number({
        title: 'Samples per peak',
        description: 'Frequencies across the width of a peak in the first pass.',
        default: 5,
        exclusiveMinimum: 0,
        origin: 'gatspy',
        slider: [3, 15],
      }),
      shapeError: Type.Number({
        title: 'Error of the shapes',
        description: 'Added to the errors in quadrature, as a share of each band’s robust scatter.',
        default: 0.05,
        minimum: 0,
        slider: [0, 0.2],
      }),
      brightness: brightnessParam,
    },
    { additionalProperties: false },
  ),
  ...jointSearchShape,
  kernel: (input, params, context) => rising(templateSteps(input, params, context)),
  examples: [
    {
      title: 'A constant star has no period',
      columns: { time: [0, 1, 2, 3, 4, 5, 6, 7, 8], value: [15, 15, 15, 15, 15, 15, 15, 15, 15] },
      params: { minimumPeriod: 0.5, maximumPeriod: 0.6 },
      expect: { results: [{ bands: undefined }] },
    },
  ],
  figure: { data: 'magnitude' },
  describe: ({ minimumPeriod, maximumPeriod }) => `RR Lyrae shapes, periods ${minimumPeriod ?? '0.2 d'} to ${maximumPeriod ?? '1.2 d'}`,
});
