import { inBlocks } from '../../numerics/steps';
import { definePart } from '../part';

export interface AddArgs {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly out: Float32Array;
}

/** out = a + b. */
export const add = definePart<AddArgs>({
  written: ['out'],
  *run({ a, b, out }) {
    const sums = (from: number, to: number): void => {
      for (let i = from; i < to; i++) out[i] = a[i]! + b[i]!;
    };
    yield* inBlocks(out.length, sums, 2 ** 21);
    return undefined;
  },
  results: ({ out }) => [out],
});
