import { CONVOLVE_DEFAULTS, type ConvolveOptions, type Raster } from '../../src/core/numerics/convolve/convolve-options';
import type { Kernel } from '../../src/core/numerics/convolve/kernel-spec';
import { kernelOf } from '../../src/core/numerics/convolve/kernels';
import { golden, numbers } from './load';

/** One convolution by astropy. */
export interface GoldenCase {
  readonly dimensions: 1 | 2;
  readonly kernel: string;
  readonly boundary: ConvolveOptions['boundary'];
  readonly fillValue: number | null;
  readonly missing: ConvolveOptions['missing'];
  readonly missingFill: number;
  readonly normalize: boolean;
  readonly values: readonly (number | null)[];
}

const file = golden<{
  sequence: readonly (number | null)[];
  image: { width: number; height: number; values: readonly (number | null)[] };
  kernels_1d: Record<string, readonly number[]>;
  kernels_2d: Record<string, readonly (readonly number[])[]>;
  zero_sum: { 1: readonly number[]; 2: readonly (readonly number[])[] };
  cases: readonly GoldenCase[];
  fft: Record<'fill' | 'wrap', readonly number[]>;
}>('convolve.json');

const sequence: Raster = { width: file.sequence.length, height: 1, values: numbers(file.sequence) };
const image: Raster = { ...file.image, values: numbers(file.image.values) };

function kernelFor({ dimensions, kernel }: Pick<GoldenCase, 'dimensions' | 'kernel'>): Kernel {
  const rows = dimensions === 1 ? [file.kernels_1d[kernel] ?? file.zero_sum[1]] : (file.kernels_2d[kernel] ?? file.zero_sum[2]);
  return kernelOf(Float64Array.from(rows.flat()), rows[0]!.length, rows.length);
}

const optionsFor = ({ fillValue, boundary, missing, missingFill, normalize }: GoldenCase): ConvolveOptions => ({
  ...CONVOLVE_DEFAULTS,
  boundary,
  missing,
  missingFill,
  normalize,
  fillValue: fillValue ?? NaN,
});

const nameOf = (c: GoldenCase): string =>
  `${c.dimensions}-D ${c.kernel}, ${c.boundary} ${c.fillValue ?? 'missing'}, missing ${c.missing}, ${c.normalize ? '' : 'not '}normalised`;

/** What astropy.convolution makes of a sequence and an image with gaps: every boundary × missing × normalisation, and its transforms. */
export const convolutions = { cases: file.cases, fft: file.fft, sequence, image, kernelFor, optionsFor, nameOf };
