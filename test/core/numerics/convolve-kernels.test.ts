import { describe, expect, it } from 'vitest';
import { besselJ1 } from '../../../src/core/numerics/bessel-j1';
import type { KernelSpec } from '../../../src/core/numerics/convolve/kernel-spec';
import { kernel1d, kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { parseNumbers } from '../../../src/core/numerics/convolve/parse-numbers';
import { expectClose, golden } from '../../golden/load';

interface GoldenKernel {
  readonly dimensions: 1 | 2;
  readonly spec: KernelSpec;
  readonly width: number;
  readonly height: number;
  readonly values: readonly number[];
}

const { kernels } = golden<{ kernels: readonly GoldenKernel[] }>('convolve.json');

describe('kernels', () => {
  it.each(kernels.map((k) => [`${k.dimensions}-D ${JSON.stringify(k.spec)}`, k] as const))('%s is as astropy samples it', (_name, wanted) => {
    const made = wanted.dimensions === 1 ? kernel1d(wanted.spec) : kernel2d(wanted.spec);
    expect([made.width, made.height]).toEqual([wanted.width, wanted.height]);
    wanted.values.forEach((v, i) => expectClose(made.values[i], v, 1e-14, `value ${i}`));
  });

  it('sees which are outer products', () => {
    const separable = (spec: KernelSpec): boolean => kernel2d(spec).separable !== undefined;
    expect(separable({ kernel: 'gaussian', width: 3 })).toBe(true);
    expect(separable({ kernel: 'gaussian', width: 3, axisRatio: 0.5, angle: 90 })).toBe(true);
    expect(separable({ kernel: 'gaussian', width: 3, axisRatio: 0.5, angle: 89 })).toBe(false);
    expect(separable({ kernel: 'box', width: 4 })).toBe(true);
    expect(separable({ kernel: 'bicubic', width: 3 })).toBe(true);
    for (const kernel of ['tophat', 'moffat', 'airy', 'mexican-hat', 'distance'] as const)
      expect(separable({ kernel, width: 3 }), kernel).toBe(false);
    const { values, width, separable: factors } = kernel2d({ kernel: 'custom', width: 1, numbers: parseNumbers('1 2 4; 0 0 0; -3 -6 -12') });
    values.forEach((v, i) => expect(factors!.y[Math.floor(i / width)]! * factors!.x[i % width]!).toBeCloseTo(v, 14));
  });

  it('says what is wrong with one', () => {
    expect(() => kernel2d({ kernel: 'gaussian', width: 0 })).toThrow('invalid width: 0 (must be > 0)');
    expect(() => kernel2d({ kernel: 'gaussian', width: 1, size: 4 })).toThrow('invalid size: 4 (must be an odd whole number)');
    expect(() => kernel2d({ kernel: 'gaussian', width: 1e6 })).toThrow('8000001 pixels wide');
    expect(() => kernel2d({ kernel: 'ring', width: 2.2, ringWidth: 0.05 })).not.toThrow();
    expect(() => kernel1d({ kernel: 'ring', width: 2.2, ringWidth: 0.05 })).toThrow('no pixel of the ring has any weight');
    expect(() => kernel1d({ kernel: 'custom', width: 1, numbers: parseNumbers('1 2 3 4') })).toThrow('both sides must be odd');
    expect(() => kernel1d({ kernel: 'custom', width: 1, numbers: parseNumbers('1;2;1') })).toThrow('must be one for a light curve');
    expect(() => kernel2d({ kernel: 'custom', width: 1, numbers: parseNumbers('1 2 1; 1') })).toThrow('rows differ in length');
    expect(() => kernel2d({ kernel: 'custom', width: 1 })).toThrow('invalid numbers: none');
    expect(() => kernel2d({ kernel: 'custom', width: 1, numbers: [[0]] })).toThrow('all its numbers are 0');
    expect(() => parseNumbers('1 two 3')).toThrow('invalid numbers: two');
  });

  it('knows the first zeros of J1', () => {
    for (const zero of [3.8317059702075125, 7.015586669815619, 10.173468135062722, 101.31266182303874])
      expect(Math.abs(besselJ1(zero))).toBeLessThan(2e-15);
    expect(besselJ1(1)).toBeCloseTo(0.4400505857449335, 15);
  });
});
