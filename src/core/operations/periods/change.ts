import { Type } from '@sinclair/typebox';
import { timeUnit } from '../../model/time-unit';
import { dayIn } from '../../numerics/aliases';
import { jointCurveSteps } from '../../numerics/joint-curve';
import type { FitCurve } from '../../numerics/nested-harmonics';
import {
  type Delay,
  type Measured,
  type Parabola,
  delaysSteps,
  frequencyNearSteps,
  normalizedSteps,
  parabolaThrough,
  partsOf,
} from '../../numerics/period-change';
import { periodVoteSteps } from '../../numerics/period-vote';
import { part, rising } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { type Batch, type Context, type Effect, type ResultValue, type Series, defineOperation } from '../definition';
import { type Brightness, type JointPoints, averageManySteps, brightnessParam, jointPointsSteps, jointSearchShape } from '../joint-points';

const FEWEST = 20;
/** Points of a half or a group for each harmonic. */
const POINTS_PER_TERM = 4;
/** Highest frequency searched when no period is given, a day; two turns at least. */
const PER_DAY = 5;
const FIT_POINTS = 101;

interface Params {
  readonly period?: number;
  readonly terms: number;
  readonly groups: number;
  readonly brightness: Brightness;
}

interface Found {
  readonly whole: Measured;
  readonly first: Measured | undefined;
  readonly second: Measured | undefined;
  readonly delays: readonly Delay[];
  readonly parabola: Parabola | undefined;
}

const known = (v: number | undefined): number | undefined => (v !== undefined && v - v === 0 ? v : undefined);

/** A frequency as a period. */
const periodOf = (f: Measured | undefined): Measured | undefined => f && { value: 1 / f.value, error: f.error / (f.value * f.value) };

/** Keys of the result row, the same for every object. */
function resultRow(found: Found | undefined): Record<string, ResultValue> {
  const [whole, first, second] = [found?.whole, found?.first, found?.second].map(periodOf);
  const change = first && second && { value: second.value - first.value, error: Math.hypot(first.error, second.error) };
  const parabola = found?.parabola;
  const rate = parabola && whole && { value: (2 * parabola.coefficients[2]) / whole.value, error: (2 * parabola.error) / whole.value };
  return {
    period: whole?.value,
    period_error: known(whole?.error),
    period_first: first?.value,
    period_first_error: known(first?.error),
    period_second: second?.value,
    period_second_error: known(second?.error),
    change: change?.value,
    change_error: known(change?.error),
    significance: change && known(Math.abs(change.value) / change.error),
    dp_dt: rate?.value,
    dp_dt_error: known(rate?.error),
    dp_dt_significance: rate && known(Math.abs(rate.value) / rate.error),
    groups: found?.delays.length,
  };
}

function seriesOf({ delays, parabola, whole }: Found, unit: string | undefined): Series[] {
  const axis = { name: 'cycle', values: Float64Array.from(delays, (d) => d.cycle) };
  const name = 'observed − computed';
  const out: Series[] = [
    {
      name: 'O−C',
      x: axis,
      y: { name, unit, values: Float64Array.from(delays, (d) => d.delay.value) },
      marks: delays.map((d) => ({ x: d.cycle, y: d.delay.value, label: `± ${d.delay.error.toPrecision(2)}${unit ? ` ${unit}` : ''}` })),
    },
  ];
  if (!parabola) return out;
  const [from, to] = [delays[0]!.cycle, delays[delays.length - 1]!.cycle];
  const x = Float64Array.from({ length: FIT_POINTS }, (_, k) => from + ((to - from) * k) / (FIT_POINTS - 1));
  const [a, b, c] = parabola.coefficients;
  const rate = ((2 * c * whole.value) as number).toPrecision(3);
  out.push({ name: `parabola, dP/dt ${rate}`, x: { name: 'cycle', values: x }, y: { name, unit, values: x.map((e) => a + b * e + c * e * e) } });
  return out;
}

/** The period to start from: the one given, or what the vote finds. */
function* startSteps(points: JointPoints, period: number | undefined, day: number): Generator<Progress, number | undefined> {
  if (period !== undefined) return 1 / period;
  const minimum = 2 / points.baseline;
  const verdict = yield* periodVoteSteps({ ...points, trend: 'auto', minimum, maximum: Math.max(PER_DAY / day, 2 * minimum), day });
  return verdict?.winner.frequency;
}

function* analyseSteps(curve: FitCurve, start: number, terms: number, groups: number, baseline: number): Generator<Progress, Found> {
  const whole = yield* part(frequencyNearSteps(curve, start, terms, 0.5 / baseline), 0, 0.3);
  const n = curve.times.length;
  const halves: (Measured | undefined)[] = [];
  if (n >= 2 * POINTS_PER_TERM * terms)
    for (const half of partsOf(curve, 2)) {
      const span = half.times[half.times.length - 1]! - half.times[0]!;
      const even = yield* part(normalizedSteps(half), 0.3, 0.3);
      halves.push(span > 0 ? yield* part(frequencyNearSteps(even, whole.value, terms, 0.5 / span), 0.3, 0.3) : undefined);
    }
  const count = Math.min(groups, Math.floor(n / (POINTS_PER_TERM * Math.max(2, terms))));
  const delays = count < 2 ? [] : yield* part(delaysSteps(curve, whole.value, terms, partsOf(curve, count)), 0.8, 1);
  return { whole, first: halves[0], second: halves[1], delays, parabola: parabolaThrough(delays) };
}

