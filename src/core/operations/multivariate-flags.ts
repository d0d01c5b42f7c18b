import { Type } from '@sinclair/typebox';
import type { PointSet } from '../numerics/point-set';
import { medianSteps } from '../numerics/robust';
import { inBlocks, part } from '../numerics/steps';
import { weightedPercentileSteps } from '../numerics/weighted-percentile';
import { AppError, type Progress } from '../protocol/outcome';
import type { Batch, Context } from './definition';
import { type Side, sidesOf } from './params';

/**
 * The mask of the rows whose point is an outlier and whose value lies on the asked side of the median value of the live rows. Throws AppError
 * when a side is asked for and no value is bound.
 */
export function* markPointsSteps(
  input: Batch,
  pointOf: Int32Array,
  isOutlier: (point: number) => boolean,
  side: Side,
): Generator<Progress, { mask: Uint8Array; flagged: number }> {
  const values = input.role('value');
  const name = input.nameOf('value');
  if (side !== 'both' && (!values || name === undefined))
    throw new AppError({ code: 'invalid-argument', message: `invalid side: ${side} (must be both when no value is bound)`, hint: 'bind a value' });
  const { above, below } = sidesOf(side, name === undefined ? undefined : input.unit(name));
  let middle = NaN;
  if (side !== 'both' && values) {
    const live = new Float64Array(input.length);
    let n = 0;
    for (let i = 0; i < input.length; i++) if (pointOf[i]! >= 0 && values[i]! - values[i]! === 0) live[n++] = values[i]!;
    middle = yield* part(medianSteps(live, n), 0, 0.5);
  }
  const mask = new Uint8Array(input.length);
  let flagged = 0;
  const marking = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const point = pointOf[i]!;
      if (point < 0 || !isOutlier(point)) continue;
      if (side !== 'both' && !((above && values![i]! > middle) || (below && values![i]! < middle))) continue;
      mask[i] = 1;
      flagged++;
    }
  });
  yield* part(marking, 0.5, 1);
  return { mask, flagged };
}

/** Warns when a detector of rare rows calls many of them rare. */
export function warnMany(context: Context, flagged: number, rows: number, hint: string): void {
  if (rows >= 20 && flagged > 0.1 * rows)
    context.alert({ severity: 'warning', message: 'more than a tenth of the rows is flagged', rows: flagged, hint });
}

/** The share of rows to flag, for detectors that give each row a score. */
export const contaminationParam = Type.Optional(
  Type.Number({
    title: 'Contamination',
    description: 'Share of the rows to flag; counts instead of the threshold.',
    exclusiveMinimum: 0,
    maximum: 0.5,
    slider: [0.001, 0.1],
  }),
);

/** The score above which points are flagged: the threshold itself, or the score that the stated share of the rows exceeds. */
export function* thresholdSteps(
  scores: Float64Array,
  { weights }: PointSet,
  params: { readonly threshold: number; readonly contamination?: number },
): Generator<Progress, number> {
  const { threshold, contamination } = params;
  return contamination === undefined ? threshold : yield* weightedPercentileSteps(scores, weights, 100 * (1 - contamination));
}
