import { NestedHarmonics, type FitCurve } from '../../../core/numerics/nested-harmonics';
import type { Progress } from '../../../core/protocol/outcome';
import type { BinnedCurve } from '../../components/plot/binned-curve';
import { FLAGGED } from '../../components/plot/points-layer';
import type { FoldedPoints } from './use-folded';

/** A sum of harmonics over one cycle, drawn as a smooth curve. */
export interface HarmonicModel {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Of the values about the model, weighted as the fit was. */
  readonly rms: number;
  /** From its lowest to its highest value. */
  readonly amplitude: number;
}

const PLACES = 400;

/** The model of values over phase (times in cycles), by weighted least squares. Undefined with fewer values than unknowns. */
function* modelSteps(curve: FitCurve, terms: number, start: number): Generator<Progress, HarmonicModel | undefined> {
  if (curve.times.length < 2 * terms + 2) return undefined;
  const fit = yield* NestedHarmonics.prepareSteps(curve, terms, 0);
  const explained = yield* fit.fitSteps(1);
  const waves = fit.coefficients(terms);
  const level = fit.level(waves);
  const x = Float64Array.from({ length: PLACES + 1 }, (_, i) => start + i / PLACES);
  const y = x.map((phase) => {
    let sum = level;
    for (let k = 1; k <= terms; k++) {
      const angle = 2 * Math.PI * k * phase;
      sum += waves[2 * k - 2]! * Math.cos(angle) + waves[2 * k - 1]! * Math.sin(angle);
    }
    return sum;
  });
  const rms = Math.sqrt(fit.variance * Math.max(0, 1 - explained[terms]!));
  return { x, y, rms, amplitude: y.reduce((a, b) => Math.max(a, b), -Infinity) - y.reduce((a, b) => Math.min(a, b), Infinity) };
}

/**
 * From the points that are not flagged. With errors each weighs 1/σ², and points without a positive error take no part; without any error all weigh
 * the same. O(points · terms).
 */
export function* pointsModelSteps(p: FoldedPoints, terms: number, start: number): Generator<Progress, HarmonicModel | undefined> {
  const { x, y, marks, yError } = p;
  const hasErrors = yError?.some((e) => e > 0 && e < Infinity) ?? false;
  const [times, values, weights] = [new Float64Array(p.count), new Float64Array(p.count), new Float64Array(p.count)];
  let n = 0;
  let total = 0;
  for (let i = 0; i < p.count; i++) {
    if (marks[i]! & FLAGGED || y[i]! - y[i]! !== 0 || x[i]! - x[i]! !== 0) continue;
    const weight = hasErrors ? 1 / yError![i]! ** 2 : 1;
    if (!(weight > 0) || weight === Infinity) continue;
    times[n] = x[i]!;
    values[n] = y[i]!;
    weights[n++] = weight;
    total += weight;
  }
  for (let i = 0; i < n; i++) weights[i]! /= total;
  yield { fraction: 0.2 };
  const curve = { times: times.subarray(0, n), values: values.subarray(0, n), weights: weights.subarray(0, n) };
  return yield* modelSteps(curve, terms, start);
}

/** From a binned curve of means, each weighing its rows: what can be made anew for every frame. The scatter within the bins counts in the rms. */
export function* binsModelSteps(curve: BinnedCurve, terms: number, start: number): Generator<Progress, HarmonicModel | undefined> {
  const use = [...curve.counts.keys()].filter((b) => curve.counts[b]! > 0);
  const rows = use.reduce((n, b) => n + curve.counts[b]!, 0);
  let within = 0;
  for (const b of use) if (curve.counts[b]! > 1) within += (curve.counts[b]! * curve.error[b]!) ** 2;
  const model = yield* modelSteps(
    {
      times: Float64Array.from(use, (b) => curve.phase[b]!),
      values: Float64Array.from(use, (b) => curve.level[b]!),
      weights: Float64Array.from(use, (b) => curve.counts[b]! / rows),
    },
    terms,
    start,
  );
  return model && { ...model, rms: Math.sqrt(model.rms ** 2 + within / rows) };
}
