import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import { inBlocks, part } from './steps';

/** The most frequent of finite values, the smallest of several such (scipy.stats.mode); NaN when none occurs twice. O(n log n). */
export function* modeSteps(values: Float64Array): Generator<Progress, number> {
  const order = yield* part(argsortSteps(values), 0, 0.9);
  let mode = NaN;
  let most = 1;
  let run = 0;
  const counting = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      run = i > 0 && values[order[i]!] === values[order[i - 1]!] ? run + 1 : 1;
      if (run <= most) continue;
      most = run;
      mode = values[order[i]!]!;
    }
  });
  yield* part(counting, 0.9, 1);
  return values.length === 1 ? values[0]! : mode;
}
