import type { Progress } from '../protocol/outcome';
import { designEffect } from './design-effect';
import { gridPowerSteps } from './fast-lomb-scargle';
import { FEW_DIPS } from './dip-fit';
import { foldedOutliersSteps } from './folded-outliers';
import { type JointCurve, type JointInput, jointCurveSteps } from './joint-curve';
import { keepApart } from './keep-apart';
import { leaveOutSteps } from './leave-out';
import { type FrequencyGrid, LombScargle } from './lomb-scargle';
import { type FitCurve, NestedHarmonics } from './nested-harmonics';
import { type ModelFit, PeriodModels } from './period-models';
import { type Nominee, nominateSteps } from './period-nominees';
import { settle } from './period-verdict';
import { inBlocks, part } from './steps';

/** What each way of looking at one frequency says. */
export interface Look {
  readonly frequency: number;
  /** Shares of the variance explained by one and by three harmonics, by one dip, and by the best template (0 where none is tried). */
  readonly one: number;
  readonly three: number;
  readonly dip: number;
  readonly template: number;
  /** The model with the lowest criterion. */
  readonly best: ModelFit;
}

export interface VoteInput extends Omit<JointInput, 'detrend'> {
  readonly trend: 'auto' | 'none' | 'linear';
  readonly minimum: number;
  readonly maximum: number;
  /** A day in the unit of time, when known. */
  readonly day: number | undefined;
}

export interface Verdict {
  readonly winner: ModelFit;
  /** Fits at the frequencies that came to the last round, the winner first. */
  readonly finalists: readonly ModelFit[];
  /** Every frequency that was looked at. */
  readonly looks: readonly Look[];
  readonly grid: FrequencyGrid;
  /** One-term powers on the grid. */
  readonly power: Float64Array;
  /** Whether a line was taken out. */
  readonly detrended: boolean;
  readonly baseline: number;
  readonly curve: JointCurve;
  /** The curve without the points left out of the last round. */
  readonly clean: FitCurve;
}

/** Samples across the width of a peak of the one-term powers. */
const SAMPLES = 5;
/** Harmonics' powers are looked up to this many times the highest frequency. */
const REACH = 2;
const LOOK_HARMONICS = 8;
const FINAL_HARMONICS = 12;
const REFINED = 6;
const MULTIPLIED = 4;
const FINALISTS = 8;
const OUTLIER_SIGMA = 5;
/** Periods of RR Lyrae stars, in days. */
const RR_LYRAE_DAYS = [0.2, 1.2] as const;
/** Ratios of frequencies that a look is taken at beside a good one. */
const RATIOS = [1 / 2, 2, 1 / 3, 3, 2 / 3, 3 / 2, 1 / 4, 4] as const;

const templatesIn = (day: number | undefined): readonly [number, number] =>
  day === undefined ? [Infinity, -Infinity] : [1 / (RR_LYRAE_DAYS[1] * day), 1 / (RR_LYRAE_DAYS[0] * day)];

/** Takes all looks at a frequency; the harmonics also half a grid step beside it. */
function* lookSteps(models: PeriodModels, frequency: number, aside: number): Generator<Progress, Look> {
  let harmonic = yield* models.harmonicSteps(frequency);
  if (aside > 0)
    for (const f of [frequency - aside, frequency + aside]) {
      const other = yield* models.harmonicSteps(f);
      if (other.criterion < harmonic.criterion) harmonic = other;
    }
  const dips = yield* models.dipSteps(harmonic.frequency, FEW_DIPS);
  const template = yield* models.templateSteps(harmonic.frequency);
  const best = [harmonic, dips, ...(template ? [template] : [])].reduce((a, b) => (b.criterion < a.criterion ? b : a));
  const { one, three } = harmonic;
  return { frequency: best.frequency, one, three, dip: dips.dips!.single.explained, template: template?.explained ?? 0, best };
}

/** The looks with the lowest criteria, none within `separation` of a better one. */
function bestOf(looks: readonly Look[], most: number, separation: number): Look[] {
  const ordered = [...looks].sort((a, b) => a.best.criterion - b.best.criterion);
  return keepApart(ordered, separation, most);
}

