import { Type } from '@sinclair/typebox';
import { isolationScoresSteps } from '../../numerics/isolation-forest';
import { part } from '../../numerics/steps';
import { defineOperation } from '../definition';
import { FEATURE_HELP, featureParams, featureSpaceSteps } from '../feature-space';
import { contaminationParam, markPointsSteps, thresholdSteps, warnMany } from '../multivariate-flags';
import { sideParam } from '../params';

export default defineOperation({
  id: 'outliers.isolation-forest',
  version: 1,
  title: 'Isolation forest',
  summary: 'Flag the rows that random cuts isolate quickly.',
  help: `Each tree cuts a random sample of the rows again and again, at a random place of a random column, until every row is alone or ⌈log2 sample⌉ cuts are made. Rows far from the others are alone after few cuts. The score is 2^(-E[h]/c), where E[h] is the mean number of cuts over the trees and c the mean for so many random rows: near 1 for outliers, about 0.5 and below for the rest. Rows with a score above the threshold are flagged.

This is the method of Liu, Ting & Zhou (2008) with scikit-learn's conventions: the column of a cut is drawn from those in which its rows differ, and c uses ln(n-1) + 0.5772. The random numbers are our own, seeded: the same step gives the same flags, whatever the order of the rows; scores differ from scikit-learn's by the luck of the draw, about 0.01 with 100 trees.

${FEATURE_HELP} Cuts do not care for scales: any gives the same ranks.

Traps: scikit-learn's contamination='auto' is a threshold of 0.5, which flags a fifth of perfectly Gaussian values; the default here is the 0.6 from which on Liu et al. call rows potential anomalies, and still flags a few per cent of them. State the contamination, or raise the threshold. Cuts are parallel to the columns: outliers that only show in a combination of columns are found late; outliers.lof finds them.

A side keeps only the outliers above or below the median of the value.`,
  cite: 'Liu, Ting & Zhou 2008, ICDM 413, doi:10.1109/ICDM.2008.17; scikit-learn IsolationForest',
  params: Type.Object(
    {
      ...featureParams,
      trees: Type.Integer({ title: 'Trees', description: 'How many trees vote.', default: 100, minimum: 1, maximum: 2000, origin: 'scikit-learn' }),
      samples: Type.Integer({
        title: 'Sample',
        description: 'Rows each tree is grown on; fewer when there are fewer.',
        default: 256,
        minimum: 2,
        maximum: 65536,
        unit: 'rows',
        origin: 'scikit-learn',
      }),
      threshold: Type.Number({
        title: 'Threshold',
        description: 'Rows with a larger score are flagged.',
        default: 0.6,
        exclusiveMinimum: 0,
        maximum: 1,
        origin: 'Liu et al. 2008',
        slider: [0.4, 0.9],
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
    const { trees, samples, contamination } = params;
    const grow = () => isolationScoresSteps(set, { trees, samples, random: () => context.random() });
    const forest = context.remember(`${trees} ${samples}`, [set.coordinates, set.weights], grow);
    const scores = set.rows > 1 ? yield* part(forest, 0.2, 0.9) : new Float64Array(set.count);
    if (set.rows < 2 && input.length > 0)
      context.alert({ severity: 'info', message: 'fewer than 2 usable rows: nothing to isolate', rows: set.rows });
    const threshold = yield* part(thresholdSteps(scores, set, params), 0.9, 0.95);
    const marking = markPointsSteps(input, set.pointOf, (point) => scores[point]! > threshold, params.side);
    const { mask, flagged } = yield* part(marking, 0.95, 1);
    if (contamination === undefined) warnMany(context, flagged, set.rows, 'raise the threshold, or state the contamination');
    return { flags: [{ name: 'isolation_forest', mask, reason: `isolation score above ${Number(threshold.toPrecision(6))}` }] };
  },
  examples: [
    {
      title: 'One value far from the rest',
      columns: { value: [-1.1, 0.2, 101.1, 0.3, 0.1, -0.4, 0.6, -0.2] },
      params: {},
      expect: { flagged: [2] },
    },
  ],
  figure: { data: 'cloud', params: { columns: ['color', 'value'] } },
  produces: () => ({ flags: ['isolation_forest'] }),
  needs: ({ columns }) => columns,
  describe: ({ threshold, contamination, columns }) =>
    `${contamination === undefined ? `score above ${threshold}` : `the ${100 * contamination} % most isolated`}${columns.length > 0 ? ` in ${columns.join(', ')}` : ''}`,
});
