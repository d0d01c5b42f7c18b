import type { ConvolutionInput } from '../../../src/renderer/gpu/programs/convolve-2d';
import { convolutions } from '../../golden/convolutions';
import { numbers } from '../../golden/load';

export interface GoldenConvolution {
  readonly name: string;
  readonly dimensions: 1 | 2;
  readonly input: ConvolutionInput;
  /** What astropy.convolution makes of it; NaN = missing. */
  readonly values: Float64Array;
}

/** astropy's results for every boundary × missing × normalisation, as inputs of the programs convolve-1d and convolve-2d. */
export function goldenConvolutions(): readonly GoldenConvolution[] {
  const { cases, sequence, image, kernelFor, optionsFor, nameOf } = convolutions;
  return cases.map((c) => ({
    name: nameOf(c),
    dimensions: c.dimensions,
    values: numbers(c.values),
    input: { raster: c.dimensions === 1 ? sequence : image, kernel: kernelFor(c), options: optionsFor(c) },
  }));
}
