import type { ConvolveOptions, Raster } from '../../../core/numerics/convolve/convolve-options';
import type { Kernel } from '../../../core/numerics/convolve/kernel-spec';
import type { KernelThread } from '../gpu-device';
import type { GpuProgram } from '../gpu-program';
import { runConvolution } from '../run-convolution';
import { convolutionTwin } from '../convolution-twin';

export interface ConvolutionInput {
  readonly raster: Raster;
  readonly kernel: Kernel;
  readonly options: ConvolveOptions;
  /** Names the numbers of the raster, if they will be asked for again: they then stay on the device. */
  readonly name?: string | undefined;
}

/** Σ taps · values under the kernel at one pixel of a padded array. `left`, `top`: where the first tap falls for the first pixel. */
const SUMS = function (
  this: KernelThread,
  values: number[],
  taps: number[],
  stride: number,
  left: number,
  top: number,
  tapColumns: number,
  tapRows: number,
): number {
  let sum = 0;
  for (let j = 0; j < tapRows; j++) {
    const at = (this.thread.y + top + j) * stride + this.thread.x + left;
    let row = 0;
    for (let i = 0; i < tapColumns; i++) row += taps[j * tapColumns + i]! * values[at + i]!;
    sum += row;
  }
  return sum;
};

/** Images: what convolveSteps of core makes, in float32. */
export const convolve2d: GpuProgram<ConvolutionInput> = { run: (run, input) => runConvolution(run, input, SUMS), ...convolutionTwin };
