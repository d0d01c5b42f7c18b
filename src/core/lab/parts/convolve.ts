import { convolveRangeSteps } from '../../numerics/convolve/convolve';
import { CONVOLVE_DEFAULTS } from '../../numerics/convolve/convolve-options';
import { convolvePlan } from '../../numerics/convolve/convolve-plan';
import { kernel2d } from '../../numerics/convolve/kernels';
import { definePart } from '../part';

/** Sides of the distance kernel. */
export const LAB_KERNEL = 15;

export interface ConvolveArgs {
  readonly width: number;
  /** Rows of the image: those asked for and, where there are such, seven above and below. */
  readonly values: Float64Array;
  /** The same rows of the result; written in [from, to) only. */
  readonly out: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** The distance kernel √(x² + y²), 15 × 15, as it is: not divided by its sum. */
export const labKernel = (): ReturnType<typeof kernel2d> => kernel2d({ kernel: 'distance', width: 1, size: LAB_KERNEL });

/** Rows of an image convolved with the distance kernel tap by tap; 0 beyond the edges. */
export const convolve = definePart<ConvolveArgs>({
  written: ['out'],
  *run({ width, values, out, from, to }) {
    const shape = { width, height: values.length / width };
    const plan = convolvePlan(shape, labKernel(), { ...CONVOLVE_DEFAULTS, normalize: false, method: 'direct' }, 0);
    yield* convolveRangeSteps({ ...shape, values }, plan, from, to, out);
    return undefined;
  },
  results: ({ width, out, from, to }) => [out.subarray(from * width, to * width)],
});
