import { Type } from '@sinclair/typebox';
import { localOutlierFactorSteps } from '../../numerics/local-outlier-factor';
import { part } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { FEATURE_HELP, featureParams, featureSpaceSteps } from '../feature-space';
import { contaminationParam, markPointsSteps, thresholdSteps, warnMany } from '../multivariate-flags';
import { sideParam } from '../params';

/** Neighbours kept for all points at once beyond which they would take over 2 GB. */
const MOST_NEIGHBOURS = 1.5e8;

export default defineOperation({
  id: 'outliers.lof',
  version: 1,
  title: 'Local outlier factor',
  summary: 'Flag the rows that lie in a much thinner neighbourhood than their neighbours do.',
  help: `The local outlier factor compares the density about a row (from the reachability distances to its k nearest neighbours) with the density about those neighbours: about 1 inside a cluster of whatever density, larger the more isolated the row is. Rows with a factor above the threshold are flagged. It finds points that stand off a dense clump even when they are inside the range of all values.

The factor is scikit-learn's negative_outlier_factor_ with the sign turned, on the same coordinates: exactly k neighbours without the row itself, density = 1 / (mean reachability + 1e-10). Of neighbours equally far, those with the smaller coordinates count, so the order of the rows does not matter. The threshold 1.5 is what scikit-learn calls contamination='auto'. With a contamination the threshold is the factor that so large a share of the rows exceeds.

${FEATURE_HELP}

Traps: with many equal values (rounded magnitudes, more than k of the same) densities are huge and their neighbours look like outliers: use more neighbours, or add the time as a column. Outliers in groups of more than k rows are a cluster of their own. The steep and thinly sampled parts of a variable star are thin, too: look before you flag.

A side keeps only the outliers above or below the median of the value.`,
  cite: 'Breunig, Kriegel, Ng & Sander 2000, SIGMOD 93, doi:10.1145/342009.335388; scikit-learn LocalOutlierFactor',
  params: Type.Object(
    {
      ...featureParams,
      neighbors: Type.Integer({
        title: 'Neighbours',
        description: 'How many neighbours make the neighbourhood. More than the largest group of outliers.',
        default: 20,
        minimum: 1,
        maximum: 1000,
        origin: 'scikit-learn',
        slider: [2, 100],
      }),
      threshold: Type.Number({
        title: 'Threshold',
        description: 'Rows with a larger factor are flagged.',
        default: 1.5,
        exclusiveMinimum: 0,
        origin: 'scikit-learn',
        slider: [1, 5],
      }),
      contamination: contaminationParam,
      side: sideParam,
    },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'value', title: 'Value', optional: true }],
  writes: 'flags',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, params, context) {
    const { set } = yield* part(featureSpaceSteps(input, params, context), 0, 0.2);
    const mask = new Uint8Array(input.length);
    const k = Math.min(params.neighbors, set.rows - 1);
    const flag = (made: Uint8Array, threshold: number) => [
      { name: 'lof', mask: made, reason: `local outlier factor above ${Number(threshold.toPrecision(6))}` },
    ];
    if (k < 1) {
      if (input.length > 0) context.alert({ severity: 'info', message: 'fewer than 2 usable rows: nothing to compare', rows: set.rows });
      return { flags: flag(mask, params.threshold) };
    }
    if (k < params.neighbors) context.alert({ severity: 'info', message: `only ${k} neighbours are there to compare with`, rows: set.rows });
    if (set.count * k > MOST_NEIGHBOURS)
      throw new AppError({
        code: 'invalid-argument',
        message: `${set.count} points with ${k} neighbours each take too much memory`,
        hint: 'work object by object, or use fewer neighbours',
      });
    const factors = yield* part(
      context.remember(`${k}`, [set.coordinates, set.weights], () => localOutlierFactorSteps(set, k)),
      0.2,
      0.9,
    );
    const { contamination } = params;
    const threshold = yield* part(thresholdSteps(factors, set, params), 0.9, 0.95);
    const marking = markPointsSteps(input, set.pointOf, (point) => factors[point]! > threshold, params.side);
    const marked = yield* part(marking, 0.95, 1);
    if (contamination === undefined) warnMany(context, marked.flagged, set.rows, 'raise the threshold, or use more neighbours');
    return { flags: flag(marked.mask, threshold) };
  },
  examples: [
    {
      title: 'One value off a clump',
      columns: { value: [-1.1, 0.2, 101.1, 0.3] },
      params: { neighbors: 2, scale: 'none' },
      expect: { flagged: [2] },
    },
  ],
  figure: { data: 'cloud', params: { columns: ['color', 'value'] } },
  produces: () => ({ flags: ['lof'] }),
  needs: ({ columns }) => columns,
  describe: ({ neighbors, threshold, contamination, columns }) =>
    `${contamination === undefined ? `factor above ${threshold}` : `the ${100 * contamination} % most isolated`}, ${neighbors} neighbours${columns.length > 0 ? ` in ${columns.join(', ')}` : ''}`,
});
