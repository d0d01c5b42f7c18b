import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import { inBlocks, part } from './steps';

/** The points in order of phase at a frequency, counted from the first time. O(n log n). */
export function* phaseOrderSteps(times: Float64Array, frequency: number): Generator<Progress, Uint32Array> {
  const phases = new Float64Array(times.length);
  const folding = inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const cycles = frequency * (times[i]! - times[0]!);
      phases[i] = cycles - Math.floor(cycles);
    }
  });
  yield* part(folding, 0, 0.1);
  return yield* part(argsortSteps(phases), 0.1, 1);
}
