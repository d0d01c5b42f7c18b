import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONVOLVE_DEFAULTS, type ConvolveOptions, type Raster } from '../../../src/core/numerics/convolve/convolve-options';
import { convolveRangeSteps, convolveSteps } from '../../../src/core/numerics/convolve/convolve';
import { convolvePlan } from '../../../src/core/numerics/convolve/convolve-plan';
import type { Kernel } from '../../../src/core/numerics/convolve/kernel-spec';
import { kernel1d, kernel2d, kernelOf } from '../../../src/core/numerics/convolve/kernels';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';
import { convolutions } from '../../golden/convolutions';
import { expectClose } from '../../golden/load';

const { cases, fft, sequence, image, kernelFor, optionsFor, nameOf } = convolutions;

const run = (raster: Raster, kernel: Kernel, options: Partial<ConvolveOptions>) =>
  drain(convolveSteps(raster, kernel, { ...CONVOLVE_DEFAULTS, ...options }));

function expectAgreement(a: Float64Array, b: Float64Array, tolerance: number, scale: number): void {
  const at = a.findIndex((v, i) => (v === v || b[i] === b[i]) && !(Math.abs(v - b[i]!) <= tolerance * scale));
  expect(at, `${a[at]} and ${b[at]} at ${at}`).toBe(-1);
}

describe('convolution is that of astropy', () => {
  it.each(cases.map((c) => [nameOf(c), c] as const))('%s', (_name, wanted) => {
    const kernel = kernelFor(wanted);
    const methods = kernel.separable ? (['direct', 'separable', 'fft'] as const) : (['direct', 'fft'] as const);
    for (const method of methods) {
      const made = run(wanted.dimensions === 1 ? sequence : image, kernel, { ...optionsFor(wanted), method });
      expect(made.plan.method).toBe(method);
      wanted.values.forEach((v, i) => expectClose(made.values[i], v, 1e-12, `${method}, value ${i}`));
    }
  });

  it('and that of its transforms, where those say the same', () => {
    const values = sequence.values.map((v) => (v === v ? v : 100));
    for (const boundary of ['fill', 'wrap'] as const) {
      const made = run({ ...sequence, values }, kernelFor({ dimensions: 1, kernel: 'lopsided' }), { boundary, method: 'fft' });
      fft[boundary].forEach((v, i) => expectClose(made.values[i], v, 1e-12, `${boundary} ${i}`));
    }
  });

  it('refuses what it refuses', () => {
    const kernel = kernelFor({ dimensions: 2, kernel: 'zero sum' });
    const whole = { ...image, values: image.values.map((v) => (v === v ? v : 1)) };
    expect(() => run(whole, kernel, {})).toThrow('invalid normalize: true');
    expect(() => run(image, kernel, { normalize: false })).toThrow('invalid missing: interpolate');
    expect(() => run(image, kernel, { normalize: false, missing: 'preserve' })).toThrow('invalid missing: preserve');
    expect(() => run(whole, kernel, { normalize: false, fillValue: NaN })).toThrow('invalid missing');
    expect(() => run(whole, kernel, { normalize: false })).not.toThrow();
    expect(() => run(image, kernel2d({ kernel: 'box', width: 13 }), { boundary: 'none' })).toThrow('invalid boundary: none');
    expect(() => run(image, kernel2d({ kernel: 'tophat', width: 3 }), { method: 'separable' })).toThrow('no outer product');
    expect(() => run(image, kernel2d({ kernel: 'box', width: 3 }), { fillValue: Infinity })).toThrow('invalid fillValue');
  });
});

