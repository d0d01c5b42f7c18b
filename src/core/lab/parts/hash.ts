import { inBlocks } from '../../numerics/steps';
import { definePart } from '../part';

export interface HashArgs {
  readonly values: Float32Array;
}

/** A 32-bit hash (FNV-1a over words) of the numbers in their order; NaN where they do not ascend. */
export const hash = definePart<HashArgs>({
  written: [],
  *run({ values }) {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    let state = 0x811c9dc5;
    let isSorted = true;
    yield* inBlocks(values.length, (from, to) => {
      for (let i = from; i < to; i++) {
        state = Math.imul(state ^ bits[i]!, 0x01000193);
        if (i > 0 && values[i - 1]! > values[i]!) isSorted = false;
      }
    });
    return isSorted ? state >>> 0 : NaN;
  },
  results: () => [],
});
