import { Type } from '@sinclair/typebox';
import { KERNEL_NAMES } from '../../numerics/convolve/kernel-spec';
import { part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { kernelCompanion } from '../convolve-kernel';
import { convolveParams, describeKernel, kernelShapeParams } from '../convolve-params';
import { type SeriesParams, convolveInTimeSteps, convolveOnCadenceSteps } from '../convolve-series';
import { convolvedEffectSteps, convolvedNames } from '../convolved-columns';
import { type Batch, type Context, type Effect, defineOperation } from '../definition';
import { choice } from '../params';

function* kernel(
  input: Batch,
  params: SeriesParams & { grid: 'cadence' | 'time'; residual: boolean },
  context: Context,
): Generator<Progress, Effect> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const isKept = (row: number): boolean => params.missing !== 'preserve' || (input.live[row] === 1 && values[row]! - values[row]! === 0);
  let timeless = 0;
  for (let i = times.length - 1; i >= 0 && times[i]! - times[i]! !== 0; i--) timeless++;
  if (timeless > 0) context.alert({ severity: 'info', message: 'rows without a time are not convolved', rows: timeless });
  const shape = { residual: params.residual, description: `convolved: ${describeKernel(params, '')}, ${params.grid}` };
  const tell = (rows: number): void => {
    if (params.missing !== 'preserve' && rows > timeless)
      context.alert({ severity: 'warning', message: 'rows have no value under the kernel', rows: rows - timeless, hint: 'widen the kernel' });
  };
  if (params.grid === 'time') {
    const means = yield* part(convolveInTimeSteps(input, params, context), 0, 0.9);
    return yield* part(
      convolvedEffectSteps(input, shape, (row) => (isKept(row) ? means[row]! : NaN), undefined, tell),
      0.9,
      1,
    );
  }
  const curve = yield* part(convolveOnCadenceSteps(input, params, true, context), 0, 0.9);
  const cells = curve?.grid.cellOf ?? new Int32Array(input.length).fill(-1);
  const half = curve?.half ?? 0;
  const last = (curve?.grid.cells.length ?? 0) - 1 - half;
  const at = (row: number): number => (curve && cells[row]! >= 0 && isKept(row) ? curve.convolved.values[cells[row]!]! : NaN);
  const isMade = (row: number): boolean => params.boundary !== 'none' || (cells[row]! >= half && cells[row]! <= last);
  return yield* part(convolvedEffectSteps(input, shape, at, isMade, curve ? tell : undefined), 0.9, 1);
}

