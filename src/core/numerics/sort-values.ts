import type { Progress } from '../protocol/outcome';
import { ValueRanks } from './rank-values';
import { part } from './steps';

/** Values sorted in one go: about 10 ms. */
const RUN = 2 ** 17;

/** Runs of `RUN` values merged two by two; the array that holds the result is returned. */
function* mergeSteps(a: Float64Array, spare: Float64Array): Generator<Progress, Float64Array> {
  const n = a.length;
  const passes = Math.ceil(Math.log2(n / RUN));
  let [from, into] = [a, spare];
  for (let pass = 0, width = RUN; width < n; pass++, width *= 2) {
    for (let at = 0; at < n; at += 2 * width) {
      const middle = Math.min(n, at + width);
      const to = Math.min(n, at + 2 * width);
      yield* mergePairSteps(from, into, at, middle, to, pass, passes);
    }
    [from, into] = [into, from];
  }
  return from;
}

/** Merges the sorted runs a[at, middle) and a[middle, to) into `out`. */
function* mergePairSteps(
  a: Float64Array,
  out: Float64Array,
  at: number,
  middle: number,
  to: number,
  pass: number,
  passes: number,
): Generator<Progress, void> {
  let i = at;
  let j = middle;
  for (let k = at; k < to;) {
    const end = Math.min(to, k + 2 ** 20);
    for (; k < end; k++) out[k] = i < middle && (j >= to || a[i]! <= a[j]!) ? a[i++]! : a[j++]!;
    yield { fraction: (pass + k / a.length) / passes };
  }
}

/** A sorted copy of finite values, ascending. O(n) for values as they are measured, O(n log n) at worst. */
export function* sortedSteps(values: Float64Array): Generator<Progress, Float64Array> {
  const n = values.length;
  if (n <= RUN) return sortedRun(values, 0, n);
  const out = new Float64Array(n);
  for (let from = 0; from < n; from += RUN) {
    out.set(sortedRun(values, from, Math.min(n, from + RUN)), from);
    yield { fraction: (0.5 * from) / n };
  }
  return yield* part(mergeSteps(out, new Float64Array(n)), 0.5, 1);
}

function sortedRun(values: Float64Array, from: number, to: number): Float64Array {
  const ranks = new ValueRanks(to - from);
  ranks.update(values, from, to);
  return ranks.sorted;
}
