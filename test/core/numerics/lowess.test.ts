import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowessSteps } from '../../../src/core/numerics/lowess';
import { drain } from '../../../src/core/numerics/steps';
import { type FitPoints, fitPointsSteps } from '../../../src/core/numerics/time-segments';
import { seededRandom } from '../../../src/core/operations/runner';
import { expectClose, golden, numbers } from '../../golden/load';

interface Golden {
  readonly series: Readonly<Record<string, { readonly time: (number | null)[]; readonly value: (number | null)[] }>>;
  readonly lowess: readonly { readonly series: string; readonly fraction: number; readonly iterations: number; readonly fit: (number | null)[] }[];
  readonly lowess_window: readonly { readonly series: string; readonly half: number; readonly iterations: number; readonly fit: (number | null)[] }[];
}
const made = golden<Golden>('noise.json');

function pointsOf(times: Float64Array, values: Float64Array, tolerance = Infinity): FitPoints {
  return drain(fitPointsSteps(times, values, new Uint8Array(times.length).fill(1), tolerance));
}

describe('lowess', () => {
  it.each(made.lowess)('is statsmodels on $series, $fraction of the points, $iterations iterations', ({ series, fraction, iterations, fit }) => {
    const { time, value } = made.series[series]!;
    const points = pointsOf(numbers(time), numbers(value));
    const at = points.times.slice(0, points.count);
    const neighbours = Math.max(2, Math.floor(fraction * points.count + 1e-10));
    const curve = drain(lowessSteps(at, pointsOf(at, points.values.slice(0, points.count)), { neighbours, iterations, skip: 0 }));
    fit.forEach((v, i) => expectClose(curve[i], v, 1e-9, `point ${i}`));
  });

  it.each(made.lowess_window)('is the paper on $series with half $half, $iterations iterations', ({ series, half, iterations, fit }) => {
    const times = numbers(made.series[series]!.time);
    const curve = drain(lowessSteps(times, pointsOf(times, numbers(made.series[series]!.value)), { half, iterations }));
    expect(curve.length).toBe(fit.length);
    fit.forEach((v, i) => expectClose(curve[i], v, 1e-9, `row ${i}`));
  });

  it('reproduces a straight line in every segment, at rows without a value too', () => {
    const line = fc.record({
      slope: fc.double({ min: -5, max: 5, noNaN: true }),
      steps: fc.array(fc.double({ min: 0.01, max: 9, noNaN: true }), { minLength: 8 }),
    });
    fc.assert(
      fc.property(line, ({ slope, steps }) => {
        let t = 55000;
        const times = Float64Array.from(steps, (s) => (t += s));
        const values = times.map((x) => 3 + slope * (x - 55000));
        const gappy = values.map((v, i) => (i % 5 === 2 ? NaN : v));
        const curve = drain(lowessSteps(times, pointsOf(times, gappy), { half: 40, iterations: 2 }));
        values.forEach((v, i) => expectClose(curve[i], v, 1e-7, `row ${i}`));
      }),
    );
  });

  it('passes over rows in full windows with an error that falls with the square of the step', () => {
    const random = seededRandom(3);
    const n = 4000;
    const times = Float64Array.from({ length: n }, (_, i) => 0.02 * i + 0.01 * random() + (i > 2500 ? 9 : 0));
    const values = times.map((t) => 100 + 10 * Math.sin(t / 8) + random());
    const points = pointsOf(times, values, 5);
    const exact = drain(lowessSteps(times, points, { half: 8, iterations: 1, skip: 0 }));
    const worst = (skip: number | undefined): number =>
      drain(lowessSteps(times, points, { half: 8, iterations: 1, skip })).reduce((w, v, i) => Math.max(w, Math.abs(v - exact[i]!)), 0);
    expect(worst(undefined)).toBeGreaterThan(0);
    expect(worst(undefined)).toBeLessThan(1e-4 * 10);
    expect(worst(1 / 16)).toBeGreaterThan(4 * worst(1 / 64));
  });

  it('is not moved by an outlier when it iterates, and leaves rows out of reach missing', () => {
    const times = Float64Array.from({ length: 41 }, (_, i) => (i === 40 ? 500 : i));
    const values = times.map((t, i) => Math.sin(t / 20) + 0.01 * (i % 3) + (i === 20 ? 50 : 0));
    values[40] = NaN;
    const points = pointsOf(times, values);
    const plain = drain(lowessSteps(times, points, { half: 8, iterations: 0 }));
    const robust = drain(lowessSteps(times, points, { half: 8, iterations: 3 }));
    expect(plain[20]!).toBeGreaterThan(3);
    expect(robust[20]!).toBeCloseTo(Math.sin(1), 1);
    expect(robust[40]).toBeNaN();
  });
});
