import type { Progress } from '../protocol/outcome';
import { inBlocks } from './steps';

export type DetrendApply = 'subtract' | 'divide' | 'divide-keep-level';

/**
 * Takes a trend out of values: value - trend, value / trend, or value / trend · level. NaN where either is missing; where a divisor is 0 the
 * result is NaN and counted in `zeros`.
 */
export function* detrendSteps(
  values: Float64Array,
  trend: Float64Array,
  apply: DetrendApply,
  level: number,
): Generator<Progress, { readonly values: Float64Array; readonly zeros: number }> {
  const out = new Float64Array(values.length);
  const factor = apply === 'divide-keep-level' ? level : 1;
  let zeros = 0;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const t = trend[i]!;
      if (apply === 'subtract') out[i] = values[i]! - t;
      else if (t !== 0) out[i] = (values[i]! / t) * factor;
      else {
        out[i] = NaN;
        zeros++;
      }
    }
  });
  return { values: out, zeros };
}
