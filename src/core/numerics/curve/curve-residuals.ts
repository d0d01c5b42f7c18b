import type { Progress } from '../../protocol/outcome';
import { selectKth } from '../quickselect';
import { anew, type Remember } from '../memory';
import { part } from '../steps';
import { type ModelFit, type ModelSpec, fitModelSteps, modelCost } from './curve-model';
import { type Fold, foldSearchCost, foldSearchSteps } from './fold-search';
import type { LightCurve } from './light-curve';

export interface CurveOptions {
  /** Residuals over scale beyond which a point is taken out of the fits. */
  readonly sigma: number;
  /** A known period; 0 = look for one. */
  readonly period: number;
  /** Of the search for a period; 0 = no search. */
  readonly maximumFrequency: number;
  /** What does not depend on sigma can be kept. */
  readonly remember?: Remember;
}

export interface CurveResiduals {
  /** value - prediction of the best model, NaN where it has none. */
  readonly residuals: Float64Array;
  /** The smallest residual over its scale of all good models, signed; 0 where there is none. What any of them explains is no outlier. */
  readonly z: Float64Array;
  readonly model: string;
  /** Period that was given or found; undefined when there is none. */
  readonly period: number | undefined;
  /** Points of each good model agree within this many errors on average: see modelCost. */
  readonly cost: number;
  /** True when the period search was left out because it would take too long. */
  readonly searchSkipped: boolean;
}

/** A time-only model that leaves no more than this, and no more outliers, has nothing periodic left in it. */
const QUIET = 1.15;
const QUIET_SHARE = 0.025;
/** Models up to so many times the best one's cost have a say. */
const TOLERANCE = 1.25;
/** Dispersion about a folded curve below which it is a candidate. */
const FOLDED = 0.8;
/** Points times frequencies a search may cost. */
const SEARCH_BUDGET = 4e7;
const PASSES = 2;
/** More candidates than this share are no outliers, but a model that does not fit. */
const MOST = 0.15;

function timeModels(curve: LightCurve): readonly ModelSpec[] {
  const common = { at: curve.times, wrap: 0, values: curve.values } as const;
  const single: ModelSpec[] = [
    { ...common, name: 'trend', neighbours: 31, scaleReach: 15, pooled: false },
    { ...common, name: 'local trend', neighbours: 7, scaleReach: 10, pooled: false },
  ];
  if (curve.bands.length < 2) return single;
  return [
    ...single,
    { ...common, name: 'local trend of all bands', neighbours: 7, scaleReach: 12, pooled: true },
    { ...common, name: 'trend of all bands', neighbours: 13, scaleReach: 12, pooled: true },
  ];
}

function phaseModels(curve: LightCurve, period: number): readonly ModelSpec[] {
  const at = curve.times.map((t) => {
    const turns = (t - curve.times[0]!) / period;
    return turns - Math.floor(turns);
  });
  const common = { at, wrap: 1, values: curve.driftless } as const;
  const single: ModelSpec = { ...common, name: 'phase', neighbours: 11, scaleReach: 8, pooled: false };
  if (curve.bands.length < 2) return [single];
  return [single, { ...common, name: 'phase of all bands', neighbours: 15, scaleReach: 12, pooled: true }];
}

/** Whether one of the models in time leaves little more than the errors, with few outliers. */
function hasQuiet(curve: LightCurve, models: readonly { readonly fit: ModelFit; readonly cost: number }[], sigma: number): boolean {
  return models.some(({ fit, cost }) => {
    if (!(curve.hasErrors && cost <= QUIET)) return false;
    let off = 0;
    smallest(curve, [fit]).forEach((z, i) => (off += curve.plausible[i] === 1 && Math.abs(z) > sigma ? 1 : 0));
    return off <= QUIET_SHARE * curve.count;
  });
}

/** Driftless values about their band's level, without the tails: what a period is looked for in. */
function* searchSteps(curve: LightCurve, maximumFrequency: number): Generator<Progress, Fold | undefined> {
  const varying: number[] = [];
  for (let i = 0; i < curve.count; i++) if (curve.bands[curve.band[i]!]!.spread > 0) varying.push(i);
  if (varying.length < 20) return undefined;
  const values = Float64Array.from(varying, (i) => {
    const band = curve.bands[curve.band[i]!]!;
    return Math.max(band.low, Math.min(band.high, curve.driftless[i]!)) - band.level;
  });
  return yield* foldSearchSteps(
    Float64Array.from(varying, (i) => curve.times[i]!),
    values,
    maximumFrequency,
  );
}

/** Smallest |residual| / max(error, scale) of the models at each point, with its sign. */
function smallest(curve: LightCurve, fits: readonly ModelFit[]): Float64Array {
  const z = new Float64Array(curve.count);
  for (let i = 0; i < z.length; i++) {
    let best = Infinity;
    for (const { residuals, scale } of fits) {
      // Errors made up from the scatter are no lower limit: they hold the signal, too.
      const width = curve.hasErrors ? Math.max(curve.errors[i]!, scale[i]! >= 0 ? scale[i]! : 0) : scale[i]! > 0 ? scale[i]! : curve.errors[i]!;
      const z = residuals[i]! / width;
      if (residuals[i]! - residuals[i]! === 0 && width > 0 && Math.abs(z) < Math.abs(best)) best = z;
    }
    z[i] = best === Infinity ? 0 : best;
  }
  return z;
}

