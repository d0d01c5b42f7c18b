import { Type } from '@sinclair/typebox';
import { type PointSet, pointSetSteps } from '../numerics/point-set';
import { MAD_TO_SIGMA, collectSteps, mean, medianDeviationSteps, medianSteps, std } from '../numerics/robust';
import { inBlocks, part } from '../numerics/steps';
import { AppError, type Progress } from '../protocol/outcome';
import type { Batch, Context } from './definition';
import { choice } from './params';

export type FeatureScale = 'none' | 'z-score' | 'robust';

export interface FeatureParams {
  readonly columns: readonly string[];
  readonly scale: FeatureScale;
}

/** The columns whose values are the coordinates of a row, and their scale: the same for everything that works with distances. */
export const featureParams = {
  columns: Type.Array(Type.String(), {
    title: 'Columns',
    description:
      'Whose values are the coordinates of a row; empty = the value column. Name the time column too for distances in the plane of the plot.',
    default: [],
  }),
  scale: choice(['robust', 'z-score', 'none'], {
    title: 'Scale',
    description:
      'robust: (x - median) / (1.4826 MAD); z-score: (x - mean) / standard deviation, as in scikit-learn; none: distances in the columns’ own units.',
    default: 'robust',
  }),
};

/** What the help of an operation over {@link featureParams} says about them. */
export const FEATURE_HELP =
  'The coordinates are the chosen columns, each scaled over the rows that take part: robust by the median and 1.4826 times the median absolute deviation (the standard deviation where that is 0), z-score by mean and population standard deviation. Without columns it is the value alone. Rows with a missing or infinite value in one of the columns and rows flagged before take no part; the former are counted in an alert.';

export interface FeatureSpace {
  readonly names: readonly string[];
  /** The live rows with a finite value in every column, scaled. */
  readonly set: PointSet;
}

export function featureNames(input: Batch, { columns }: FeatureParams): readonly string[] {
  const value = input.nameOf('value');
  const names = columns.length > 0 ? columns : value === undefined ? [] : [value];
  if (names.length === 0) throw new AppError({ code: 'invalid-argument', message: 'no column is given', hint: 'name columns, or bind a value' });
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new AppError({ code: 'invalid-argument', message: `invalid columns: ${twice} is named twice (must be different)`, column: twice });
  return names;
}

function* usableSteps(input: Batch, columns: readonly Float64Array[], context: Context): Generator<Progress, { use: Uint8Array; rows: number }> {
  const use = new Uint8Array(input.length);
  let rows = 0;
  let missing = 0;
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (input.live[i] !== 1) continue;
      let isFinite = true;
      for (const column of columns) if (column[i]! - column[i]! !== 0) isFinite = false;
      if (isFinite) {
        use[i] = 1;
        rows++;
      } else missing++;
    }
  });
  if (missing > 0) context.alert({ severity: 'info', message: 'rows without a value in every column take no part', rows: missing });
  return { use, rows };
}

/** Centre and spread of the used values; spread 1 where they are all equal. */
function* scaleOf(
  values: Float64Array,
  use: Uint8Array,
  scale: FeatureScale,
  name: string,
  context: Context,
): Generator<Progress, { centre: number; spread: number }> {
  if (scale === 'none') return { centre: 0, spread: 1 };
  const sample = yield* part(collectSteps(values, use), 0, 0.3);
  if (scale === 'z-score') {
    const centre = mean(sample.values, sample.n);
    return { centre, spread: std(sample.values, sample.n, 0, centre) || 1 };
  }
  const centre = yield* part(medianSteps(sample.values, sample.n), 0.3, 0.6);
  const mad = yield* part(medianDeviationSteps(sample.values, sample.n, centre, new Float64Array(sample.n)), 0.6, 1);
  if (mad > 0) return { centre, spread: MAD_TO_SIGMA * mad };
  const spread = std(sample.values, sample.n);
  if (spread > 0)
    context.alert({
      severity: 'warning',
      message: `more than half of the values of ${name} are equal: scaled by the standard deviation`,
      rows: sample.n,
      column: name,
    });
  return { centre, spread: spread || 1 };
}

/** Scaled coordinates of the live rows. Throws AppError invalid-argument when there are no columns, or one is named twice. */
export function* featureSpaceSteps(input: Batch, params: FeatureParams, context: Context): Generator<Progress, FeatureSpace> {
  const names = featureNames(input, params);
  const columns = names.map((name) => input.column(name));
  const { use } = yield* part(usableSteps(input, columns, context), 0, 0.1);
  const share = 0.5 / names.length;
  const scaled: Float64Array[] = [];
  for (const [c, values] of columns.entries()) {
    const start = 0.1 + c * share;
    yield { fraction: start };
    const { centre, spread } = yield* part(scaleOf(values, use, params.scale, names[c]!, context), start, start + 0.8 * share);
    const out = new Float64Array(input.length);
    const scaling = inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) out[i] = (values[i]! - centre) / spread;
    });
    yield* part(scaling, start + 0.8 * share, start + share);
    scaled.push(out);
  }
  yield { fraction: 0.6 };
  return { names, set: yield* part(pointSetSteps(scaled, use), 0.6, 1) };
}
