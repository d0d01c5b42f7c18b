import type { Progress } from '../protocol/outcome';
import type { CurveWithErrors } from './features/curve-points';
import { inBlocks, inSumBlocks } from './steps';

/** Mean, ln L and d ln L / d q of Gaussian noise of variance q + error² about its own mean. */
function* noiseSteps(points: CurveWithErrors, q: number): Generator<Progress, { value: number; slope: number }> {
  const { values, errors } = points;
  const n = values.length;
  const origin = values[0]!;
  let [w0, w1] = [0, 0];
  const averaging = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const w = 1 / (q + errors[i]! * errors[i]!);
      w0 += w;
      w1 += w * (values[i]! - origin);
    }
  });
  yield* averaging;
  const mean = origin + w1 / w0;
  let [chi2, logs, slope] = [0, 0, 0];
  const adding = inSumBlocks(n, (from, to) => {
    let product = 1;
    for (let i = from; i < to; i++) {
      const variance = q + errors[i]! * errors[i]!;
      const r = values[i]! - mean;
      const z2 = (r * r) / variance;
      chi2 += z2;
      slope += (z2 - 1) / variance;
      product *= variance;
      if (product < 1e-100 || product > 1e100) {
        logs += Math.log(product);
        product = 1;
      }
    }
    logs += Math.log(product);
  });
  yield* adding;
  return { value: -0.5 * (chi2 + logs + n * Math.log(2 * Math.PI)), slope: 0.5 * slope };
}

/**
 * The greatest ln L of white noise: a constant, the errors, and a variance q >= 0 beside them that is fitted by bisection in q. `most` is a q beyond which
 * the likelihood falls (the sum of squares about the mean is enough). O(n).
 */
export function* whiteNoiseSteps(points: CurveWithErrors, most: number): Generator<Progress, number> {
  const none = yield* noiseSteps(points, 0);
  if (!(none.slope > 0)) return none.value;
  let [low, high] = [0, most];
  let best = none.value;
  for (let k = 0; k < 60 && high - low > 1e-5 * high; k++) {
    // The geometric mean once both are positive: q may be any small share of the variance.
    const q = low > 1e-9 * most ? Math.sqrt(low * high) : high / 8;
    const there = yield* noiseSteps(points, q);
    if (there.value > best) best = there.value;
    if (there.slope > 0) low = q;
    else high = q;
  }
  return best;
}