/** The plausible points without the outliers; in the first pass only the worst of each neighbourhood, since it pulls at the others. */
function withoutOutliers(curve: LightCurve, z: Float64Array, sigma: number, isFirst: boolean): Uint8Array | undefined {
  const worst: number[] = [];
  for (let i = 0; i < curve.count; i++) if (curve.plausible[i] === 1 && Math.abs(z[i]!) > sigma) worst.push(i);
  if (worst.length > MOST * curve.count) return undefined;
  worst.sort((a, b) => Math.abs(z[b]!) - Math.abs(z[a]!) || a - b);
  const use = curve.plausible.slice();
  for (const i of worst) {
    let isShadow = false;
    for (let j = Math.max(0, i - 3); isFirst && j <= Math.min(curve.count - 1, i + 3); j++)
      if (curve.plausible[j] === 1 && use[j] === 0) isShadow = true;
    if (!isShadow) use[i] = 0;
  }
  return use;
}

/** Errors that are too small make everything an outlier: z is divided by how much wider its inner 95 % is than a Gaussian's. */
function calibrate(z: Float64Array): void {
  if (z.length === 0) return;
  // The value at or below the 95th percentile: in a short light curve the next one is the outlier itself.
  const wide = selectKth(z.map(Math.abs), Math.floor(0.95 * (z.length - 1)), 0, z.length - 1) / 1.959964;
  if (wide > 1) for (let i = 0; i < z.length; i++) z[i]! /= wide;
}

/**
 * How far each point of a light curve lies off what the others say it should be: local trends in time, of each band and of all together,
 * and the curve folded with a known or found period. Each predicts a point from its neighbours without the point itself; the models whose
 * residuals are small enough have a say, and a point counts as being off only as far as all of them agree.
 */
export function* curveResidualsSteps(curve: LightCurve, options: CurveOptions): Generator<Progress, CurveResiduals> {
  const { remember = anew } = options;
  const { times, values, errors, band, plausible } = curve;
  const inputs = [times, values, errors, band, plausible];
  const models: { fit: ModelFit; cost: number }[] = [];
  const add = function* (specs: readonly ModelSpec[], from: number, to: number, period = 0): Generator<Progress, void> {
    for (const [k, spec] of specs.entries()) {
      const share = (to - from) / specs.length;
      const fitting = remember(`${spec.name} ${period}`, inputs, () => fitModelSteps(curve, spec, plausible));
      const fit = yield* part(fitting, from + k * share, from + (k + 1) * share);
      models.push({ fit, cost: modelCost(curve, fit, plausible) });
    }
  };
  yield* add(timeModels(curve), 0, 0.3);
  const n = curve.count;
  const wantsSearch = options.period === 0 && options.maximumFrequency > 0 && n >= 20 && !hasQuiet(curve, models, options.sigma);
  const cost = n > 0 ? foldSearchCost(n, curve.times[n - 1]! - curve.times[0]!, options.maximumFrequency) : 0;
  const searchSkipped = wantsSearch && cost > SEARCH_BUDGET;
  let period = options.period > 0 ? options.period : undefined;
  if (wantsSearch && !searchSkipped) {
    const searching = remember(`search ${options.maximumFrequency}`, inputs, () => searchSteps(curve, options.maximumFrequency));
    const fold = yield* part(searching, 0.3, 0.6);
    if (fold && fold.theta < FOLDED) period = fold.period;
  }
  yield { fraction: 0.6 };
  if (period !== undefined && n > 0) yield* add(phaseModels(curve, period), 0.6, 0.7, period);
  models.sort((a, b) => a.cost - b.cost);
  const best = models[0]!;
  let good = models.filter((m) => m.cost <= TOLERANCE * best.cost).map((m) => m.fit);
  let z = smallest(curve, good);
  let before = curve.plausible;
  for (let pass = 0; pass < PASSES; pass++) {
    const use = withoutOutliers(curve, z, options.sigma, pass === 0);
    const last = before;
    if (!use || use.every((v, i) => v === last[i])) break;
    before = use;
    const again: ModelFit[] = [];
    for (const [k, fit] of good.entries()) {
      const from = 0.7 + (0.3 * (pass + k / good.length)) / PASSES;
      again.push(yield* part(fitModelSteps(curve, fit.spec, use, fit), from, from + 0.3 / PASSES / good.length));
    }
    good = again;
    z = smallest(curve, good);
  }
  calibrate(z);
  const { spec, residuals } = good[0]!;
  return { residuals, z, model: spec.name, period, cost: best.cost, searchSkipped };
}
