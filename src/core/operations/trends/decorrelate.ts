import { Type } from '@sinclair/typebox';
import { part } from '../../numerics/steps';
import { standardizedSteps } from '../../numerics/standardize';
import { AppError, type Progress } from '../../protocol/outcome';
import { type Batch, defineOperation } from '../definition';
import { transitMaskParams, trendParams } from '../params';
import { clipFitParams, regressionSteps, takeOutSteps } from '../regression-kernel';
import { trendColumns } from '../detrended-columns';

interface Regressors {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** The named columns in units of their own scatter, and with order 2 their squares and products. */
function* regressorsOf(input: Batch, names: readonly string[], order: number): Generator<Progress, Regressors> {
  const columns: Float64Array[] = [];
  for (const [i, name] of names.entries())
    columns.push(yield* part(standardizedSteps(input.column(name), input.live), i / names.length, (i + 1) / names.length));
  if (order === 1) return { names, columns };
  const allNames = [...names];
  const all = [...columns];
  for (const [i, a] of columns.entries())
    for (const [k, b] of columns.slice(0, i + 1).entries()) {
      allNames.push(i === k ? `${names[i]}²` : `${names[k]}·${names[i]}`);
      const product = new Float64Array(input.length);
      for (let row = 0; row < product.length; row++) product[row] = a[row]! * b[row]!;
      all.push(product);
      yield { fraction: 1 };
    }
  return { names: allNames, columns: all };
}

export default defineOperation({
  id: 'trends.decorrelate',
  version: 1,
  title: 'Decorrelation',
  summary: 'Take out what follows telemetry: positions on the detector, temperature, background.',
  help: `Fits the values by a linear combination of other columns (centroids such as POS_CORR1 and POS_CORR2 or MOM_CENTR1 and MOM_CENTR2, a temperature, the background SAP_BKG) and a constant, and takes the fit out. The fit is least squares with weights 1/error² when an error column is bound. Each column is first brought to zero mean and unit standard deviation over the rows that count. With order 2 their squares and the products of each two are fitted as well.

alpha > 0 holds the coefficients back (ridge): the sum of squares is Σ (median error / error)² (value - model)² + alpha Σ coefficient², which is scikit-learn's Ridge(alpha) on the standardised columns with these sample weights. The constant is never held back. After each fit the residuals are sigma-clipped (astropy's conventions) and what is rejected stays out of the next fits, as lightkurve's RegressionCorrector does.

The result are <value>_trend and <value>_detrended. Subtracted, the trend is the model less its median, so that the level of the values is kept. Flagged rows, rows with a missing value and rows without all of the columns are not used in the fit; the trend is given wherever all columns are there.

Traps: a star that moves on the detector because of its own variability (a blend) is decorrelated from itself; mask deep known transits. A column made from the value itself takes everything out.`,
  cite: 'scikit-learn Ridge; lightkurve RegressionCorrector; Bakos et al. 2010, ApJ 710, 1724, doi:10.1088/0004-637X/710/2/1724 (external parameter decorrelation)',
  params: Type.Object(
    {
      columns: Type.Array(Type.String(), {
        title: 'Columns',
        description: 'The telemetry the values may depend on: numbers, one a row.',
        default: [],
        format: 'columns',
      }),
      order: Type.Integer({
        title: 'Order',
        description: '1: linear. 2: squares and products as well.',
        default: 1,
        minimum: 1,
        maximum: 2,
        slider: [1, 2],
      }),
      alpha: Type.Number({
        title: 'Alpha',
        description: 'How strongly the coefficients are held towards 0; 0 = not at all.',
        default: 0,
        minimum: 0,
        origin: 'ordinary least squares',
        slider: [0, 1000],
      }),
      ...clipFitParams,
      apply: trendParams.apply,
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
    { role: 'time', title: 'Time (for the masked transits)', optional: true },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, params, context) {
    if (params.columns.length === 0)
      throw new AppError({
        code: 'invalid-argument',
        message: 'invalid columns: none (must name at least one)',
        hint: 'choose the telemetry columns',
      });
    const value = input.nameOf('value');
    if (value !== undefined && params.columns.includes(value))
      throw new AppError({ code: 'invalid-argument', message: `invalid columns: ${value} (must not be the value itself)`, column: value });
    if (params.maskDuration > 0 && !input.role('time'))
      throw new AppError({
        code: 'invalid-argument',
        message: 'invalid maskDuration: no time column is bound',
        hint: 'bind the time, or mask nothing',
      });
    const regressors = yield* part(regressorsOf(input, [...new Set(params.columns)], params.order), 0, 0.2);
    const { model, clipped, points } = yield* part(regressionSteps(input, regressors, params, context), 0.2, 0.9);
    const columns = yield* part(takeOutSteps(input, model, params.apply, context), 0.9, 1);
    return { columns, results: [{ points, clipped, regressors: regressors.names.length }] };
  },
  examples: [
    {
      title: 'What follows the temperature goes, the level and the rest stay',
      columns: { value: [10, 12, 14, 16, 18], error: [1, 1, 1, 1, 1], quality: [0, 1, 2, 3, 4] },
      params: { columns: ['quality'] },
      expect: { columns: { value_trend: [-4, -2, 0, 2, 4], value_detrended: [14, 14, 14, 14, 14] } },
    },
  ],
  figure: { params: { columns: ['centroid'] } },
  produces: ({ apply }, nameOf) => ({ columns: trendColumns(apply, nameOf) }),
  needs: ({ columns }) => columns,
  describe: ({ columns, order, apply }) => `${columns.join(', ')}${order === 2 ? ', quadratic' : ''}, ${apply}`,
});