/** Runs `work` on each item, yielding progress. */
function* eachSteps<T>(items: readonly T[], work: (item: T) => Generator<Progress, void>): Generator<Progress, void> {
  for (const [k, item] of items.entries()) {
    yield* part(work(item), k / items.length, k / items.length);
    yield { fraction: (k + 1) / items.length };
  }
}

/** One-term powers of the clipped curve from 0 to twice the highest frequency. */
function* powersSteps(curve: JointCurve, maximum: number, baseline: number): Generator<Progress, { grid: FrequencyGrid; power: Float64Array }> {
  const errors = new Float64Array(curve.weights.length);
  yield* inBlocks(errors.length, (from, to) => {
    for (let i = from; i < to; i++) errors[i] = 1 / Math.sqrt(curve.weights[i]!);
  });
  const search = yield* part(LombScargle.prepareSteps(curve.times, curve.clipped, errors, 1), 0, 0.05);
  const step = 1 / (SAMPLES * baseline);
  const grid = { first: 0, step, count: Math.ceil((REACH * maximum) / step) + 1 };
  const power = yield* part(gridPowerSteps(search, { ...grid, first: step, count: grid.count - 1 }), 0.05, 1);
  const table = new Float64Array(grid.count);
  table.set(power, 1);
  return { grid, power: table };
}

/** Looks at the nominees, at the multiples of the best, and, when the best is a day's alias of a slow variation, at that. */
function* campaignSteps(
  curve: FitCurve,
  nominees: readonly Nominee[],
  { minimum, maximum, day }: VoteInput,
  baseline: number,
): Generator<Progress, Look[]> {
  const options = { most: LOOK_HARMONICS, baseline, templates: templatesIn(day), designEffect: 1 };
  const models = yield* part(PeriodModels.prepareSteps(curve, options), 0, 0);
  const looks: Look[] = [];
  const width = 1 / baseline;
  yield* part(
    eachSteps(nominees, function* ({ frequency, harmonics }) {
      looks.push(yield* lookSteps(models, frequency, (0.05 * width) / harmonics));
    }),
    0,
    0.6,
  );
  const refining = eachSteps(bestOf(looks, REFINED, 0.3 * width), function* (look) {
    const best = yield* models.refineSteps(look.best, 0.05 * width, 4);
    looks.push({ ...look, best, frequency: best.frequency });
  });
  yield* part(refining, 0.6, 0.75);
  const multiples = bestOf(looks, MULTIPLIED, 0.3 * width).flatMap(({ frequency }) => {
    const slow = day === undefined ? [] : [Math.abs(frequency - Math.round(frequency * day) / day)];
    return [...RATIOS.map((r) => r * frequency), ...slow.filter((f) => f < 0.02 / day!)];
  });
  yield* part(
    eachSteps(multiples, function* (frequency) {
      if (frequency < minimum || frequency > maximum || looks.some((l) => Math.abs(l.frequency - frequency) < 0.01 * width)) return;
      looks.push(yield* lookSteps(models, frequency, 0));
    }),
    0.75,
    1,
  );
  return looks;
}

/** How far the points are from being independent about the best few harmonics. */
function* effectSteps(curve: FitCurve, frequency: number, reach: number): Generator<Progress, number> {
  const n = curve.times.length;
  const order = Math.min(6, Math.max(1, Math.floor(n / 30)));
  const fit = yield* part(NestedHarmonics.prepareSteps(curve, order), 0, 0);
  yield* part(fit.fitSteps(frequency), 0, 0);
  const residuals = yield* part(fit.residualsSteps(frequency, order), 0, 0);
  yield { fraction: 0 };
  return designEffect(curve, residuals, reach);
}

