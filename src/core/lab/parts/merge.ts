import { mergeRunsSteps } from '../../numerics/merge-runs';
import { definePart } from '../part';

export interface MergeArgs {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly out: Float32Array;
}

/** Merges two sorted runs, or pieces of them that belong together. */
export const merge = definePart<MergeArgs>({
  written: ['out'],
  *run({ a, b, out }) {
    yield* mergeRunsSteps(a, b, out);
    return undefined;
  },
  results: ({ out }) => [out],
});
