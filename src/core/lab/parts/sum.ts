import { blockSumsSteps } from '../../numerics/pairwise-sum';
import { definePart, type LabArray } from '../part';

export interface SumArgs {
  readonly values: LabArray;
  /** One place for every block of the values. */
  readonly sums: Float64Array;
}

/** Sums of blocks. */
export const sum = definePart<SumArgs>({
  written: ['sums'],
  *run({ values, sums }) {
    yield* blockSumsSteps(values, sums);
    return undefined;
  },
  results: ({ sums }) => [sums],
});
