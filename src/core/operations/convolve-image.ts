import { type Convolved, convolveSteps } from '../numerics/convolve/convolve';
import type { ConvolveOptions, Raster } from '../numerics/convolve/convolve-options';
import { AppError, type Progress } from '../protocol/outcome';
import { kernelOfStep } from './convolve-kernel';
import type { KernelParams } from './convolve-params';
import type { Batch, Context } from './definition';

/** The pixels of a batch that is an image; those that are flagged or outside the selection are missing. Throws AppError where it is none. */
export function imageOf(input: Batch): Raster {
  const shape = input.table.image;
  if (!shape || shape.width * shape.height !== input.length)
    throw new AppError({
      code: 'invalid-argument',
      message: 'this table is no image',
      hint: 'open a FITS image or make a density map of two columns; for light curves there is convolve.series',
    });
  return { ...shape, values: input.role('value')!, use: input.live };
}

/** The image of a batch convolved with the kernel of a step. What stays without a value is said. */
export function* convolveImageSteps(
  input: Batch,
  params: KernelParams & ConvolveOptions,
  context: Context,
): Generator<Progress, Convolved & { readonly halfX: number; readonly halfY: number }> {
  const image = imageOf(input);
  const kernel = kernelOfStep(params, input, 2);
  if (kernel.values.length === 1 && input.length > 1)
    context.alert({ severity: 'warning', message: 'the kernel is one pixel wide: it only scales the image', hint: 'make it wider' });
  const convolved = yield* convolveSteps(image, kernel, params);
  if (convolved.empty > 0)
    context.alert({
      severity: 'warning',
      message: 'pixels have no value under the kernel: their gaps are larger than it',
      rows: convolved.empty,
      hint: 'widen the kernel, or fill missing values',
    });
  return { ...convolved, halfX: (kernel.width - 1) / 2, halfY: (kernel.height - 1) / 2 };
}
