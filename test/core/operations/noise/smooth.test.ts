import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianSmoothSteps } from '../../../../src/core/numerics/gaussian-smooth';
import { drain } from '../../../../src/core/numerics/steps';
import { type FitPoints, fitPointsSteps } from '../../../../src/core/numerics/time-segments';
import { checkParams } from '../../../../src/core/operations/check-params';
import { operations } from '../../../../src/core/operations/registry';
import { type BatchSpec, seededRandom } from '../../../../src/core/operations/runner';
import { lightCurve, plainEffect, run } from '../../../conformance/harness';
import { expectClose, golden, numbers } from '../../../golden/load';

const smooth = operations.get('noise.smooth')!;

type Numbers = (number | null)[];
interface Golden {
  readonly series: Readonly<Record<string, { readonly time: Numbers; readonly value: Numbers; readonly error: Numbers }>>;
  readonly smooth: readonly {
    readonly series: string;
    readonly window: number;
    readonly breakTolerance: number;
    readonly method: string;
    readonly fit: Numbers;
  }[];
  readonly lowess: readonly { readonly series: string; readonly fraction: number; readonly iterations: number; readonly fit: Numbers }[];
}
const made = golden<Golden>('noise.json');

function smoothed(spec: BatchSpec, params: Record<string, unknown>): number[] {
  return plainEffect(run(smooth, spec, checkParams(smooth, params))).columns[0]!.values as number[];
}
const seriesOf = (name: string): BatchSpec => {
  const { time, value, error } = made.series[name]!;
  return { columns: { time: numbers(time), value: numbers(value), error: numbers(error) } };
};
/** The golden curve has a point for each value that is there. */
function expectCurve(curve: readonly number[], name: string, fit: Numbers): void {
  let k = 0;
  made.series[name]!.value.forEach((v, i) => {
    if (v === null) expect(curve[i], `row ${i}`).toBeNaN();
    else expectClose(curve[i], fit[k++], 1e-9, `row ${i}`);
  });
  expect(k).toBe(fit.length);
}

describe('smooth', () => {
  it.each(made.smooth)('$method of $series in a window of $window', ({ series, window, breakTolerance, method, fit }) => {
    const [name, weighted] = method.split('_');
    expectCurve(smoothed(seriesOf(series), { method: name, errorWeights: weighted !== undefined, window, breakTolerance }), series, fit);
  });

  it.each(made.lowess)('lowess of $series with $fraction of the points is statsmodels’', ({ series, fraction, iterations, fit }) => {
    expectCurve(smoothed(seriesOf(series), { method: 'lowess', fraction, iterations }), series, fit);
  });

  it('leaves a constant as it is, whatever the method, and a shifted series shifts', () => {
    const params = fc.record({
      method: fc.constantFrom('mean', 'median', 'savgol', 'gaussian', 'lowess'),
      window: fc.double({ min: 0.2, max: 30, noNaN: true }),
      order: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(params, fc.integer({ min: 30, max: 200 }), (given, n) => {
        const { columns, ...rest } = lightCurve(n, n + 1);
        const value = columns['value'] as number[];
        const constant = smoothed({ ...rest, columns: { ...columns, value: value.map((v) => (Number.isNaN(v) ? v : 7.25)) } }, given);
        for (const v of constant) if (!Number.isNaN(v)) expectClose(v, 7.25, 1e-9, 'constant');
        const there = smoothed({ ...rest, columns }, given);
        const shifted = smoothed({ ...rest, columns: { ...columns, value: value.map((v) => v + 100) } }, given);
        shifted.forEach((v, i) => (Number.isNaN(v) ? expect(there[i]).toBeNaN() : expectClose(v - 100, there[i], 1e-8, `row ${i}`)));
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [{ method: 'median', errorWeights: true }, /^invalid errorWeights: true/],
    [{ method: 'mean', fraction: 0.3 }, /^invalid fraction: 0.3/],
    [{ method: 'savgol', window: 0.05, order: 4, breakTolerance: 1 }, /^invalid window: 0.05/],
  ])('refuses %j', (params, message) => {
    expect(() => smoothed(lightCurve(60, 3), params)).toThrow(message);
  });

  it('refuses error weights without errors, and leaves out rows without an error', () => {
    const columns = { time: [0, 1, 2, 3], value: [1, 2, 3, 50] };
    const given = { method: 'mean', window: 10, errorWeights: true };
    expect(() => smoothed({ columns }, given)).toThrow(/without an error column/);
    expect(smoothed({ columns: { ...columns, error: [1, 1, 1, 0] } }, given)).toEqual([2, 2, 2, 2]);
  });
});

describe('the Gaussian of full windows', () => {
  const n = 3000;
  const random = seededRandom(8);
  const times = Float64Array.from({ length: n }, (_, i) => 2457000 + 0.02 * i + 0.015 * random() + (i > 1700 ? 14 : 0));
  const values = times.map((t) => 1e4 + 50 * Math.sin(t / 3) + random());
  const use = Uint8Array.from({ length: n }, (_, i) => (i % 9 === 4 || (i > 400 && i < 600) ? 0 : 1));
  const weights = Float64Array.from({ length: n }, () => 0.5 + random());

  /** The definition over all points of the row's segment. */
  const exact = (points: FitPoints, row: number, sigma: number): number => {
    const segment = points.starts.findLastIndex((s) => s < points.count && points.times[s]! <= times[row]!);
    let total = 0;
    let sum = 0;
    for (let i = points.starts[segment]!; i < points.starts[segment + 1]!; i++) {
      const w = Math.exp(-0.5 * ((points.times[i]! - times[row]!) / sigma) ** 2) * (points.weights ? points.weights[i]! : 1);
      total += w;
      sum += w * (points.values[i]! - 1e4);
    }
    return 1e4 + sum / total;
  };

  it.each([0.6, 2.5, 9, 400])('agrees with the sum over all points, σ %d', (sigma) => {
    for (const given of [undefined, weights]) {
      const points = drain(fitPointsSteps(times, values, use, 9, { weights: given }));
      expect(points.starts.length).toBe(3);
      const curve = drain(gaussianSmoothSteps(times, points, sigma));
      for (let row = 0; row < n; row += 13) {
        const near = points.times.subarray(0, points.count).some((t) => Math.abs(t - times[row]!) <= 3 * sigma);
        if (near) expectClose(curve[row], exact(points, row, sigma), 1e-11, `row ${row}`);
        else expect(curve[row], `row ${row}`).toBeNaN();
      }
    }
  });
});
