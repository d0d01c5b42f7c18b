import type { KernelThread } from '../gpu-device';
import type { GpuProgram } from '../gpu-program';
import { runConvolution } from '../run-convolution';
import { convolutionTwin } from '../convolution-twin';
import type { ConvolutionInput } from './convolve-2d';

/** As in two dimensions, with one row of taps; long kernels are summed in pieces of 64, which keeps float32 sums close. */
const SUMS = function (
  this: KernelThread,
  values: number[],
  taps: number[],
  _stride: number,
  left: number,
  _top: number,
  tapColumns: number,
  _tapRows: number,
): number {
  const at = this.thread.x + left;
  let sum = 0;
  for (let from = 0; from < tapColumns; from += 64) {
    let piece = 0;
    for (let k = 0; k < 64; k++) {
      const i = from + k;
      if (i < tapColumns) piece += taps[i]! * values[at + i]!;
    }
    sum += piece;
  }
  return sum;
};

/** Sequences of even steps (rasters of height 1). */
export const convolve1d: GpuProgram<ConvolutionInput> = { run: (run, input) => runConvolution(run, input, SUMS), ...convolutionTwin };
