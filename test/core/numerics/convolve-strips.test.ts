import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convolveSteps } from '../../../src/core/numerics/convolve/convolve';
import { CONVOLVE_DEFAULTS } from '../../../src/core/numerics/convolve/convolve-options';
import { kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { drain } from '../../../src/core/numerics/steps';
import { checkParams } from '../../../src/core/operations/check-params';
import type { StripSizes } from '../../../src/core/operations/definition';
import image from '../../../src/core/operations/convolve/image';

const value = fc.oneof({ weight: 9, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) }, fc.constant(NaN));

describe('strips of an image', () => {
  it.each(['direct', 'separable', 'fft'] as const)('are the same rows of the whole, %s', (method) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 7, max: 20 }),
        fc.integer({ min: 7, max: 30 }),
        fc.infiniteStream(value),
        fc.constantFrom('none', 'fill', 'extend'),
        fc.constantFrom('interpolate', 'fill', 'preserve'),
        fc.nat(40),
        fc.nat(40),
        (width, height, stream, boundary, missing, a, b) => {
          const values = Float64Array.from({ length: width * height }, () => stream.next().value!);
          const kernel = kernel2d({ kernel: 'gaussian', width: 0.8 });
          const halo = (kernel.height - 1) / 2;
          const options = { ...CONVOLVE_DEFAULTS, boundary, missing, method };
          const [from, to] = [Math.min(a, b) % height, Math.max((Math.min(a, b) % height) + 1, Math.max(a, b) % height)];
          const whole = drain(convolveSteps({ width, height, values }, kernel, options)).values;
          const top = Math.max(0, from - halo);
          const held = values.slice(top * width, Math.min(height, to + halo) * width);
          const strip = drain(convolveSteps({ width, height, values: held, top }, kernel, options, { from, to })).values;
          const made = strip.subarray((from - top) * width, (to - top) * width);
          made.forEach((v, i) => {
            const wanted = whole[from * width + i]!;
            if (wanted !== wanted) expect(v).toBeNaN();
            else expect(Math.abs(v - wanted)).toBeLessThan(1e-11);
          });
        },
      ),
    );
  });

  it('are asked of convolve.image with rows enough around them, in whole parts; not where the other side counts', () => {
    const shape = { width: 4096, height: 4096 };
    const strips = (params: Record<string, unknown>): StripSizes | undefined => image.strips!(checkParams(image, params) as never, shape);
    const distance = { kernel: 'distance', normalize: false };
    const { halo, height } = strips({ ...distance, method: 'direct' })!;
    expect(halo).toBe(7);
    expect(height).toBeGreaterThan(8 * halo);
    expect(height).toBeLessThan(shape.height / 4);
    expect(strips({ ...distance, size: 201, method: 'fft' })!.halo).toBe(100);
    expect(strips({ ...distance, boundary: 'wrap' })).toBeUndefined();
    expect(strips({ kernel: 'custom' })).toBeUndefined();
  });
});
