import { Type } from '@sinclair/typebox';
import { CONVOLVE_DEFAULTS } from '../../numerics/convolve/convolve-options';
import { KERNEL_NAMES } from '../../numerics/convolve/kernel-spec';
import { inBlocks, part } from '../../numerics/steps';
import { AppError, type Progress } from '../../protocol/outcome';
import { convolveImageSteps } from '../convolve-image';
import { kernelCompanion } from '../convolve-kernel';
import { type KernelParams, convolveParams, describeKernel, kernelShapeParams } from '../convolve-params';
import { convolveOnCadenceSteps } from '../convolve-series';
import { type Batch, type Context, defineOperation } from '../definition';
import { IMPUTED, filledName, imputedEffectSteps, needSteps } from '../imputed';
import { choice } from '../params';

const { boundary, fillValue, method } = convolveParams('extend');

type Params = KernelParams & {
  readonly boundary: 'none' | 'fill' | 'extend' | 'wrap';
  readonly fillValue: number;
  readonly method: 'auto' | 'direct' | 'fft';
};

/** What the missing values of a batch are replaced by, one a row; NaN where there is nothing near. */
function* replacementsSteps(input: Batch, params: Params, context: Context): Generator<Progress, Float64Array> {
  const options = { ...CONVOLVE_DEFAULTS, ...params };
  // What stays missing is counted once, at the end.
  if (input.table.image) return (yield* convolveImageSteps(input, options, { ...context, alert: () => undefined })).values;
  if (!input.role('time'))
    throw new AppError({
      code: 'invalid-argument',
      message: 'no column has the role time, and this table is no image',
      hint: 'bind the time, or open an image',
    });
  const curve = yield* part(convolveOnCadenceSteps(input, options, false, context), 0, 0.95);
  yield { fraction: 0.95 };
  const out = new Float64Array(input.length).fill(NaN);
  if (!curve) return out;
  const reading = inBlocks(out.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const cell = curve.grid.cellOf[row]!;
      if (cell >= 0) out[row] = curve.convolved.values[cell]!;
    }
  });
  yield* part(reading, 0.95, 1);
  return out;
}

export default defineOperation({
  id: 'convolve.replace-missing',
  version: 1,
  title: 'Replace missing values by convolution',
  summary: 'Fill missing pixels or values with the weighted mean of what is around them.',
  help: `<value>_filled is the value, and where that is missing the mean of its surroundings weighted by a kernel: astropy's interpolate_replace_nans. Only missing values are replaced; the others stay as they are. The replaced rows get the flag imputed, which informs: they stay in use. The value column itself is never changed.

In an image the kernel is two-dimensional and its lengths are in pixels. A light curve is laid on its cadence grid first, as by convolve.series with grid cadence, and lengths are in cadences.

Flagged rows lend nothing to the others, and keep their own value. Where no weight of the kernel falls on a value the row stays missing: widen the kernel for larger gaps. What the kernels are, and their widths, is said at convolve.image; those that sum to zero are refused. The boundary says what lies beyond the edge; with none, missing values within half a kernel of the edge are replaced by 0, as in astropy.

Traps: a replaced value is a guess without an error bar, smoother than its surroundings. In a crowded field it takes the flux of the neighbours.`,
  cite: 'Astropy Collaboration 2022, ApJ 935, 167, doi:10.3847/1538-4357/ac7c74',
  params: Type.Object(
    {
      kernel: choice(KERNEL_NAMES, { title: 'Kernel', description: 'The weights of what is around a missing value.', default: 'gaussian' }),
      width: Type.Number({
        title: 'Width',
        description: 'In pixels, or cadences of a light curve. gaussian: σ; box: full width; tophat: radius; others: see the help of convolve.image.',
        default: 2,
        exclusiveMinimum: 0,
        unit: 'pixel',
        slider: [0.5, 20],
      }),
      ...kernelShapeParams('pixel'),
      boundary,
      fillValue,
      method,
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'value', title: 'Value' },
    { role: 'time', title: 'Time (of a light curve)', optional: true },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  companion: kernelCompanion,
  *kernel(input, params, context) {
    const values = input.role('value')!;
    const name = input.nameOf('value')!;
    const { need, count } = yield* part(needSteps(input, values, false), 0, 0.1);
    const filled = yield* part(replacementsSteps(input, params, context), 0.1, 0.9);
    let left = 0;
    const counting = inBlocks(filled.length, (from, to) => {
      for (let row = from; row < to; row++) if (need[row] === 1 && filled[row] !== filled[row]) left++;
    });
    yield* part(counting, 0.9, 0.9);
    if (left > 0)
      context.alert({
        severity: 'warning',
        message: `rows stay missing: nothing under the kernel has a value (${count - left} of ${count} replaced)`,
        rows: left,
        hint: 'widen the kernel',
      });
    return yield* part(imputedEffectSteps(input, [{ name, values, need, filled }], `convolution, ${describeKernel(params, '')}`, context), 0.9, 1);
  },
  examples: [
    {
      title: 'The weights 1 2 1 over a light curve',
      columns: { time: [0, 1, 2, 3, 4, 5], value: [1, 2, 3, NaN, 6, NaN] },
      params: { kernel: 'custom', numbers: '1 2 1' },
      expect: { columns: { value_filled: [1, 2, 3, 4.5, 6, 6] }, flagged: [3, 5] },
    },
    {
      title: 'A pixel from its neighbours',
      image: { width: 3, height: 2 },
      columns: { value: [1, NaN, 3, 4, 4, NaN] },
      params: { kernel: 'box', width: 3, boundary: 'fill' },
      // At (1, 0) four numbers around it and three zeros beyond the edge, at (2, 1) 3 and 4 and five zeros.
      expect: { columns: { value_filled: [1, 12 / 7, 3, 4, 4, 7 / 7] }, flagged: [1, 5] },
    },
  ],
  figure: { data: 'image', params: { width: 1 } },
  produces: (_params, nameOf) => ({ columns: [filledName(nameOf('value') ?? 'value')], marks: [IMPUTED] }),
  describe: (params) => describeKernel(params, ''),
});
