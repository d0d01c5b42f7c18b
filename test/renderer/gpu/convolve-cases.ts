import { CONVOLVE_DEFAULTS, type ConvolveOptions, type Raster } from '../../../src/core/numerics/convolve/convolve-options';
import { kernelOf } from '../../../src/core/numerics/convolve/kernels';
import type { ConvolutionInput } from '../../../src/renderer/gpu/programs/convolve-2d';
import { golden, numbers } from '../../golden/load';

interface Case {
  readonly dimensions: 1 | 2;
  readonly kernel: string;
  readonly boundary: ConvolveOptions['boundary'];
  readonly fillValue: number | null;
  readonly missing: ConvolveOptions['missing'];
  readonly missingFill: number;
  readonly normalize: boolean;
  readonly values: readonly (number | null)[];
}

export interface GoldenConvolution {
  readonly name: string;
  readonly dimensions: 1 | 2;
  readonly input: ConvolutionInput;
  /** What astropy.convolution makes of it; NaN = missing. */
  readonly values: Float64Array;
}

/** astropy's results for every boundary × missing × normalisation, as inputs of the programs convolve-1d and convolve-2d. */
export function goldenConvolutions(): readonly GoldenConvolution[] {
  const file = golden<{
    sequence: readonly (number | null)[];
    image: { width: number; height: number; values: readonly (number | null)[] };
    kernels_1d: Record<string, readonly number[]>;
    kernels_2d: Record<string, readonly (readonly number[])[]>;
    zero_sum: { 1: readonly number[]; 2: readonly (readonly number[])[] };
    cases: readonly Case[];
  }>('convolve.json');
  const sequence: Raster = { width: file.sequence.length, height: 1, values: numbers(file.sequence) };
  const image: Raster = { ...file.image, values: numbers(file.image.values) };
  return file.cases.map(({ dimensions, kernel, values, fillValue, ...c }) => {
    const rows = dimensions === 1 ? [file.kernels_1d[kernel] ?? file.zero_sum[1]] : (file.kernels_2d[kernel] ?? file.zero_sum[2]);
    const { boundary, missing, missingFill, normalize } = c;
    return {
      name: `${dimensions}-D ${kernel}, ${boundary} ${fillValue ?? 'missing'}, missing ${missing}, ${normalize ? '' : 'not '}normalised`,
      dimensions,
      values: numbers(values),
      input: {
        raster: dimensions === 1 ? sequence : image,
        kernel: kernelOf(Float64Array.from(rows.flat()), rows[0]!.length, rows.length),
        options: { ...CONVOLVE_DEFAULTS, boundary, missing, missingFill, normalize, fillValue: fillValue ?? NaN },
      },
    };
  });
}
