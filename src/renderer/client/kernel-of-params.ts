import type { Kernel } from '../../core/numerics/convolve/kernel-spec';
import { kernel2d } from '../../core/numerics/convolve/kernels';
import { kernelSpecOf, type KernelParams } from '../../core/operations/convolve-params';
import type { Step } from '../../core/recipe/recipe';

const made = new WeakMap<Step['params'], Kernel | undefined>();

/**
 * The kernel of a convolution of images; undefined where its numbers come from a second file or make none (the form says why). Made once for the same
 * params: its picture and the choice of a device both ask, and ask again when only the look changes.
 */
export function kernelOfParams(params: Step['params']): Kernel | undefined {
  if (!made.has(params)) made.set(params, make(params));
  return made.get(params);
}

function make(params: Step['params']): Kernel | undefined {
  try {
    return kernel2d(kernelSpecOf(params as unknown as KernelParams));
  } catch {
    return undefined;
  }
}
