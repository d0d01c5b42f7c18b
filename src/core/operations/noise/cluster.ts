import { Type } from '@sinclair/typebox';
import { dbscanSteps } from '../../numerics/dbscan';
import { kMeansSteps } from '../../numerics/k-means';
import type { PointSet } from '../../numerics/point-set';
import { inBlocks, part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { dbscanParams } from '../dbscan-params';
import { type Context, defineOperation } from '../definition';
import { FEATURE_HELP, featureParams, featureSpaceSteps } from '../feature-space';
import { choice } from '../params';

/** Numbers the labels anew, in place: the cluster with most rows first, of equal ones that with the smallest coordinates. */
function* bySizeSteps(set: PointSet, labels: Int32Array, clusters: number): Generator<Progress, Int32Array> {
  const rows = new Float64Array(clusters);
  const first = new Float64Array(clusters).fill(Infinity);
  const counting = inBlocks(labels.length, (from, to) => {
    for (let p = from; p < to; p++) {
      rows[labels[p]!]! += set.weights[p]!;
      if (p < first[labels[p]!]!) first[labels[p]!] = p;
    }
  });
  yield* part(counting, 0, 0.5);
  const ranked = Array.from({ length: clusters }, (_, label) => label).sort((a, b) => rows[b]! - rows[a]! || first[a]! - first[b]!);
  const rank = new Int32Array(clusters);
  ranked.forEach((label, i) => (rank[label] = i));
  const numbering = inBlocks(labels.length, (from, to) => {
    for (let p = from; p < to; p++) labels[p] = rank[labels[p]!]!;
  });
  yield* part(numbering, 0.5, 1);
  return labels;
}

interface Means {
  readonly clusters: number;
  readonly starts: number;
  readonly maxIterations: number;
}

function* kMeansLabels(set: PointSet, { clusters, starts, maxIterations }: Means, context: Context): Generator<Progress, Int32Array> {
  if (set.count < clusters && set.rows > 0)
    context.alert({ severity: 'warning', message: `fewer than ${clusters} different rows: fewer clusters`, rows: set.rows });
  const best = yield* part(
    kMeansSteps(set, clusters, starts, maxIterations, () => context.random()),
    0,
    0.97,
  );
  if (best && !best.converged)
    context.alert({
      severity: 'warning',
      message: `rows still changed their cluster after ${maxIterations} iterations`,
      hint: 'allow more iterations',
    });
  return best ? yield* part(bySizeSteps(set, best.labels, clusters), 0.97, 1) : new Int32Array(set.count);
}

export default defineOperation({
  id: 'noise.cluster',
  version: 1,
  title: 'Cluster',
  summary: 'Label the rows by the group they belong to.',
  help: `Adds a column with the number of each row's cluster: 0 for the one with most rows, 1 for the next, and so on; missing for rows that take no part.

k-means looks for k centres such that the sum of the squared distances of the rows to their nearest centre (the inertia) is small: starting centres by greedy k-means++, then Lloyd's iterations until no row changes its cluster; of several starts the best is kept. From the same starting centres this is scikit-learn's KMeans with tol 0. Random numbers are seeded: the same step gives the same labels, whatever the order of the rows.

dbscan makes groups of rows that have at least minSamples rows within eps, and of what lies within eps of those; the rest is noise, -1. Groups, core rows and noise are scikit-learn's; a row between two groups goes to the nearer.

${FEATURE_HELP}

Traps: k-means finds as many clusters as you ask for, round ones of about equal size, and one far outlier may take a centre for itself: flag outliers first. dbscan wants groups of about the same density.`,
  cite: 'Lloyd 1982, IEEE Trans. Inf. Theory 28, 129, doi:10.1109/TIT.1982.1056489; Arthur & Vassilvitskii 2007, SODA 1027; Ester et al. 1996, KDD-96, 226',
  params: Type.Object(
    {
      method: choice(['k-means', 'dbscan'], {
        title: 'Method',
        description: 'k-means: a stated number of round clusters; dbscan: dense groups.',
        default: 'k-means',
      }),
      ...featureParams,
      clusters: Type.Integer({
        when: { method: ['k-means'] },
        title: 'Clusters',
        description: 'For k-means: how many.',
        default: 3,
        minimum: 1,
        maximum: 1000,
        slider: [1, 20],
      }),
      starts: Type.Integer({
        when: { method: ['k-means'] },
        more: true,
        title: 'Starts',
        description: 'For k-means: how many starting positions are tried; the best result counts.',
        default: 1,
        minimum: 1,
        maximum: 100,
        origin: 'scikit-learn',
        slider: [1, 20],
      }),
      maxIterations: Type.Integer({
        when: { method: ['k-means'] },
        more: true,
        title: 'Iterations',
        description: 'For k-means: at most so many from each start.',
        default: 300,
        minimum: 1,
        origin: 'scikit-learn',
      }),
      eps: {
        ...dbscanParams.eps,
        when: { method: ['dbscan'] },
        description: 'For dbscan: rows within this distance are neighbours; in scaled units.',
      },
      minSamples: {
        ...dbscanParams.minSamples,
        when: { method: ['dbscan'] },
        description: 'For dbscan: a row with at least so many rows within eps, itself included, is the core of a group.',
      },
      column: Type.String({ more: true, title: 'Column', description: 'Name of the new column.', default: 'cluster', minLength: 1 }),
    },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'value', title: 'Value', optional: true }],
  writes: 'columns',
  scope: ['table', 'object', 'object-band'],
  *kernel(input, params, context) {
    const { set, names } = yield* part(featureSpaceSteps(input, params, context), 0, 0.3);
    yield { fraction: 0.3 };
    const labels =
      params.method === 'dbscan'
        ? (yield* part(dbscanSteps(set, params.eps, params.minSamples), 0.3, 0.95)).labels
        : yield* part(kMeansLabels(set, params, context), 0.3, 0.95);
    const values = new Float64Array(input.length).fill(NaN);
    const writing = inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) if (set.pointOf[i]! >= 0) values[i] = labels[set.pointOf[i]!]!;
    });
    yield* part(writing, 0.95, 1);
    const made = input.table.columns.find((c) => c.name === params.column);
    // Clustering again is a new version of the labels a step made; a file's own column is never taken over.
    const replaces = made !== undefined && made.origin !== undefined && made.origin !== 'file';
    const description = `${params.method} cluster in ${names.join(', ')}${params.method === 'dbscan' ? '; -1 is noise' : ''}`;
    return { columns: [{ name: params.column, type: 'int32', description, values, replaces }] };
  },
  examples: [
    {
      title: 'Two groups by k-means',
      columns: { value: [1, 1.2, 0.9, 8, 8.3] },
      params: { clusters: 2 },
      expect: { columns: { cluster: [0, 0, 0, 1, 1] } },
    },
    {
      title: 'Two groups and noise by DBSCAN',
      columns: { value: [8, 8.1, 8.2, 8.15, 1, 1.1, 1.2, 5] },
      params: { method: 'dbscan', eps: 0.3, minSamples: 3, scale: 'none' },
      expect: { columns: { cluster: [0, 0, 0, 0, 1, 1, 1, -1] } },
    },
  ],
  figure: { data: 'cloud', params: { columns: ['color', 'value'], clusters: 2 } },
  produces: ({ column }) => ({ columns: [column] }),
  needs: ({ columns }) => columns,
  describe: ({ method, clusters, eps, minSamples }) =>
    method === 'dbscan' ? `dbscan, ${minSamples} within ${eps}` : `${clusters} clusters by k-means`,
});