function* curveSteps(points: JointPoints, context: Context): Generator<Progress, FitCurve | undefined> {
  const curve = yield* jointCurveSteps({ ...points, detrend: false });
  if (!curve) context.alert({ severity: 'warning', message: 'values too large or too small to be squared: no period', rows: points.times.length });
  return curve && { times: curve.times, values: curve.clipped, weights: curve.weights };
}

function* changeSteps(input: Batch, { period, terms: wanted, groups, brightness }: Params, context: Context): Generator<Progress, Effect> {
  const unit = timeUnit(input.unit(input.nameOf('time')!));
  const day = dayIn(unit) ?? 1;
  const nothing = { results: [resultRow(undefined)], series: [] };
  const raw = yield* part(jointPointsSteps(input, context, brightness, FEWEST), 0, 0.05);
  if (!raw) return nothing;
  const points = yield* part(averageManySteps(raw, period === undefined ? PER_DAY / day : 1 / period, context), 0.05, 0.1);
  const start = yield* part(startSteps(points, period, day), 0.1, 0.6);
  const curve = yield* part(curveSteps(points, context), 0.6, 0.65);
  if (start === undefined || !curve) return nothing;
  if (start * raw.baseline < 2) {
    context.alert({ severity: 'warning', message: 'fewer than two turns of the period: nothing to compare', rows: points.times.length });
    return nothing;
  }
  const terms = Math.max(1, Math.min(wanted, Math.floor(points.times.length / (4 * POINTS_PER_TERM))));
  if (terms < wanted)
    context.alert({ severity: 'info', message: `${terms} harmonics instead of ${wanted}: there are few points`, rows: points.times.length });
  const found = yield* part(analyseSteps(curve, start, terms, groups, raw.baseline), 0.65, 1);
  return { results: [resultRow(found)], series: found.delays.length > 0 ? seriesOf(found, unit) : [] };
}

export default defineOperation({
  id: 'periods.change',
  version: 1,
  title: 'Period change',
  summary: 'Measure whether a period changes: first half against second half, and delays against a constant period.',
  help: `Three looks at one question, all about a Fourier series of \`terms\` harmonics with the given period (or the one that the vote of methods finds for each object).

Halves: the period is fitted again in the first half of the points and in the second, within half a frequency resolution of the half's time span. change is second minus first, significance is the change over its error.

O−C: the curve of all points is shifted in time onto each of \`groups\` runs of equally many points; level and amplitude are each run's own. A positive delay means that it comes later than a constant period has it. They are drawn over the cycle number, counted from the first point. Delays are taken within half a period of the one before: a change that runs away faster is not followed.

dP/dt: a parabola through the delays, weighted by their errors; O−C = c₀ + c₁E + c₂E², dP/dt = 2c₂/P, a pure number (time per time; days per day times 365.25 · 86400 is seconds a year). Four delays are needed. Its error is scaled up when the parabola fits worse than the errors say.

Errors are where χ² rises by 1, noise being taken from the residuals of the fit: they hold for independent noise. Spots, modulated amplitudes (Blazhko) and second periods make delays that are no period change: look at the curve of the delays.

All bands of an object are brought to one curve: medians taken away, divided by their robust scatter where every band varies. Values beyond five robust standard deviations are brought back to there. More than 20 000 points are averaged over a twentieth of the period.`,
  cite: 'Sterken 2005, ASP Conf. Ser. 335, 3 (the O−C method)',
  params: Type.Object(
    {
      period: Type.Optional(Type.Number({ title: 'Period', description: 'Absent = searched for each object.', exclusiveMinimum: 0, unit: 'time' })),
      terms: Type.Integer({ title: 'Terms', description: 'Harmonics of the curve.', default: 4, minimum: 1, maximum: 10, slider: [1, 8] }),
      groups: Type.Integer({
        title: 'Groups',
        description: 'Runs of equally many points whose delays are measured. Fewer when they would have fewer than four points a harmonic.',
        default: 8,
        minimum: 2,
        maximum: 1000,
        slider: [4, 30],
      }),
      brightness: brightnessParam,
    },
    { additionalProperties: false },
  ),
  ...jointSearchShape,
  kernel: (input, params, context) => rising(changeSteps(input, params, context)),
  examples: [
    {
      title: 'A constant period does not change',
      columns: {
        time: Array.from({ length: 120 }, (_, i) => 0.83 * i + 0.1 * Math.sin(i * i)),
        value: Array.from({ length: 120 }, (_, i) => 10 + Math.sin(2 * Math.PI * (0.83 * i + 0.1 * Math.sin(i * i)))),
      },
      params: { period: 1, terms: 1, groups: 6 },
      expect: { results: [{ groups: 6 }] },
    },
  ],
  figure: { data: 'magnitude', params: { period: 0.5683 } },
  describe: ({ period, groups }) => `${period === undefined ? 'period searched' : `period ${period}`}, ${groups} groups`,
});
