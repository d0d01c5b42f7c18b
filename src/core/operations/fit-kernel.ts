import type { Role } from '../model/column';
import { PolynomialHarmonics } from '../numerics/polynomial-harmonics';
import { inBlocks, part } from '../numerics/steps';
import { type Regression, type RegressionPoints, weightedRegressionSteps } from '../numerics/weighted-regression';
import { AppError, type Progress } from '../protocol/outcome';
import type { Batch, Context, Effect, ResultValue } from './definition';

export interface FitParams {
  readonly column?: string | undefined;
  readonly degree: number;
  readonly harmonics: number;
  readonly period?: number | undefined;
  readonly reference?: number | undefined;
  readonly loss: 'squares' | 'huber';
  readonly tuning: number;
  readonly errors: 'given' | 'scaled';
}

/** `<value>_fit` and `<value>_residual`. */
export function fitColumns(nameOf: (role: Role) => string | undefined): readonly [string, string] {
  const value = nameOf('value') ?? 'value';
  return [`${value}_fit`, `${value}_residual`];
}

interface Gathered extends RegressionPoints {
  readonly errorless: number;
  /** Middle and half of the extent of x, mean of x. */
  readonly centre: number;
  readonly scale: number;
  readonly mean: number;
}

function* gatherSteps(input: Batch, from: Float64Array): Generator<Progress, Gathered> {
  const n = input.length;
  const values = input.role('value')!;
  const errors = input.role('error');
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  const scales = errors ? new Float64Array(n) : undefined;
  let count = 0;
  let errorless = 0;
  let least = Infinity;
  let most = -Infinity;
  let sum = 0;
  const block = (start: number, end: number): void => {
    for (let i = start; i < end; i++) {
      const at = from[i]!;
      const v = values[i]!;
      if (input.live[i] !== 1 || at - at !== 0 || v - v !== 0) continue;
      if (errors && !(errors[i]! > 0 && errors[i]! < Infinity)) {
        errorless++;
        continue;
      }
      if (scales) scales[count] = 1 / errors![i]!;
      if (at < least) least = at;
      if (at > most) most = at;
      // About the first, so that dates of millions keep their digits.
      sum += at - (count === 0 ? at : x[0]!);
      x[count] = at;
      y[count++] = v;
    }
  };
  yield* inBlocks(n, block);
  const scale = (most - least) / 2;
  return { count, x, y, scales, errorless, centre: least + scale, scale: scale > 0 ? scale : 1, mean: count > 0 ? x[0]! + sum / count : NaN };
}

function* curveSteps(input: Batch, from: Float64Array, model: PolynomialHarmonics, fit: Regression): Generator<Progress, Float64Array> {
  const curve = new Float64Array(input.length).fill(NaN);
  const row = new Float64Array(model.size);
  const block = (start: number, end: number): void => {
    for (let i = start; i < end; i++) {
      const at = from[i]!;
      if (input.inside[i] === 0 || at - at !== 0) continue;
      model.basis(at, row);
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += fit.coefficients[k]! * row[k]!;
      curve[i] = sum;
    }
  };
  yield* inBlocks(input.length, block, 1 << 16);
  return curve;
}

const known = (v: number | undefined): number | undefined => (v !== undefined && Number.isFinite(v) ? v : undefined);

function resultRow(
  points: Gathered,
  reference: number,
  params: FitParams,
  model: PolynomialHarmonics,
  fit: Regression | undefined,
): Record<string, ResultValue> {
  const dof = points.count - model.size;
  const chi2 = points.scales ? fit?.chi2 : undefined;
  const row: Record<string, ResultValue> = {
    n: points.count,
    dof: Math.max(0, dof),
    chi2: known(chi2),
    reduced_chi2: dof > 0 ? known(chi2 === undefined ? undefined : chi2 / dof) : undefined,
    rms: fit && Math.sqrt(fit.squares / points.count),
    reference: known(reference),
  };
  const isScaled = params.loss === 'squares' && (params.errors === 'scaled' || !points.scales);
  const factor = isScaled ? (fit ? fit.chi2 : NaN) / dof : 1;
  const hasErrors = dof > 0 || (!isScaled && params.loss === 'squares');
  const final = fit && model.aboutReference(fit.coefficients, fit.covariance);
  PolynomialHarmonics.names(params.degree, params.harmonics).forEach((name, k) => {
    row[name] = known(final?.coefficients[k]);
    row[`${name}_error`] = final && hasErrors ? known(Math.sqrt(factor * final.covariance[k * (model.size + 1)]!)) : undefined;
  });
  return row;
}

function tell(input: Batch, points: Gathered, size: number, fit: Regression | undefined, context: Context): void {
  if (points.errorless > 0)
    context.alert({ severity: 'info', message: 'rows without an error above 0 are left out', rows: points.errorless, column: input.nameOf('error') });
  if (!fit && input.length > 0)
    context.alert({
      severity: 'warning',
      message: points.count < size ? `fewer than ${size} usable points: no fit` : 'the points do not determine the curve: no fit',
      rows: points.count,
      hint: 'lower the degree or the number of harmonics',
    });
  if (fit?.iterations === Infinity)
    context.alert({ severity: 'warning', message: 'the robust fit did not settle', hint: 'raise the tuning constant, or lower the degree' });
}

/** What the curve is fitted against. Throws AppError when there is nothing. */
function abscissa(input: Batch, params: FitParams): { readonly x: Float64Array; readonly name: string } {
  if (params.column !== undefined && params.column !== '') return { x: input.column(params.column), name: params.column };
  const x = input.role('time');
  if (!x) throw new AppError({ code: 'invalid-argument', message: 'there is no time to fit against', hint: 'bind the time, or name a column' });
  return { x, name: input.nameOf('time')! };
}

/** Fits one curve to the live points of each light curve and takes it out; a row of results with the coefficients. */
export function* fitKernel(input: Batch, params: FitParams, context: Context): Generator<Progress, Effect> {
  if (params.harmonics > 0 && params.period === undefined)
    throw new AppError({ code: 'invalid-argument', message: 'harmonics need a period', hint: 'give the period, or no harmonics' });
  const against = abscissa(input, params);
  const points = yield* part(gatherSteps(input, against.x), 0, 0.1);
  const reference = params.reference ?? points.mean;
  const shape = { degree: params.degree, harmonics: params.harmonics, period: params.period ?? 1, reference };
  const model = new PolynomialHarmonics(shape, points.centre, points.scale);
  // What is seen of a preview does not change after a hundred-thousandth of the errors.
  const huber = params.loss === 'huber' ? { tuning: params.tuning, settled: context.preview ? 1e-5 : 1e-10 } : undefined;
  const fit = yield* part(weightedRegressionSteps(model, points, huber), 0.1, 0.9);
  const curve = fit ? yield* part(curveSteps(input, against.x, model, fit), 0.9, 0.97) : new Float64Array(input.length).fill(NaN);
  const values = input.role('value')!;
  const residual = new Float64Array(input.length);
  const subtract = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) residual[i] = values[i]! - curve[i]!;
  });
  yield* part(subtract, 0.97, 1);
  tell(input, points, model.size, fit, context);
  const unit = input.unit(input.nameOf('value')!);
  const [fitName, residualName] = fitColumns(input.nameOf);
  return {
    columns: [
      { name: fitName, type: 'float64', unit, description: `curve fitted against ${against.name}`, values: curve },
      { name: residualName, type: 'float64', unit, description: 'value - fit', values: residual },
    ],
    results: [resultRow(points, reference, params, model, fit)],
  };
}
