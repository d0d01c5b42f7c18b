import { Type } from '@sinclair/typebox';
import { KERNEL_NAMES } from '../../numerics/convolve/kernel-spec';
import { convolveStrips, convolvedImageSteps } from '../convolve-image';
import { kernelCompanion } from '../convolve-kernel';
import { convolveParams, describeKernel, kernelShapeParams } from '../convolve-params';
import { convolvedNames } from '../convolved-columns';
import { defineOperation } from '../definition';
import { choice } from '../params';

export default defineOperation({
  id: 'convolve.image',
  version: 1,
  title: 'Convolve an image',
  summary: 'Convolve an image with a kernel: smooth it, sharpen it, or look for a shape in it.',
  help: `<value>_convolved is the image convolved with the kernel, of the same size, and <value>_residual the image minus that. The image is a FITS image or a density map: a table whose rows are the pixels. Flagged pixels, and those outside the selection, are missing; so are infinite ones.

The result is that of astropy.convolution.convolve in float64, and boundary, missing, normalize and the kernels mean the same as there, with three differences. The fill beyond the edge and that of missing values are two numbers; in astropy they are one. preserve is astropy's nan_treatment='interpolate' with preserve_nan=True. And the fft method has the same boundaries and the same result as direct to 1e-9, where astropy's convolve_fft has not. Kernels whose sum is below 0.01 (or a hundredth of the sum of their absolute values, if that is less than 1) cannot be normalised and are refused, as there.

Width in pixels, as astropy's first argument of each kernel: gaussian and mexican-hat σ; box the full width; tophat the radius; ring the inner radius; lorentzian the full width at half maximum (astropy has no such kernel; its wings never end, so it is cut at 5 of these, and the size matters); moffat γ; airy the radius of the first dark ring; trapezoid the radius of its flat top; bicubic the pixels between the samples it interpolates between (Keys 1981, a = -1/2). distance is √(x² + y²) on 15 × 15 pixels, custom your own numbers or those of a second file (a FITS image of odd sides). Kernels are sampled at the middle of each pixel, a box at its corners: a box of 4 is 5 pixels wide with halves at the edges. All but mexican-hat, distance and custom sum to 1. gaussian and moffat can be elliptical: the width is along the angle, axis ratio times it across.

Missing pixels: interpolate leaves them out and divides by the weights of the rest, which fills gaps smaller than the kernel; a larger gap stays missing inside. fill puts a number in their place. Kernels that sum to zero cannot leave pixels out, nor be normalised: turn normalize off, and fill missing pixels with the level of the background.

Traps: boundary fill draws a dark edge around an image whose background is not 0: use extend. boundary none gives 0 within half a kernel of the edge, as astropy does, and no residual there. A kernel narrower than a pixel samples badly: σ below 0.5 hardly smooths. The noise of neighbouring pixels is correlated afterwards.`,
  cite: 'Astropy Collaboration 2022, ApJ 935, 167, doi:10.3847/1538-4357/ac7c74; Moffat 1969, A&A 3, 455',
  params: Type.Object(
    {
      kernel: choice(KERNEL_NAMES, {
        title: 'Kernel',
        description: 'The shape of the weights. gaussian, box, tophat and moffat smooth; mexican-hat, ring and distance show structure.',
        default: 'gaussian',
      }),
      width: Type.Number({
        title: 'Width',
        description: 'In pixels. gaussian and mexican-hat: σ; box: full width; tophat, ring, airy and trapezoid: radius; others: see the help.',
        default: 2,
        exclusiveMinimum: 0,
        unit: 'pixel',
        slider: [0.5, 20],
      }),
      ...kernelShapeParams('pixel'),
      angle: Type.Number({
        when: { kernel: ['gaussian', 'moffat'] },
        title: 'Angle',
        description: 'From the x axis to the axis the width is along, counter-clockwise with y upwards.',
        default: 0,
        unit: 'deg',
        slider: [-90, 90],
      }),
      axisRatio: Type.Number({
        when: { kernel: ['gaussian', 'moffat'] },
        title: 'Axis ratio',
        description: 'Width across that axis over the width along it. 1 = round.',
        default: 1,
        exclusiveMinimum: 0,
        slider: [0.1, 1],
      }),
      ...convolveParams('fill'),
      residual: Type.Boolean({
        more: true,
        title: 'Residual',
        description: 'Add the image minus the convolved image as a column, too.',
        default: true,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'value', title: 'Pixel values' }],
  writes: 'columns',
  scope: ['table'],
  ofImages: true,
  companion: kernelCompanion,
  strips: convolveStrips,
  kernel: convolvedImageSteps,
  examples: [
    {
      title: 'A box of three pixels over 4 × 2, missing pixels left out',
      image: { width: 4, height: 2 },
      columns: { value: [9, 0, 0, NaN, 0, 0, 0, 6] },
      params: { kernel: 'box', width: 3, boundary: 'extend' },
      expect: {
        columns: {
          value_convolved: [36 / 9, 18 / 9, 6 / 7, 12 / 5, 18 / 9, 9 / 9, 12 / 8, 24 / 7],
          value_residual: [5, -2, -6 / 7, NaN, -2, -1, -1.5, 18 / 7],
        },
      },
    },
    {
      title: 'An edge found by a correlation with a step',
      image: { width: 5, height: 1 },
      columns: { value: [1, 1, 1, 5, 5] },
      params: { kernel: 'custom', numbers: '-1 0 1', mode: 'correlation', normalize: false, boundary: 'extend' },
      expect: { columns: { value_convolved: [0, 0, 4, 4, 0] } },
    },
  ],
  figure: { data: 'image', params: { width: 1.5, boundary: 'extend' } },
  produces: ({ residual }, nameOf) => ({ columns: convolvedNames(residual, nameOf) }),
  describe: (params) => `${describeKernel(params, ' pixels')}, boundary ${params.boundary}, missing ${params.missing}`,
});
