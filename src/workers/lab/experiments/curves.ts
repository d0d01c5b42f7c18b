import { CURVE_POINTS } from '../../../core/lab/parts/curves';
import { type Material, ranges, sharedDoubles } from '../experiment';
import { inspectSum } from './inspect-sum';

/** Periodograms of so many light curves. */
export function curvesMaterial(count: number): Material {
  const time = sharedDoubles(count * CURVE_POINTS);
  const value = sharedDoubles(count * CURVE_POINTS);
  const peaks = sharedDoubles(2 * count);
  const ofCurves = (a: Float64Array, from: number, to: number): Float64Array => a.subarray(from * CURVE_POINTS, to * CURVE_POINTS);
  return {
    preparation: ranges(count, 16).map(({ from, to }) => ({
      part: 'makeCurves',
      args: { time: ofCurves(time, from, to), value: ofCurves(value, from, to), first: from },
    })),
    reset: () => void peaks.fill(NaN),
    stages: (workers) => [
      {
        kind: 'work',
        calls: () =>
          ranges(count, workers).map(({ from, to }) => ({
            part: 'curves',
            args: { time: ofCurves(time, from, to), value: ofCurves(value, from, to), peaks: peaks.subarray(2 * from, 2 * to) },
          })),
      },
    ],
    ...inspectSum(peaks),
  };
}
