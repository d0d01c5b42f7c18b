import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';

/**
 * The q-th percentile (0…100) of values that each count `weights` times, with numpy's linear interpolation over the repeated values. NaN
 * when empty. O(n log n).
 */
export function* weightedPercentileSteps(values: Float64Array, weights: Int32Array, q: number): Generator<Progress, number> {
  const order = yield* argsortSteps(values);
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  if (total === 0) return NaN;
  const at = (q / 100) * (total - 1);
  const k = Math.floor(at);
  let i = 0;
  let before = 0;
  while (before + weights[order[i]!]! <= k) before += weights[order[i++]!]!;
  const low = values[order[i]!]!;
  const high = k + 1 < before + weights[order[i]!]! || i + 1 >= order.length ? low : values[order[i + 1]!]!;
  return at === k ? low : low + (at - k) * (high - low);
}
