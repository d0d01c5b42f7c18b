import type { GpuProgram } from '../gpu-program';
import { add, type AddInput } from './add';
import { convolve1d } from './convolve-1d';
import { convolve2d, type ConvolutionInput } from './convolve-2d';
import { foldAndBin, type FoldInput } from './fold-and-bin';
import { movingStatistics, type MovingInput } from './moving-statistics';
import { periodogram, type PeriodogramInput } from './periodogram';
import { reduce, type ReduceInput } from './reduce';
import { sort, type SortInput } from './sort';

/** What each program is given. */
export interface ProgramInputs {
  readonly add: AddInput;
  readonly 'convolve-1d': ConvolutionInput;
  readonly 'convolve-2d': ConvolutionInput;
  readonly 'fold-and-bin': FoldInput;
  readonly 'moving-statistics': MovingInput;
  readonly periodogram: PeriodogramInput;
  readonly reduce: ReduceInput;
  readonly sort: SortInput;
}

export type ProgramName = keyof ProgramInputs;

/** All computations there are on the GPU. */
export const PROGRAMS: { readonly [N in ProgramName]: GpuProgram<ProgramInputs[N]> } = {
  add,
  'convolve-1d': convolve1d,
  'convolve-2d': convolve2d,
  'fold-and-bin': foldAndBin,
  'moving-statistics': movingStatistics,
  periodogram,
  reduce,
  sort,
};
