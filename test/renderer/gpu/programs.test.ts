import { describe, expect, it } from 'vitest';
import { kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { CONVOLVE_DEFAULTS } from '../../../src/core/numerics/convolve/convolve-options';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';
import { checkSample } from '../../../src/renderer/gpu/check-sample';
import type { GpuProgram } from '../../../src/renderer/gpu/gpu-program';
import { convolve1d } from '../../../src/renderer/gpu/programs/convolve-1d';
import { convolve2d } from '../../../src/renderer/gpu/programs/convolve-2d';
import { PROGRAMS } from '../../../src/renderer/gpu/programs';
import { splitForTurns } from '../../../src/renderer/gpu/split-turns';
import { goldenConvolutions } from './convolve-cases';
import { FakeDevice, fakeRun } from './fake-device';
import { programCases } from './program-cases';

/** Largest difference, relative to the largest value. */
function difference(a: Float64Array, b: Float64Array): number {
  let worst = 0;
  let size = 0;
  for (const [i, v] of a.entries()) {
    if (Number.isNaN(v) !== Number.isNaN(b[i]!)) return Infinity;
    if (Number.isNaN(v)) continue;
    worst = Math.max(worst, Math.abs(v - b[i]!));
    size = Math.max(size, Math.abs(b[i]!));
  }
  return worst / size;
}

describe('convolution in float32 is that of astropy to 1e-5', () => {
  it.each(goldenConvolutions().map((c) => [c.name, c] as const))('%s', async (_name, { dimensions, input, values }) => {
    const program = dimensions === 1 ? convolve1d : convolve2d;
    const made = await program.run(fakeRun(), input);
    for (const seed of [1, 2, 3]) checkSample(program, input, made, seededRandom(seed));
    // Kernels with negative weights cancel: errors are relative to what they are sums of.
    const { scales } = program.sample(
      input,
      Uint32Array.from(values, (_, i) => i),
    );
    values.forEach((v, i) => {
      if (Number.isNaN(v)) expect(made[i], `value ${i}`).toBeNaN();
      else expect(Math.abs(made[i]! - v), `value ${i}: ${made[i]} (must be ${v})`).toBeLessThanOrEqual(1e-5 * Math.max(Math.abs(v), scales[i]!));
    });
  });
});

describe.each(programCases())('$name', ({ program, input }) => {
  const twin = PROGRAMS[program] as GpuProgram<unknown>;

  it('agrees with its float64 twin', async () => {
    const made = await twin.run(fakeRun(), input);
    expect(difference(made, drain(twin.exact(input)))).toBeLessThan(1e-5);
    expect(checkSample(twin, input, made, seededRandom(1)).largestDifference).toBeLessThan(1e-5);
  });

  it('has samples that are its float64 values', () => {
    const all = drain(twin.exact(input));
    const places = Uint32Array.from({ length: 20 }, (_, i) => Math.floor((i * (all.length - 1)) / 19));
    const { values } = twin.sample(input, places);
    expect(
      difference(
        values,
        Float64Array.from(places, (p) => all[p]!),
      ),
    ).toBeLessThan(1e-12);
  });

  it('leaves nothing on the device', async () => {
    const device = new FakeDevice();
    await twin.run(fakeRun(device), input);
    expect(device.alive).toBe(0);
  });
});

describe('an image that stays on the device', () => {
  const side = 64;
  const values = Float64Array.from({ length: side * side }, (_, i) => 1000 + Math.sin(i));
  const input = (width: number) => ({
    raster: { width: side, height: side, values },
    kernel: kernel2d({ kernel: 'gaussian', width }),
    options: CONVOLVE_DEFAULTS,
    name: 'image 1',
  });

  it('is uploaded once while a slider moves', async () => {
    const device = new FakeDevice();
    const run = fakeRun(device);
    for (const width of [1.2, 1.3, 1.4, 1.5, 1.9]) {
      const made = await convolve2d.run(run, input(width));
      expect(difference(made, drain(convolve2d.exact(input(width))))).toBeLessThan(1e-6);
    }
    expect(device.uploads).toBe(1);
  });

  it('is computed in strips', async () => {
    const device = new FakeDevice();
    const raster = { width: 600, height: 600, values: Float64Array.from({ length: 360_000 }, (_, i) => i % 17) };
    await convolve2d.run(fakeRun(device), { ...input(1), raster, name: undefined, kernel: kernel2d({ kernel: 'tophat', width: 1, size: 3 }) });
    expect(device.runs.length).toBeGreaterThan(1);
    expect(device.runs.reduce((a, b) => a + b)).toBe(360_000);
  });
});

it('splits times so that phases stay good to 1e-5 after a hundred thousand cycles', () => {
  const random = seededRandom(3);
  const times = Float64Array.from({ length: 500 }, () => (random() - 0.5) * 4000);
  const frequencies = Float64Array.from({ length: 500 }, () => 25 + random());
  const [t, f] = [splitForTurns(times), splitForTurns(frequencies)];
  const { fround } = Math;
  const turn = (x: number): number => x - Math.round(x);
  for (let i = 0; i < 500; i++) {
    const whole = fround(t.high[i]! * f.high[i]!);
    expect(whole).toBe(t.high[i]! * f.high[i]!);
    const rest = fround(fround(t.high[i]! * f.low[i]!) + fround(t.low[i]! * f.high[i]!) + fround(t.low[i]! * f.low[i]!));
    expect(Math.abs(turn(turn(whole) + rest - times[i]! * frequencies[i]!))).toBeLessThan(1e-5);
  }
});
