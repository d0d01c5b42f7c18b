import { Type } from '@sinclair/typebox';

/** When DBSCAN calls rows a group: the same for finding outliers and for clustering. */
export const dbscanParams = {
  eps: Type.Number({
    title: 'Eps',
    description: 'Rows within this distance are neighbours; in scaled units.',
    default: 0.5,
    exclusiveMinimum: 0,
    origin: 'scikit-learn',
    slider: [0.05, 3],
  }),
  minSamples: Type.Integer({
    title: 'Samples',
    description: 'A row with at least so many rows within eps, itself included, is the core of a group.',
    default: 5,
    minimum: 1,
    unit: 'rows',
    origin: 'scikit-learn',
    slider: [2, 50],
  }),
};
