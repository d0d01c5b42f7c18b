import { radixSortSteps } from '../../numerics/radix-sort';
import { definePart } from '../part';

export interface SortArgs {
  readonly values: Float32Array;
}

/** Sorts numbers in place. */
export const sort = definePart<SortArgs>({
  written: [],
  *run({ values }) {
    yield* radixSortSteps(values);
    return undefined;
  },
  results: ({ values }) => [values],
});
