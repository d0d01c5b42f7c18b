import { Type } from '@sinclair/typebox';
import { BOUNDARIES, MISSING_TREATMENTS } from '../numerics/convolve/convolve-options';
import type { KernelName, KernelSpec } from '../numerics/convolve/kernel-spec';
import { parseNumbers } from '../numerics/convolve/parse-numbers';
import { choice } from './params';

/** What shapes a kernel besides its name and width: the same for light curves and images. `unit` is that of its lengths. */
export const kernelShapeParams = (unit: 'time' | 'pixel') => ({
  size: Type.Optional(
    Type.Integer({
      more: true,
      title: 'Size',
      description: `Side of the kernel's array in ${unit === 'time' ? 'cadences' : 'pixels'}, odd. Absent: as astropy has it (gaussian: 8 σ, rounded up to an odd number).`,
      minimum: 1,
      origin: 'astropy',
    }),
  ),
  ringWidth: Type.Number({
    when: { kernel: ['ring'] },
    title: 'Ring width',
    description: 'From the inner radius (width) to the outer one.',
    default: 1,
    exclusiveMinimum: 0,
    unit,
  }),
  alpha: Type.Number({
    when: { kernel: ['moffat'] },
    title: 'Exponent',
    description: 'Exponent α of the Moffat profile (1 + r²/γ²)^-α: small for wide wings. Images from the ground have 2.5 to 4.7.',
    default: 2.5,
    exclusiveMinimum: 0,
    origin: 'IRAF',
    slider: [1.1, 6],
  }),
  slope: Type.Number({
    when: { kernel: ['trapezoid'] },
    title: 'Slope',
    description: `How steep its sides fall from the top, which is 1, in 1/${unit}.`,
    default: 1,
    exclusiveMinimum: 0,
    origin: 'astropy',
  }),
  numbers: Type.String({
    when: { kernel: ['custom'] },
    title: 'Numbers',
    description: 'A custom kernel: numbers apart by blanks or commas, rows by semicolons (1 2 1; 2 4 2; 1 2 1). Blank: those of the second file.',
    default: '',
  }),
});

/** What happens at edges and at missing values, in astropy's words. On an uneven grid (`grid: time`) only `missing` and its fill count. */
export const convolveParams = (boundary: 'fill' | 'extend', gridded?: { readonly grid: readonly string[] }) => ({
  boundary: choice(BOUNDARIES, {
    ...(gridded ? { when: gridded } : {}),
    title: 'Boundary',
    description:
      'Beyond the edge: none = no result within half a kernel of it (0, as astropy), fill = the fill value, extend = the value at the edge, wrap = the other side.',
    default: boundary,
    origin: boundary === 'fill' ? 'astropy' : undefined,
  }),
  fillValue: Type.Number({
    when: { boundary: ['fill'] },
    title: 'Fill beyond the edge',
    description: 'The value that the boundary fill puts beyond the edge.',
    default: 0,
    unit: 'value',
    origin: 'astropy',
  }),
  missing: choice(MISSING_TREATMENTS, {
    title: 'Missing values',
    description: 'interpolate = left out of the weighted mean. fill = replaced by a number. preserve = left out, and missing in the result, too.',
    default: 'interpolate',
    origin: 'astropy',
  }),
  missingFill: Type.Number({
    when: { missing: ['fill'] },
    title: 'Fill of missing values',
    description: 'The number that takes the place of missing values. It is apart from the fill beyond the edge; in astropy both are one.',
    default: 0,
    unit: 'value',
  }),
  normalize: Type.Boolean({
    ...(gridded ? { when: gridded } : {}),
    title: 'Normalise',
    description: 'Divide by the sum of the kernel. Kernels that sum to zero (mexican-hat) cannot be: turn it off for them.',
    default: true,
    origin: 'astropy',
  }),
  mode: choice(['convolution', 'correlation'], {
    when: { kernel: ['custom'] },
    title: 'Mode',
    description: 'A convolution turns the kernel around, a correlation lays it on the values as it is. Symmetric kernels do not mind.',
    default: 'convolution',
  }),
  method: choice(['auto', 'direct', 'fft'], {
    more: true,
    ...(gridded ? { when: gridded } : {}),
    title: 'Method',
    description:
      'direct sums pixel by pixel, fft goes by Fourier transforms; they agree to 1e-9. auto takes the faster, and a separable kernel by its two factors.',
    default: 'auto',
  }),
});

export interface KernelParams {
  readonly kernel: KernelName;
  readonly width: number;
  readonly size?: number | undefined;
  readonly ringWidth: number;
  readonly alpha: number;
  readonly slope: number;
  readonly numbers: string;
  readonly angle?: number | undefined;
  readonly axisRatio?: number | undefined;
}

/** The kernel of a step in units of `step` (1 for pixels; for a light curve the cadence). */
export function kernelSpecOf(params: KernelParams, step = 1): KernelSpec {
  const { kernel, width, size, ringWidth, alpha, slope, numbers, angle, axisRatio } = params;
  const isOwn = kernel === 'custom' && numbers.trim() !== '';
  return {
    kernel,
    width: width / step,
    size: kernel === 'custom' ? undefined : size,
    ringWidth: ringWidth / step,
    alpha,
    slope: slope * step,
    angle,
    axisRatio,
    numbers: isOwn ? parseNumbers(numbers) : undefined,
  };
}

/** A kernel in a few words, for the history. */
export function describeKernel({ kernel, width, size }: KernelParams, unit: string): string {
  if (kernel === 'custom') return 'custom kernel';
  if (kernel === 'distance') return `distance, ${size ?? 15} wide`;
  return `${kernel} ${width}${unit}`;
}