export default defineOperation({
  id: 'convolve.series',
  version: 1,
  title: 'Convolve a light curve',
  summary: 'Convolve each light curve with a kernel: smooth it, or look for a shape in it.',
  help: `<value>_convolved is the light curve convolved with the kernel, <value>_residual the value minus that. Lengths are in the unit of the time. The times need not be even; say how they are taken:

grid cadence: the rows are laid on a grid of equal steps, the median step between rows unless you give the cadence, each in the nearest cell. The grid follows slow drifts of the times. Rows of one cell are averaged, cells without a usable row are missing. There the result is that of astropy.convolution.convolve, and boundary, missing, normalize and method mean the same as there. Right for Kepler and TESS.

grid time: at each row the mean of all points, weighted by the kernel at their true distance in time; always normalised, and at the ends and in gaps of what is there. Right for uneven sampling. Nothing is laid on a grid, so size, boundary, normalize and method do not count, and kernels that sum to zero or have no width in time (mexican-hat, distance, custom) are refused. The Gaussian is not cut at 4 σ here, and rows further than 3 σ from every point get no value.

Width, as astropy's first argument of each kernel: gaussian and mexican-hat σ; box the full width; tophat the half width; ring the distance at which it begins; lorentzian the full width at half maximum (astropy has no such kernel: it is cut at 5 of these on each side, where 6 % of its weight lie beyond); moffat γ; airy the distance of the first dark ring, trapezoid the width of its top; bicubic the distance of the samples it interpolates between (Keys 1981, a = -1/2). distance is |x| over 15 cadences and custom your own numbers, one a cadence, or those of a second file. Kernels are sampled at the middle of a cadence; a box at both ends, so that 4 cadences are 5 cells with halves at the ends, as in astropy. All but mexican-hat, distance and custom sum to 1.

Missing values, and the values of flagged rows: interpolate leaves them out and divides by the weights of the rest; fill puts a number in their place, which is apart from the one beyond the edges (astropy has one for both); preserve is interpolate, with the result missing at these rows. Infinite values count as missing. Kernels that sum to zero cannot be normalised, and not leave values out: turn normalize off, and fill missing values with the level of the light curve. Where no weight falls on any value the result is missing.

Traps: boundary none gives 0 near the ends, as astropy does, and no residual; fill drags the ends to the fill value, which is 0 in astropy by default: here the default is extend. The result's points are not independent: a period search on them finds the kernel.`,
  cite: 'Astropy Collaboration 2022, ApJ 935, 167, doi:10.3847/1538-4357/ac7c74; Keys 1981, IEEE Trans. ASSP 29, 1153, doi:10.1109/TASSP.1981.1163711',
  params: Type.Object(
    {
      kernel: choice(KERNEL_NAMES, {
        title: 'Kernel',
        description: 'The shape of the weights. gaussian, box and tophat smooth; mexican-hat finds bumps.',
        default: 'gaussian',
      }),
      width: Type.Number({
        title: 'Width',
        description:
          'In the unit of the time. gaussian: σ; box: full width; tophat: half width; lorentzian: full width at half maximum; others: see the help.',
        default: 0.1,
        exclusiveMinimum: 0,
        unit: 'time',
        slider: [0.01, 10],
      }),
      grid: choice(['cadence', 'time'], {
        title: 'Grid',
        description: 'cadence = on equal steps of time, gaps are missing values. time = weights by the true times, for uneven sampling.',
        default: 'cadence',
      }),
      cadence: Type.Optional(
        Type.Number({
          more: true,
          when: { grid: ['cadence'] },
          title: 'Cadence',
          description: 'Step of the grid. Absent: the median step between rows.',
          exclusiveMinimum: 0,
          unit: 'time',
        }),
      ),
      ...kernelShapeParams('time'),
      ...convolveParams('extend', { grid: ['cadence'] }),
      residual: Type.Boolean({
        more: true,
        title: 'Residual',
        description: 'Add the value minus the convolved value as a column, too.',
        default: true,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  companion: kernelCompanion,
  kernel,
  examples: [
    {
      title: 'The weights 1 2 1; the missing value is left out',
      columns: { time: [0, 1, 2, 3, 4, 5, 6, 7], value: [1, 2, 3, NaN, 5, 6, 7, 8] },
      params: { kernel: 'custom', numbers: '1 2 1' },
      expect: {
        columns: { value_convolved: [1.25, 2, 8 / 3, 4, 16 / 3, 6, 7, 7.75], value_residual: [-0.25, 0, 1 / 3, NaN, -1 / 3, 0, 0, 0.25] },
      },
    },
    {
      title: 'A box of three days, with 0 beyond the ends and in the gap',
      columns: { time: [0, 1, 2, 4], value: [3, 3, 3, 6] },
      params: { kernel: 'box', width: 3, boundary: 'fill', missing: 'fill' },
      expect: { columns: { value_convolved: [2, 3, 2, 2] } },
    },
    {
      title: 'Weights by the true times',
      columns: { time: [0, 0.5, 3], value: [2, 4, 9] },
      params: { kernel: 'lorentzian', width: 1, grid: 'time' },
      // At the half width the weight is 1/2, at 3 and 2.5 away 1/37 and 1/26.
      expect: {
        columns: {
          value_convolved: [(2 + 2 + 9 / 37) / (1.5 + 1 / 37), (1 + 4 + 9 / 26) / (1.5 + 1 / 26), (9 + 4 / 26 + 2 / 37) / (1 + 1 / 26 + 1 / 37)],
        },
      },
    },
  ],
  figure: { params: { width: 0.2 } },
  produces: ({ residual }, nameOf) => ({ columns: convolvedNames(residual, nameOf) }),
  describe: (params) => `${describeKernel(params, '')}, ${params.grid === 'time' ? 'weights in time' : `boundary ${params.boundary}`}`,
});
