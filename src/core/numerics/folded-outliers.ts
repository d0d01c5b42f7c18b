import type { Progress } from '../protocol/outcome';
import { medianOfFew } from './curve/median-of-few';
import type { FitCurve } from './nested-harmonics';
import { phaseOrderSteps } from './phase-order';
import { MAD_TO_SIGMA, medianSteps } from './robust';
import { part } from './steps';

/** Neighbours in phase on either side. */
const REACH = 5;
const BLOCK = 2 ** 15;

/**
 * Marks (1) the points of a folded curve that lie away from their neighbours in phase: farther from the median of the five on either side than `sigma`
 * robust standard deviations of all such distances. Steep and deep but repeated features stay. Fewer than 24 points: none. O(n log n).
 */
export function* foldedOutliersSteps({ times, values }: FitCurve, frequency: number, sigma: number): Generator<Progress, Uint8Array> {
  const n = times.length;
  const out = new Uint8Array(n);
  if (n < 24) return out;
  const order = yield* part(phaseOrderSteps(times, frequency), 0, 0.4);
  const distances = new Float64Array(n);
  const near = new Float64Array(2 * REACH);
  for (let q = 0; q < n; q++) {
    for (let d = 1; d <= REACH; d++) {
      near[2 * d - 2] = values[order[(q + d) % n]!]!;
      near[2 * d - 1] = values[order[(q - d + n) % n]!]!;
    }
    distances[order[q]!] = Math.abs(values[order[q]!]! - medianOfFew(near, near.length));
    if (q % BLOCK === BLOCK - 1) yield { fraction: 0.4 + (0.5 * q) / n };
  }
  const limit = sigma * MAD_TO_SIGMA * (yield* part(medianSteps(distances.slice()), 0.9, 1));
  for (let i = 0; i < n; i++) if (distances[i]! > limit && limit > 0) out[i] = 1;
  return out;
}