/** A random raster with missing values in blots, a random kernel, random options. */
const situation = fc.record({
  seed: fc.integer(),
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.constantFrom(1, 1, 2, 7, 23, 40),
  kw: fc.constantFrom(1, 3, 5, 9, 21),
  kh: fc.constantFrom(1, 3, 5, 9, 21),
  gaps: fc.constantFrom(0, 0.02, 0.3, 0.7, 0.97),
  isSigned: fc.boolean(),
  boundary: fc.constantFrom('fill' as const, 'extend' as const, 'wrap' as const),
  fillValue: fc.constantFrom(0, 12, NaN),
  missing: fc.constantFrom('interpolate' as const, 'fill' as const, 'preserve' as const),
  normalize: fc.boolean(),
  mode: fc.constantFrom('convolution' as const, 'correlation' as const),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

function build({ seed, width, height, kw, kh: tall, gaps, isSigned }: Situation): { raster: Raster; kernel: Kernel } {
  const random = seededRandom(seed);
  const kh = height === 1 ? 1 : tall;
  const raster = {
    width,
    height,
    values: Float64Array.from({ length: width * height }, () => (random() < gaps / 2 ? NaN : 20 * random())),
    use: Uint8Array.from({ length: width * height }, () => (random() < gaps / 2 ? 0 : 1)),
  };
  const values = Float64Array.from({ length: kw * kh }, () => (random() < 0.2 ? 0 : isSigned ? 1.3 * random() - 0.3 : random() ** 8));
  values[(values.length - 1) / 2] = 1;
  return { raster, kernel: kernelOf(values, kw, kh) };
}

/** One pixel after another, from the definition. */
function plain({ width, height, values, use }: Raster, kernel: Kernel, o: ConvolveOptions): Float64Array {
  const hx = (kernel.width - 1) / 2;
  const hy = (kernel.height - 1) / 2;
  const at = (x: number, y: number): number => {
    const isOut = x < 0 || y < 0 || x >= width || y >= height;
    if (isOut && o.boundary === 'fill') return o.fillValue;
    const cx = o.boundary === 'wrap' ? ((x % width) + width) % width : Math.max(0, Math.min(width - 1, x));
    const cy = o.boundary === 'wrap' ? ((y % height) + height) % height : Math.max(0, Math.min(height - 1, y));
    const i = cy * width + cx;
    if (use![i] === 1 && Number.isFinite(values[i])) return values[i]!;
    return o.missing === 'fill' ? o.missingFill : NaN;
  };
  return values.map((_, i) => {
    const [x0, y0] = [i % width, Math.floor(i / width)];
    let top = 0;
    let bottom = 0;
    for (let j = -hy; j <= hy; j++)
      for (let k = -hx; k <= hx; k++) {
        const v = o.mode === 'convolution' ? at(x0 - k, y0 - j) : at(x0 + k, y0 + j);
        const w = kernel.values[(j + hy) * kernel.width + k + hx]!;
        if (Number.isNaN(v)) continue;
        top += w * v;
        bottom += w;
      }
    if (o.missing === 'preserve' && Number.isNaN(at(x0, y0))) return NaN;
    const mean = bottom === 0 ? at(x0, y0) : top / bottom;
    return o.normalize ? mean : mean * kernel.sum;
  });
}

describe('convolution', () => {
  it('is its definition, by every method', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const { raster, kernel } = build(s);
        const options = { ...CONVOLVE_DEFAULTS, ...s, missingFill: -2 };
        const wanted = plain(raster, kernel, options);
        // Where weights of both signs nearly cancel, so does every digit.
        const scale = wanted.reduce((m, v) => (v === v ? Math.max(m, Math.abs(v)) : m), 20);
        for (const method of ['direct', 'fft', 'auto'] as const)
          expectAgreement(run(raster, kernel, { ...options, method }).values, wanted, 1e-9, scale);
      }),
      { numRuns: 150 },
    );
  });

  it('of a kernel that is an outer product goes by its factors', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const { raster } = build(s);
        const kernel = kernel2d({ kernel: 'gaussian', width: 1 + (s.kw % 3) });
        const [direct, separable] = (['direct', 'separable'] as const).map((method) => run({ ...raster }, kernel, { ...s, method }));
        expectAgreement(separable!.values, direct!.values, 1e-12, 20);
        expect(separable!.empty).toBe(direct!.empty);
      }),
      { numRuns: 60 },
    );
  });

  it('can be shared by rows', () => {
    fc.assert(
      fc.property(situation, fc.constantFrom('direct' as const, 'fft' as const), fc.double({ min: 0, max: 1, noNaN: true }), (s, method, share) => {
        const { raster, kernel } = build(s);
        const options = { ...CONVOLVE_DEFAULTS, ...s, method };
        const whole = run(raster, kernel, options);
        const plan = convolvePlan(raster, kernel, options, whole.missing);
        const cut = Math.floor(share * raster.height);
        const out = new Float64Array(raster.values.length).fill(-1);
        const empty = drain(convolveRangeSteps(raster, plan, cut, raster.height, out)) + drain(convolveRangeSteps(raster, plan, 0, cut, out));
        expectAgreement(
          out,
          whole.values,
          1e-11,
          whole.values.reduce((m, v) => (v === v ? Math.max(m, Math.abs(v)) : m), 20),
        );
        expect(empty).toBe(whole.empty);
      }),
      { numRuns: 60 },
    );
  });

  it('agrees over many windows, with large gaps', () => {
    const [width, height] = [331, 257];
    const random = seededRandom(3);
    const values = Float64Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return Math.hypot(x - 100, y - 90) < 60 || x > 290 || random() < 0.01 ? NaN : 1000 + 50 * random();
    });
    const raster = { width, height, values };
    for (const spec of [
      { kernel: 'moffat', width: 2 },
      { kernel: 'tophat', width: 9 },
      { kernel: 'ring', width: 4, ringWidth: 2 },
    ] as const) {
      const [direct, fft] = (['direct', 'fft'] as const).map((method) => run(raster, kernel2d(spec), { method }));
      // Where a tenth of the weights falls on values, roundings show ten times.
      expectAgreement(fft!.values, direct!.values, 1e-11, 1000);
      expect(direct!.empty).toBeGreaterThan(100);
      expect(fft!.empty).toBe(direct!.empty);
    }
    const long = { width: width * height, height: 1, values };
    const kernel = kernel1d({ kernel: 'gaussian', width: 150 });
    const [direct, fft] = (['direct', 'fft'] as const).map((method) => run(long, kernel, { method, boundary: 'wrap' }));
    // 1201 taps: weights that are spread from what is missing add up that many roundings.
    expectAgreement(fft!.values, direct!.values, 1e-11, 1000);
  });

  it('of a level is that level wherever anything is known', () => {
    const values = Float64Array.from({ length: 900 }, (_, i) => (i % 7 < 3 || i > 700 ? NaN : 5.5));
    const made = run({ width: 30, height: 30, values }, kernel2d({ kernel: 'gaussian', width: 2 }), { boundary: 'extend' });
    expect(made.missing).toBeGreaterThan(400);
    for (const v of made.values) if (v === v) expect(v).toBeCloseTo(5.5, 12);
  });
});
