import { CONVOLVE_DEFAULTS } from '../../../src/core/numerics/convolve/convolve-options';
import { kernel1d, kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { seededRandom } from '../../../src/core/operations/runner';
import type { GpuTask } from '../../../src/renderer/gpu/gpu-service';

/** Small inputs for every program, with what is hard: large offsets, gaps, missing values, ties. */
export function programCases(): readonly (GpuTask & { readonly name: string })[] {
  const random = seededRandom(7);
  const image = Float64Array.from({ length: 40 * 30 }, (_, i) => (i % 41 === 5 ? NaN : 5000 + 100 * random()));
  const values = Float64Array.from({ length: 900 }, (_, i) => (i % 50 === 3 ? NaN : 15 + Math.round(20 * random()) / 10));
  const there = values.filter((v) => !Number.isNaN(v));
  const times = Float64Array.from({ length: 700 }, (_, i) => 2_450_000 + i * 3.1 + 2 * random() + (i > 300 ? 150 : 0));
  const curve = times.map((t) => 16 + 0.4 * Math.sin((2 * Math.PI * t) / 0.5683) + 0.02 * random());
  const errors = times.map(() => 0.01 + 0.01 * random());
  const raster = { width: 40, height: 30, values: image };
  const sequence = { width: values.length, height: 1, values };
  const options = CONVOLVE_DEFAULTS;
  return [
    { name: 'image with gaps', program: 'convolve-2d', input: { raster, kernel: kernel2d({ kernel: 'gaussian', width: 1.5 }), options } },
    {
      name: 'rotated kernel, wrapped',
      program: 'convolve-2d',
      input: { raster, kernel: kernel2d({ kernel: 'moffat', width: 2, axisRatio: 0.4, angle: 30 }), options: { ...options, boundary: 'wrap' } },
    },
    {
      name: 'mexican hat',
      program: 'convolve-2d',
      input: {
        raster,
        kernel: kernel2d({ kernel: 'mexican-hat', width: 1 }),
        options: { ...options, normalize: false, missing: 'fill', missingFill: 5050, boundary: 'extend' },
      },
    },
    { name: 'sequence with gaps', program: 'convolve-1d', input: { raster: sequence, kernel: kernel1d({ kernel: 'box', width: 150 }), options } },
    { name: 'fold', program: 'fold-and-bin', input: { times, values: curve, frequency: 1 / 0.5683, epoch: 2_450_000.3, bins: 64 } },
    { name: 'periodogram', program: 'periodogram', input: { times, values: curve, errors, grid: { first: 1.7, step: 0.0001, count: 900 } } },
    {
      name: 'periodogram from almost no frequency on',
      program: 'periodogram',
      input: { times: times.subarray(0, 64), values: curve.subarray(0, 64), grid: { first: 1e-4, step: 2e-4, count: 300 } },
    },
    { name: 'moving mean', program: 'moving-statistics', input: { values, half: 9, statistic: 'mean' } },
    { name: 'moving deviation', program: 'moving-statistics', input: { values, half: 9, statistic: 'deviation' } },
    { name: 'moving median', program: 'moving-statistics', input: { values, half: 4, statistic: 'median' } },
    { name: 'sum', program: 'reduce', input: { values, reduction: 'sum' } },
    { name: 'smallest', program: 'reduce', input: { values, reduction: 'min' } },
    { name: 'largest', program: 'reduce', input: { values, reduction: 'max' } },
    { name: 'sort', program: 'sort', input: { values: there } },
    { name: 'add', program: 'add', input: { a: curve, b: errors } },
  ];
}