/** The best of the finalists, each with the model that suits it, on unclipped values without outliers. */
function* finalSteps(curve: FitCurve, looks: readonly Look[], input: VoteInput, baseline: number): Generator<Progress, ModelFit[]> {
  const width = 1 / baseline;
  const first = bestOf(looks, 1, 0)[0]!.frequency;
  const effect = yield* part(effectSteps(curve, first, Math.min(0.02 / first, 0.1 / input.maximum)), 0, 0);
  const options = { most: FINAL_HARMONICS, baseline, templates: templatesIn(input.day), designEffect: effect };
  const models = yield* part(PeriodModels.prepareSteps(curve, options), 0, 0);
  const fits: ModelFit[] = [];
  yield* part(
    eachSteps(bestOf(looks, FINALISTS, 0.2 * width), function* ({ frequency, best }) {
      const kinds = ['harmonics', 'eclipses', 'template'] as const;
      let fit: ModelFit | undefined;
      for (const kind of kinds) {
        const other = yield* models.fitSteps(kind, frequency);
        if (!fit || other.criterion < fit.criterion) fit = other;
      }
      fits.push(yield* models.refineSteps(fit!, (best.kind === 'harmonics' ? 0.02 : 0.01) * width, 6));
    }),
    0,
    0.9,
  );
  const settled = settle(fits, { width, day: input.day });
  const exact = yield* part(PeriodModels.prepareSteps(curve, { ...options, designEffect: 1 }), 0.9, 0.9);
  const again = yield* exact.fitSteps(settled[0]!.kind, settled[0]!.frequency);
  const refined = yield* exact.refineSteps(again, 0.1 * width, 7);
  return [{ ...refined, criterion: settled[0]!.criterion }, ...settled.slice(1)];
}

/** Whether a straight line explains the curve better than half of what any slow sinusoid does: then it is a drift, not a long period. */
function* isDriftingSteps(curve: JointCurve, baseline: number): Generator<Progress, boolean> {
  const { times, clipped, weights } = curve;
  const slow = yield* part(NestedHarmonics.prepareSteps({ times, values: clipped, weights }, 1), 0, 0);
  let best = 0;
  for (let k = 4; k <= 24; k++) best = Math.max(best, (yield* slow.fitSteps(k / (2 * baseline)))[1]!);
  let [mean, tt, tz] = [0, 0, 0];
  yield* inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) mean += weights[i]! * (times[i]! - times[0]!);
  });
  yield* inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const t = times[i]! - times[0]! - mean;
      tt += weights[i]! * t * t;
      tz += weights[i]! * t * (clipped[i]! - slow.mean);
    }
  });
  return slow.variance > 0 && tt > 0 && (tz * tz) / tt / slow.variance > 0.5 * best;
}

function* curveSteps(input: VoteInput, baseline: number): Generator<Progress, { curve: JointCurve; detrended: boolean } | undefined> {
  const { trend } = input;
  const plain = trend === 'linear' ? undefined : yield* jointCurveSteps({ ...input, detrend: false });
  if (trend !== 'linear' && !plain) return undefined;
  if (plain && (trend === 'none' || !(yield* isDriftingSteps(plain, baseline)))) return { curve: plain, detrended: false };
  const curve = yield* jointCurveSteps({ ...input, detrend: true });
  return curve && { curve, detrended: true };
}

/**
 * Finds the period of a light curve (times ascending, brightness up) by several methods and decides between them. Frequencies are nominated by sums of
 * one-term powers at their harmonics; every nominee, and the multiples of the best, is looked at with harmonics, dips and RR Lyrae templates; the best
 * go, without the points that lie away from the folded curve, to a last round that {@link settle} decides. Undefined when there is nothing to search in.
 * O(points · nominees + frequencies · log frequencies).
 */
export function* periodVoteSteps(input: VoteInput): Generator<Progress, Verdict | undefined> {
  const { times } = input;
  const baseline = times[times.length - 1]! - times[0]!;
  const made = yield* part(curveSteps(input, baseline), 0, 0.05);
  if (!made) return undefined;
  const { curve, detrended } = made;
  const { grid, power } = yield* part(powersSteps(curve, input.maximum, baseline), 0.05, 0.4);
  const nominees = yield* part(nominateSteps({ step: grid.step, power }, { ...input, separation: 0.3 / baseline }), 0.4, 0.4);
  if (nominees.length === 0) return undefined;
  const clipped: FitCurve = { times: curve.times, values: curve.clipped, weights: curve.weights };
  const looks = yield* part(campaignSteps(clipped, nominees, input, baseline), 0.4, 0.8);
  const isOut = yield* part(foldedOutliersSteps(curve, bestOf(looks, 1, 0)[0]!.frequency / 2, OUTLIER_SIGMA), 0.8, 0.83);
  const clean = yield* part(leaveOutSteps(curve, isOut), 0.83, 0.85);
  const finalists = yield* part(finalSteps(clean, looks, input, baseline), 0.85, 1);
  return { winner: finalists[0]!, finalists, looks, grid, power, detrended, baseline, curve, clean };
}
