import type { Progress } from '../protocol/outcome';
import { ALL_DIPS, DipFit, type Dips } from './dip-fit';
import { type FitCurve, NestedHarmonics } from './nested-harmonics';
import { RR_LYRAE_SHAPES } from './rrlyrae-shapes';
import { part } from './steps';
import { TemplateFit } from './template-fit';

export type ModelKind = 'harmonics' | 'transit' | 'eclipses' | 'template';

/** A model fitted at a frequency. */
export interface ModelFit {
  readonly frequency: number;
  readonly kind: ModelKind;
  /** Number of harmonics, or of the template. */
  readonly order: number;
  /** Share of the variance that it explains. */
  readonly explained: number;
  /** Bayesian information criterion against no variation at all: the lower, the better; above 0 it explains nothing. */
  readonly criterion: number;
  /** Of eclipses and transits. */
  readonly dips?: Dips | undefined;
}

export interface ModelOptions {
  /** Most harmonics. */
  readonly most: number;
  readonly baseline: number;
  /** Frequencies at which RR Lyrae templates are tried. */
  readonly templates: readonly [number, number];
  /** How many points count as one independent one. */
  readonly designEffect: number;
}

/** Each parameter costs this times ln n: more than Schwarz's 1, since noise is never white nor Gaussian. */
const PENALTY = 1.5;
/** Below this share of unexplained variance fits count as equally good: how exactly frequencies were refined decides between them. */
const FLOOR = 1e-6;
/** Harmonics that any light curve may have; more only where there are twice as many turns: few turns fit any shape. */
const FREE_HARMONICS = 3;

/**
 * Models of a light curve at one frequency, made comparable by the Bayesian information criterion (Schwarz 1978, Ann. Statist. 6, 461,
 * doi:10.1214/aos/1176344136): 1, 2 … harmonics, one dip (a transit), two dips half a turn apart (eclipses), RR Lyrae templates. A period twice too long
 * needs twice the harmonics for the same fit and loses; half the period of unequal eclipses fits worse and loses.
 */
export class PeriodModels {
  private readonly shapes: readonly TemplateFit[];

  private constructor(
    private readonly points: number,
    private readonly harmonics: NestedHarmonics,
    private readonly dips: DipFit,
    private readonly options: ModelOptions,
  ) {
    this.shapes = RR_LYRAE_SHAPES.map((shape) => new TemplateFit(shape));
  }

  /** The curve with brightness up. O(points). */
  static *prepareSteps(curve: FitCurve, options: ModelOptions): Generator<Progress, PeriodModels> {
    const most = Math.max(options.most, RR_LYRAE_SHAPES[0]!.cos.length);
    const harmonics = yield* part(NestedHarmonics.prepareSteps(curve, most), 0, 0.6);
    return new PeriodModels(curve.times.length, harmonics, yield* part(DipFit.prepareSteps(curve), 0.6, 1), options);
  }

  private criterion(explained: number, parameters: number): number {
    const { designEffect } = this.options;
    return (this.points / designEffect) * Math.log(Math.max(FLOOR, 1 - explained)) + PENALTY * parameters * Math.log(this.points);
  }

  /** The best number of harmonics, and what the first and the first three explain. */
  *harmonicSteps(frequency: number): Generator<Progress, ModelFit & { readonly one: number; readonly three: number }> {
    const { most, baseline } = this.options;
    const explained = yield* this.harmonics.fitSteps(frequency, most);
    const allowed = Math.min(most, Math.max(FREE_HARMONICS, Math.floor((frequency * baseline) / 2)));
    let order = 1;
    let criterion = Infinity;
    for (let k = 1; k <= allowed; k++) {
      const value = this.criterion(explained[k]!, 2 * k + 1);
      if (value >= criterion) continue;
      criterion = value;
      order = k;
    }
    return {
      frequency,
      kind: 'harmonics',
      order,
      explained: explained[order]!,
      criterion,
      one: explained[1]!,
      three: explained[Math.min(3, most)]!,
    };
  }

  /** The better of one and two dips, of the shapes to try. */
  *dipSteps(frequency: number, shapes: readonly number[]): Generator<Progress, ModelFit> {
    const dips = yield* this.dips.fitSteps(frequency, shapes);
    const two = this.criterion(dips.explained, 5);
    const one = this.criterion(dips.single.explained, 4);
    if (two < one) return { frequency, kind: 'eclipses', order: 2, explained: dips.explained, criterion: two, dips };
    return { frequency, kind: 'transit', order: 1, explained: dips.single.explained, criterion: one, dips };
  }

  /** The best RR Lyrae template; undefined outside their periods. */
  *templateSteps(frequency: number): Generator<Progress, ModelFit | undefined> {
    const [low, high] = this.options.templates;
    if (frequency < low || frequency > high) return undefined;
    const { harmonics } = this;
    yield* harmonics.sumSteps(frequency, this.shapes[0]!.harmonics);
    let order = 0;
    let explained = 0;
    for (const [k, shape] of this.shapes.entries()) {
      shape.load(harmonics.sums, harmonics.most);
      const match = shape.best();
      if (match.explained <= explained) continue;
      explained = match.explained;
      order = k;
    }
    explained /= harmonics.variance;
    return { frequency, kind: 'template', order, explained, criterion: this.criterion(explained, 4) };
  }

  /** A model of one kind at a frequency. */
  *fitSteps(kind: ModelKind, frequency: number): Generator<Progress, ModelFit> {
    if (kind === 'harmonics') return yield* this.harmonicSteps(frequency);
    if (kind === 'template') return (yield* this.templateSteps(frequency)) ?? { frequency, kind, order: 0, explained: 0, criterion: Infinity };
    return yield* this.dipSteps(frequency, ALL_DIPS);
  }

  /** The same kind of model at the best frequency near `fit`'s: steps of `span`, then half of it, `rounds` times; dips keep their shape till the end. */
  *refineSteps(fit: ModelFit, span: number, rounds: number): Generator<Progress, ModelFit> {
    let best = fit;
    for (let round = 0; round < rounds; round++) {
      const centre = best.frequency;
      const step = span / 2 ** round;
      for (const frequency of [centre - step, centre + step]) {
        const { dips } = best;
        const other = yield* dips ? this.dipSteps(frequency, [dips.shape, dips.single.shape]) : this.fitSteps(best.kind, frequency);
        if (other.criterion < best.criterion) best = other;
      }
    }
    return best.dips && best !== fit ? yield* this.dipSteps(best.frequency, ALL_DIPS) : best;
  }
}
