import { inBlocks } from '../../numerics/steps';
import { definePart } from '../part';

/** A hash of an index, uniform in [0, 1) with 24 bits: all that float32 holds. */
function random(index: number): number {
  let z = (Math.imul(index, 0x9e3779b1) + 0x7f4a7c15) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 8) / 2 ** 24;
}

export interface FillArgs {
  readonly values: Float32Array;
  /** Index of the first number: the same whoever fills which part. */
  readonly first: number;
}

/** Random numbers in [0, 1), each from its index. */
export const fill = definePart<FillArgs>({
  written: ['values'],
  *run({ values, first }) {
    yield* inBlocks(values.length, (from, to) => {
      for (let i = from; i < to; i++) values[i] = random(first + i);
    });
    return undefined;
  },
  results: ({ values }) => [values],
});
