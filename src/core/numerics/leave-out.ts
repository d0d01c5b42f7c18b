import type { Progress } from '../protocol/outcome';
import type { FitCurve } from './nested-harmonics';
import { inBlocks, part } from './steps';

/** What is left of a curve without the points marked 1, its weights again summing to 1. O(points). */
export function* leaveOutSteps(curve: FitCurve, isOut: Uint8Array): Generator<Progress, FitCurve> {
  const n = isOut.length;
  const [times, values, weights] = [0, 1, 2].map(() => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array];
  let count = 0;
  let total = 0;
  const picking = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      if (isOut[i] === 1) continue;
      times[count] = curve.times[i]!;
      values[count] = curve.values[i]!;
      total += weights[count++] = curve.weights[i]!;
    }
  });
  yield* part(picking, 0, 0.8);
  yield* inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) weights[i]! /= total;
  });
  return { times: times.subarray(0, count), values: values.subarray(0, count), weights: weights.subarray(0, count) };
}
