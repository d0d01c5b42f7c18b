import { type Material, ranges, sharedFloats } from '../experiment';
import { inspectSum } from './inspect-sum';
import { randomCalls } from './random-calls';

/** Adding two vectors of `side`² random numbers. */
export function addMaterial(side: number): Material {
  const count = side * side;
  const a = sharedFloats(count);
  const b = sharedFloats(count);
  const out = sharedFloats(count);
  return {
    preparation: [...randomCalls(a, 0), ...randomCalls(b, count)],
    reset: () => void out.fill(NaN),
    stages: (workers) => [
      {
        kind: 'work',
        calls: () =>
          ranges(count, workers).map(({ from, to }) => ({
            part: 'add',
            args: { a: a.subarray(from, to), b: b.subarray(from, to), out: out.subarray(from, to) },
          })),
      },
    ],
    ...inspectSum(out),
  };
}
