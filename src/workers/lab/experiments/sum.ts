import { pairwiseSum, SUM_BLOCK } from '../../../core/numerics/pairwise-sum';
import { type Material, ranges, sharedDoubles, sharedFloats } from '../experiment';
import { randomCalls } from './random-calls';

/** Summing `side`² random numbers. */
export function sumMaterial(side: number): Material {
  const count = side * side;
  const values = sharedFloats(count);
  const sums = sharedDoubles(Math.ceil(count / SUM_BLOCK));
  return {
    preparation: randomCalls(values, 0),
    reset: () => void sums.fill(NaN),
    stages: (workers) => [
      {
        kind: 'work',
        calls: () =>
          ranges(count, workers, SUM_BLOCK).map(({ from, to }) => ({
            part: 'sum',
            args: { values: values.subarray(from, to), sums: sums.subarray(from / SUM_BLOCK, Math.ceil(to / SUM_BLOCK)) },
          })),
      },
    ],
    inspection: [],
    // Some thousand block sums: not worth handing over.
    check: () => pairwiseSum(sums),
  };
}
