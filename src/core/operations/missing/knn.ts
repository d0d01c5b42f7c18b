import { Type } from '@sinclair/typebox';
import { knnImputeSteps } from '../../numerics/knn-impute';
import { MAD_TO_SIGMA, collectSteps, medianDeviationSteps, medianSteps, std } from '../../numerics/robust';
import { part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { type Batch, type Context, defineOperation } from '../definition';
import { IMPUTED, filledName, imputedEffectSteps, needsSteps } from '../imputed';
import { columnsAcross, columnsToFill, imputedColumnsParams } from '../imputed-columns';
import { choice } from '../params';

type Scaling = 'none' | 'standard' | 'robust';

/** Spread of a column over the rows in use; NaN or 0 when it has none. */
function* spreadSteps(values: Float64Array, live: Uint8Array, scaling: Scaling): Generator<Progress, number> {
  const sample = yield* part(collectSteps(values, live), 0, 0.3);
  if (scaling !== 'robust') return std(sample.values, sample.n);
  const middle = yield* part(medianSteps(sample.values, sample.n), 0.3, 0.6);
  return MAD_TO_SIGMA * (yield* part(medianDeviationSteps(sample.values, sample.n, middle, new Float64Array(sample.n)), 0.6, 1));
}

/** The columns as distances are measured in them. */
function* scaledSteps(input: Batch, names: readonly string[], scaling: Scaling, context: Context): Generator<Progress, readonly Float64Array[]> {
  const columns = names.map((n) => input.column(n));
  const spreads: number[] = [];
  for (const values of columns) {
    const k = spreads.length;
    spreads.push(yield* part(spreadSteps(values, input.live, scaling), k / columns.length, (k + 1) / columns.length));
  }
  const known = spreads.filter((s) => s > 0);
  if (scaling === 'none') {
    if (Math.max(...known) > 100 * Math.min(...known))
      context.alert({
        severity: 'warning',
        message: 'the spreads of the columns differ by more than a factor of 100: the widest decides who is near',
        hint: 'scale the columns for the distance',
      });
    return columns;
  }
  return columns.map((values, k) => {
    const spread = spreads[k]!;
    if (spread > 0) return values.map((v) => v / spread);
    if (spread === 0) context.alert({ severity: 'info', message: `${names[k]} does not spread: it is not scaled`, column: names[k] });
    return values;
  });
}

/** Beyond this many columns a tree hardly saves a comparison. */
const MANY_COLUMNS = 8;

function announce(input: Batch, columns: number, cells: number, context: Context): void {
  if (columns === 1)
    context.alert({
      severity: 'warning',
      message: 'no other column to find neighbours by: the mean of the column is filled in',
      hint: 'name columns that help',
    });
  if (columns > MANY_COLUMNS && cells * input.length > 1e8)
    context.alert({
      severity: 'info',
      message: `neighbours in ${columns} columns are found by comparing nearly all pairs of rows: this takes long`,
      hint: 'name fewer columns, or work object by object',
      rows: cells,
    });
}

export default defineOperation({
  id: 'missing.knn',
  version: 1,
  title: 'Fill from similar rows',
  summary: 'Fill missing values with the mean of the most similar rows.',
  help: `Each missing value becomes the mean of the same column over the k nearest rows that have it (Troyanskaya et al. 2001), as scikit-learn's KNNImputer. Near means a small Euclidean distance over the columns to fill and those that help. Where a value is missing, the distance is taken over the columns both rows have and scaled up: the square root of (columns / columns in common) times the sum of squares. A row that has no column in common with any donor gets the mean of the column. Adds <column>_filled for each column to fill, and sets the flag imputed, which informs and excludes nothing.

Only rows in use lend their values; a flagged row with a missing value is filled, too, and stays flagged. With weights "distance" a donor counts by 1/distance; donors at distance 0 are then the only ones. Of donors equally far away the smaller values come first.

Scaling: none, as scikit-learn. Then a column in counts outweighs one in magnitudes: scale, or choose columns of one kind. "standard" divides by the standard deviation (ddof 0), "robust" by 1.4826 MAD, for the distance only.

Cost: about n log n with up to eight columns; with more it nears the square of the rows, and is announced. Trap: neighbours know nothing of time. For a gap in one light curve use missing.fill.`,
  cite: 'Troyanskaya et al. 2001, Bioinformatics 17, 520; Pedregosa et al. 2011, JMLR 12, 2825 (scikit-learn)',
  params: Type.Object(
    {
      ...imputedColumnsParams,
      neighbours: Type.Integer({
        title: 'Neighbours',
        description: 'How many similar rows are averaged.',
        default: 5,
        minimum: 1,
        maximum: 1000,
        origin: 'scikit-learn',
        slider: [1, 30],
      }),
      weights: choice(['uniform', 'distance'], {
        title: 'Weights',
        description: 'uniform: all neighbours count alike. distance: by 1/distance.',
        default: 'uniform',
        origin: 'scikit-learn',
      }),
      scaling: choice(['none', 'standard', 'robust'], {
        title: 'Scaling',
        description: 'What columns are divided by before distances are measured.',
        default: 'none',
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
    const needs = yield* part(needsSteps(input, fill), 0, 0.05);
    const cells = needs.reduce((sum, n) => sum + n.count, 0);
    announce(input, all.length, cells, context);
    const scaled = yield* part(scaledSteps(input, all, params.scaling, context), 0.05, 0.15);
    const { filled, byMean } = yield* part(
      knnImputeSteps({
        scaled,
        values: all.map((name) => input.column(name)),
        donors: input.live,
        wanted: needs.map(({ need }, column) => ({ column, need })),
        neighbours: params.neighbours,
        weights: params.weights,
      }),
      0.15,
      0.9,
    );
    if (byMean > 0 && all.length > 1)
      context.alert({ severity: 'warning', message: 'values without any comparable row are filled with the mean of their column', rows: byMean });
    const columns = needs.map((n, k) => ({ ...n, filled: filled[k]! }));
    return yield* part(imputedEffectSteps(input, columns, `${params.neighbours} nearest rows`, context), 0.9, 1);
  },
  examples: [
    {
      title: 'The two rows with the nearest values lend their errors',
      columns: { value: [10, 11, 12, 20, 10.4], error: [0.1, 0.2, 0.3, 0.9, NaN] },
      params: { neighbours: 2 },
      expect: { columns: { error_filled: [0.1, 0.2, 0.3, 0.9, 0.15], value_filled: [10, 11, 12, 20, 10.4] }, flagged: [4] },
    },
  ],
  figure: { data: 'cloud', params: { columns: ['value', 'color with gaps'] } },
  produces: (params, nameOf) => ({ columns: columnsToFill(params, nameOf).map(filledName), marks: [IMPUTED] }),
  needs: ({ columns, alongside }) => [...columns, ...alongside],
  describe: ({ columns, neighbours, weights, scaling }) =>
    `${columns.length > 0 ? `${columns.join(', ')}: ` : ''}${neighbours} nearest${weights === 'distance' ? ', by distance' : ''}${scaling === 'none' ? '' : `, ${scaling} scaling`}`,
});
