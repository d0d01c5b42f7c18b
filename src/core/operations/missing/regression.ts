import { Type } from '@sinclair/typebox';
import { iterativeImputeSteps } from '../../numerics/iterative-impute';
import { inBlocks, part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { IMPUTED, filledName, imputedEffectSteps, needsSteps } from '../imputed';
import { columnsAcross, columnsToFill, imputedColumnsParams } from '../imputed-columns';

/** Rows to fill that have no value in any of the columns: nothing is known of them. */
function* blankRowsSteps(columns: readonly Float64Array[], inside: Uint8Array): Generator<Progress, number> {
  let blank = 0;
  yield* inBlocks(inside.length, (from, to) => {
    for (let i = from; i < to; i++) if (inside[i] === 1 && columns.every((c) => c[i]! - c[i]! !== 0)) blank++;
  });
  return blank;
}

export default defineOperation({
  id: 'missing.regression',
  version: 1,
  title: 'Fill by regression',
  summary: 'Fill missing values with what the other columns predict.',
  help: `Every column is regressed on all others, and its missing values are replaced by the prediction; the columns take turns, from the fewest missing values to the most, round after round (chained equations, van Buuren & Groothuis-Oudshoorn 2011), as scikit-learn's IterativeImputer: start from the mean of each column, Bayesian ridge regression with its defaults. It ends when no row changes by more (summed over its columns) than the tolerance times the largest absolute value, or after the most rounds; not having settled by then is reported. Adds <column>_filled for each column to fill, and sets the flag imputed, which informs and excludes nothing.

Only rows in use are fitted to; a flagged row with a missing value is filled, too, and stays flagged. A column without any usable value stays missing. A row without a value in any of the columns gets means, as in scikit-learn, and is reported: keep such rows out with the selection.

Traps: the relations are straight lines: take magnitudes rather than fluxes for colours, and look at the residuals first. The fit weighs all rows alike, so flag outliers before. Sentinels (-999) must be made missing before: missing.sentinels. The tolerance is measured against the largest value of all columns: a Julian date among them makes it stop after one round.`,
  cite: 'van Buuren & Groothuis-Oudshoorn 2011, J. Stat. Softw. 45, 3; MacKay 1992, Neural Computation 4, 415; scikit-learn (Pedregosa et al. 2011, JMLR 12, 2825)',
  params: Type.Object(
    {
      ...imputedColumnsParams,
      maxIterations: Type.Integer({
        title: 'Most rounds',
        description: 'How often every column is predicted at most.',
        default: 10,
        minimum: 1,
        maximum: 1000,
        origin: 'scikit-learn',
      }),
      tolerance: Type.Number({
        title: 'Tolerance',
        description: 'It ends when changes are smaller than this times the largest absolute value.',
        default: 1e-3,
        minimum: 0,
        origin: 'scikit-learn',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'value', title: 'Value', optional: true },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'columns',
  scope: ['table', 'object', 'object-band'],
  *kernel(input, params, context) {
    const { fill, all } = columnsAcross(input, params);
    const { maxIterations, tolerance } = params;
    const work = { columns: all.map((name) => input.column(name)), use: input.live, inside: input.inside, maxIterations, tolerance };
    const { filled, rounds, converged } = yield* part(iterativeImputeSteps(work), 0, 0.85);
    if (all.length === 1)
      context.alert({
        severity: 'warning',
        message: 'no other column to predict from: the mean of the column is filled in',
        hint: 'name columns that help',
      });
    else if (!converged)
      context.alert({
        severity: 'warning',
        message: `the filled values had not settled after ${rounds} rounds`,
        hint: 'allow more rounds, or a larger tolerance',
      });
    const needs = yield* part(needsSteps(input, fill), 0.85, 0.88);
    const blank = yield* part(blankRowsSteps(work.columns, input.inside), 0.88, 0.9);
    if (blank > 0 && all.length > 1)
      context.alert({ severity: 'warning', message: 'rows without a value in any of the columns are filled with means', rows: blank });
    const columns = needs.map((n, k) => ({ ...n, filled: filled[k]! }));
    return yield* part(imputedEffectSteps(input, columns, 'regression on the other columns', context), 0.9, 1);
  },
  examples: [
    {
      title: 'Errors that grow in step with the value; the number is that of scikit-learn',
      columns: { value: [10, 11, 12, 13, 14, 15, 16, 17], error: [1, 1.1, 1.2, 1.3, NaN, 1.5, 1.6, 1.7] },
      params: {},
      expect: { columns: { error_filled: [1, 1.1, 1.2, 1.3, 1.3999999543469346, 1.5, 1.6, 1.7] }, flagged: [4] },
    },
  ],
  figure: { data: 'cloud', params: { columns: ['value', 'color with gaps'] } },
  produces: (params, nameOf) => ({ columns: columnsToFill(params, nameOf).map(filledName), marks: [IMPUTED] }),
  needs: ({ columns, alongside }) => [...columns, ...alongside],
  describe: ({ columns, alongside }) => [columns.join(', '), alongside.length > 0 ? `from ${alongside.join(', ')}` : ''].filter(Boolean).join(' '),
});
