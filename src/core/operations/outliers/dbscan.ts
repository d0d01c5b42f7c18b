import { Type } from '@sinclair/typebox';
import { dbscanSteps } from '../../numerics/dbscan';
import { part } from '../../numerics/steps';
import { dbscanParams } from '../dbscan-params';
import { defineOperation } from '../definition';
import { FEATURE_HELP, featureParams, featureSpaceSteps } from '../feature-space';
import { markPointsSteps, warnMany } from '../multivariate-flags';
import { sideParam } from '../params';

export default defineOperation({
  id: 'outliers.dbscan',
  version: 1,
  title: 'DBSCAN noise',
  summary: 'Flag the rows that belong to no dense group.',
  help: `A row is a core row when at least minSamples rows, itself included, lie within eps of it (Euclidean, the edge counts). Rows within eps of a core row belong to its group; what belongs to none is noise, and flagged. This is the noise of scikit-learn's DBSCAN on the same coordinates, whatever the order of the rows.

${FEATURE_HELP}

Choosing eps: in scaled coordinates it is in units of the scatter. Too small, and the thin wings of a distribution are noise; too large, and nothing is. Groups of at least minSamples outliers close together are a group and are kept: noise.cluster shows which.

Traps: with several columns distances grow, so eps has to as well. A light curve in time and value needs scales in which neighbours in time are close: scale none with an eps of your own, or the value alone.

A side keeps only the noise above or below the median of the value.`,
  cite: 'Ester, Kriegel, Sander & Xu 1996, KDD-96, 226; scikit-learn DBSCAN',
  params: Type.Object({ ...featureParams, ...dbscanParams, side: sideParam }, { additionalProperties: false }),
  inputs: [{ role: 'value', title: 'Value', optional: true }],
  writes: 'flags',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, params, context) {
    const { set } = yield* part(featureSpaceSteps(input, params, context), 0, 0.3);
    yield { fraction: 0.3 };
    const { labels, clusters } = yield* part(dbscanSteps(set, params.eps, params.minSamples), 0.3, 0.95);
    const marked = yield* part(
      markPointsSteps(input, set.pointOf, (point) => labels[point]! < 0, params.side),
      0.95,
      1,
    );
    if (clusters === 0 && set.rows > 0)
      context.alert({ severity: 'warning', message: 'no dense group: every row is noise', rows: set.rows, hint: 'raise eps, or lower the samples' });
    else warnMany(context, marked.flagged, set.rows, 'raise eps, or lower the samples');
    return { flags: [{ name: 'dbscan', mask: marked.mask, reason: `fewer than ${params.minSamples} within ${params.eps}` }] };
  },
  examples: [
    {
      title: 'Two groups, one row between them',
      columns: { value: [1, 1.1, 1.2, 5, 8, 8.1, 8.2] },
      params: { eps: 0.3, minSamples: 3, scale: 'none' },
      expect: { flagged: [3] },
    },
  ],
  figure: { data: 'cloud', params: { columns: ['color', 'value'] } },
  produces: () => ({ flags: ['dbscan'] }),
  needs: ({ columns }) => columns,
  describe: ({ eps, minSamples, columns }) => `fewer than ${minSamples} within ${eps}${columns.length > 0 ? ` in ${columns.join(', ')}` : ''}`,
});
