import type { FitCurve } from './nested-harmonics';

/**
 * How many points count as one independent one: Σ over visits of (Σ w r)² / Σ (w r)², where r are the residuals and a visit is a run of points each
 * within `reach` of its first (times ascending). 1 for independent noise; up to the number of points of a visit when all its residuals agree, as those of
 * bands taken minutes apart do when what is wrong is the model. Never below 1. O(n). Kish 1965, Survey Sampling.
 */
export function designEffect({ times, weights }: FitCurve, residuals: Float64Array, reach: number): number {
  let [alone, together, visit, start] = [0, 0, 0, -Infinity];
  for (let i = 0; i < times.length; i++) {
    const r = weights[i]! * residuals[i]!;
    alone += r * r;
    if (times[i]! - start > reach) {
      together += visit * visit;
      visit = 0;
      start = times[i]!;
    }
    visit += r;
  }
  together += visit * visit;
  return alone > 0 ? Math.max(1, together / alone) : 1;
}
