import type { LabPart } from './part';
import { add, type AddArgs } from './parts/add';
import { convolve, type ConvolveArgs } from './parts/convolve';
import { curves, type CurvesArgs } from './parts/curves';
import { fill, type FillArgs } from './parts/fill';
import { hash, type HashArgs } from './parts/hash';
import { makeCurves, type MakeCurvesArgs } from './parts/make-curves';
import { merge, type MergeArgs } from './parts/merge';
import { sort, type SortArgs } from './parts/sort';
import { sum, type SumArgs } from './parts/sum';

export interface LabPartArgs {
  add: AddArgs;
  convolve: ConvolveArgs;
  curves: CurvesArgs;
  fill: FillArgs;
  hash: HashArgs;
  makeCurves: MakeCurvesArgs;
  merge: MergeArgs;
  sort: SortArgs;
  sum: SumArgs;
}

export type LabPartName = keyof LabPartArgs;

/** A piece of work by name: what is sent to a thread or a process. */
export type LabCall = { [K in LabPartName]: { readonly part: K; readonly args: LabPartArgs[K] } }[LabPartName];

/** Every piece of work by name. */
export const LAB_PARTS: { readonly [K in LabPartName]: LabPart<LabPartArgs[K]> } = {
  add,
  convolve,
  curves,
  fill,
  hash,
  makeCurves,
  merge,
  sort,
  sum,
};

/** The part of a call; its arguments are those that the call has. */
export function partOf(call: LabCall): LabPart<LabCall['args']> {
  return LAB_PARTS[call.part] as LabPart<LabCall['args']>;
}
