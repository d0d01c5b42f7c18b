import type { Progress } from '../protocol/outcome';
import { BLOCK, inBlocks, part } from './steps';

/** a goes before b: numbers ascending, NaN last, ties as they are. */
function before(a: number, b: number): boolean {
  return b !== b || a <= b;
}

/**
 * Merges the sorted runs order[..middle) and order[middle..to) into `out`, at most `budget` rows of it; `state` holds the two reading
 * positions and the writing one, so that a long merge can pause. True when done.
 */
function merge(values: Float64Array, order: Uint32Array, out: Uint32Array, state: Int32Array, middle: number, to: number, budget: number): boolean {
  let i = state[0]!;
  let j = state[1]!;
  let k = state[2]!;
  const end = Math.min(to, k + budget);
  for (; k < end; k++) {
    const takeLeft = i < middle && (j >= to || before(values[order[i]!]!, values[order[j]!]!));
    out[k] = takeLeft ? order[i++]! : order[j++]!;
  }
  state.set([i, j, k]);
  return k === to;
}

/** True when the values of [from, to), and the one before them, never decrease and every NaN is at the end. */
export function isSorted(values: Float64Array, from = 0, to = values.length): boolean {
  for (let i = Math.max(1, from); i < to; i++) if (!before(values[i - 1]!, values[i]!)) return false;
  return true;
}

/** Row numbers in order of `values`, ties in row order, NaN last. Stable merge sort, O(n log n); O(n) when already in order. */
export function* argsortSteps(values: Float64Array): Generator<Progress, Uint32Array> {
  const n = values.length;
  let order: Uint32Array = new Uint32Array(n);
  let inOrder = true;
  const numbering = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) order[i] = i;
    inOrder &&= isSorted(values, from, to);
  });
  yield* part(numbering, 0, 0);
  if (inOrder) return order;
  let other: Uint32Array = new Uint32Array(n);
  const passes = Math.ceil(Math.log2(n));
  const state = new Int32Array(3);
  let since = 0;
  for (let pass = 0, width = 1; width < n; pass++, width *= 2) {
    for (let at = 0; at < n; at += 2 * width) {
      const middle = Math.min(at + width, n);
      const to = Math.min(at + 2 * width, n);
      state.set([at, middle, at]);
      while (!merge(values, order, other, state, middle, to, BLOCK)) yield { fraction: (pass + state[2]! / n) / passes };
      since += to - at;
      if (since >= BLOCK) {
        since = 0;
        yield { fraction: (pass + to / n) / passes };
      }
    }
    [order, other] = [other, order];
  }
  return order;
}
