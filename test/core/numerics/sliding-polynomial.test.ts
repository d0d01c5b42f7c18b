import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LocalPolynomial } from '../../../src/core/numerics/local-polynomial';
import { savitzkyGolaySteps } from '../../../src/core/numerics/savitzky-golay';
import { SlidingPolynomial } from '../../../src/core/numerics/sliding-polynomial';
import { drain } from '../../../src/core/numerics/steps';
import { cadenceSteps, fitPointsSteps } from '../../../src/core/numerics/time-segments';
import { seededRandom } from '../../../src/core/operations/runner';

interface Series {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Uneven times: steps over two decades, some equal times, some gaps; values with a trend, noise and outliers. */
function series(n: number, seed: number, level: number, amplitude: number, zero = 59000): Series {
  const random = seededRandom(seed);
  const times = new Float64Array(n);
  let now = zero;
  for (let i = 0; i < n; i++) {
    const u = random();
    now += u < 0.02 ? 0 : u > 0.995 ? 5 + 20 * random() : 0.01 + random() ** 3;
    times[i] = now;
  }
  const values = times.map((t) => level + amplitude * (Math.sin((t - zero) / 3) + 0.3 * random() + (random() < 0.005 ? 50 : 0)));
  return { times, values };
}

/**
 * Largest difference of the sliding from the direct fit as a share of the amplitude, and how many windows could be fitted. The sliding fit may
 * be given the same series on a level of its own.
 */
function compare({ times, values }: Series, order: number, half: number, amplitude: number, slid = { times, values }, level = 0) {
  const sliding = new SlidingPolynomial(slid.times, slid.values, order, half);
  const direct = new LocalPolynomial(order);
  let worst = 0;
  let fitted = 0;
  let windows = 0;
  for (let row = 0, from = 0, to = 0; row < times.length; row++) {
    const centre = times[row]!;
    while (to < times.length && times[to]! <= centre + half) to++;
    while (times[from]! < centre - half) from++;
    if (to - from <= 4 * (order + 1)) continue;
    windows++;
    if (!sliding.fit(from, to, centre)) continue;
    fitted++;
    expect(direct.fit(times, values, from, to, centre, half)).toBe(true);
    for (const at of [centre, times[from]!, times[to - 1]!])
      worst = Math.max(worst, Math.abs(sliding.valueAt(at) - level - direct.valueAt(at)) / amplitude);
  }
  return { worst, fitted, windows };
}

describe('a polynomial fitted to a sliding window', () => {
  // High orders on times that crowd together are ill-conditioned: there the direct fit itself is good to about 1e-8 only (measured over
  // 15 000 random series; up to order 5 the two agree to 1e-10 in every one of 40 000).
  it.each([
    ['up to 5', 0, 5, 1e-9],
    ['from 6 to 8', 6, 8, 1e-6],
  ])('equals the direct fit on random uneven times, at orders %s', (_orders, min, max, tolerance) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min, max }), fc.integer({ min: 20, max: 400 }), (seed, order, half) => {
        const { worst, fitted, windows } = compare(series(600, seed, 12, 1), order, half / 10, 1);
        expect(worst).toBeLessThan(tolerance);
        expect(fitted).toBe(windows);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its digits for fluxes of a million with a structure of 1e-4', () => {
    for (const order of [0, 1, 2, 3, 4, 5]) {
      const { times, values } = series(4000, 5 + order, 1.03e6, 100);
      // What both should give: the fit to the values without their level, which subtraction takes away exactly.
      const expected = compare({ times, values: values.map((v) => v - 1.03e6) }, order, 40, 100, { times, values }, 1.03e6);
      expect(expected.fitted).toBe(expected.windows);
      expect(expected.fitted).toBeGreaterThan(3500);
      // The values themselves are held to 1e-12 of the structure.
      expect(expected.worst).toBeLessThan(1e-10);
    }
  });

  it('is not disturbed by a value of 1e12 once it has left the window', () => {
    const { times, values } = series(3000, 3, 0, 1);
    const spoilt = values.slice();
    spoilt[700] = 1e12;
    const half = 15;
    const sliding = new SlidingPolynomial(times, spoilt, 3, half);
    const direct = new LocalPolynomial(3);
    let checked = 0;
    for (let row = 0, from = 0, to = 0; row < times.length; row++) {
      const centre = times[row]!;
      while (to < times.length && times[to]! <= centre + half) to++;
      while (times[from]! < centre - half) from++;
      if (!sliding.fit(from, to, centre) || from <= 700) continue;
      direct.fit(times, values, from, to, centre, half);
      expect(Math.abs(sliding.valueAt(centre) - direct.valueAt(centre))).toBeLessThan(1e-9);
      checked++;
    }
    expect(checked).toBeGreaterThan(1500);
  });

  it('says when the times are too few to tell the coefficients apart', () => {
    const times = Float64Array.from({ length: 100 }, (_, i) => Math.floor(i / 50));
    const values = times.map((t) => 3 + t);
    expect(new SlidingPolynomial(times, values, 2, 1).fit(0, 100, 0.5)).toBe(false);
    const line = new SlidingPolynomial(times, values, 1, 1);
    expect(line.fit(0, 100, 0.5)).toBe(true);
    expect(line.valueAt(0.25)).toBeCloseTo(3.25, 12);
  });

  it('goes back, and on to windows far away', () => {
    const { times, values } = series(2000, 11, 5, 1);
    const sliding = new SlidingPolynomial(times, values, 2, 20);
    const direct = new LocalPolynomial(2);
    for (const row of [1000, 1001, 100, 1900, 101, 1002, 1000]) {
      const centre = times[row]!;
      const from = times.findIndex((t) => t >= centre - 20);
      const to = times.findLastIndex((t) => t <= centre + 20) + 1;
      expect(sliding.fit(from, to, centre)).toBe(true);
      direct.fit(times, values, from, to, centre, 20);
      expect(sliding.valueAt(centre)).toBeCloseTo(direct.valueAt(centre), 10);
    }
  });
});

describe('the cost of Savitzky–Golay', () => {
  const cpu = (work: () => void): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };

  it.each([
    ['14 280 points a minute apart, 3 days', 14_280, 3 * 1440, 2, 0],
    ['20 000 even points, half of them in a window', 20_000, 10_000, 3, 0],
    ['20 000 uneven points, half of them in a window', 20_000, 10_000, 5, 0.5],
  ])('does not grow with the window: %s', (what, n, window, order, jitter) => {
    const random = seededRandom(2);
    const time = Float64Array.from({ length: n }, (_, i) => i + jitter * random());
    const value = time.map((t) => 1.03e6 + 100 * Math.sin(t / 900) + random());
    const points = drain(fitPointsSteps(time, value, new Uint8Array(n).fill(1), Infinity));
    const cadence = drain(cadenceSteps(points));
    const milliseconds = cpu(() => drain(savitzkyGolaySteps(time, points, window, order, cadence)));
    if (process.env['SHOW_COST']) console.info(what, milliseconds.toFixed(1), 'ms');
    // About 10 ms; fitting every window anew took seconds. The limit leaves room for a busy machine and a cold compiler.
    expect(milliseconds).toBeLessThan(400);
  });
});
