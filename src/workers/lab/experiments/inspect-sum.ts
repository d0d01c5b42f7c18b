import type { LabArray } from '../../../core/lab/part';
import type { LabCall } from '../../../core/lab/parts';
import { pairwiseSum, SUM_BLOCK } from '../../../core/numerics/pairwise-sum';
import { sharedDoubles } from '../experiment';

/** Tells what came out by its sum. */
export function inspectSum(values: LabArray): { readonly inspection: readonly LabCall[]; check(): number } {
  const sums = sharedDoubles(Math.ceil(values.length / SUM_BLOCK));
  return { inspection: [{ part: 'sum', args: { values, sums } }], check: () => pairwiseSum(sums) };
}
