import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fftPlan, fftSteps, transform, transformSteps } from '../../../src/core/numerics/fft';
import { fastPowerSteps, gridPowerSteps } from '../../../src/core/numerics/fast-lomb-scargle';
import { LombScargle } from '../../../src/core/numerics/lomb-scargle';
import { lombScarglePeaksSteps } from '../../../src/core/numerics/lomb-scargle-peaks';
import { findPeaks, polynomialMaximum } from '../../../src/core/numerics/peaks';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';

interface Curve {
  readonly t: Float64Array;
  readonly y: Float64Array;
  readonly dy: Float64Array;
}

/** Nights of uneven times with a season's gap, a period of 0.7, errors that differ tenfold. */
function curveOf(points: number, start: number, baseline: number, seed: number): Curve {
  const random = seededRandom(seed);
  const t = Float64Array.from({ length: points }, (_, i) => start + Math.floor(random() * baseline) * (i % 5 ? 1 : 0.4) + 0.3 * random());
  const dy = t.map(() => 0.02 + 0.2 * random());
  const y = t.map((x) => 15 + 0.3 * Math.sin((2 * Math.PI * x) / 0.7) + 0.1 * Math.sin((4 * Math.PI * x) / 0.7 + 1) + 0.2 * (random() - 0.5));
  return { t, y, dy };
}

const worst = (a: Float64Array, b: Float64Array): number => a.reduce((most, v, k) => Math.max(most, v === v ? Math.abs(v - b[k]!) : Infinity), 0);

describe('Fourier transform', () => {
  it.each([1, 2, 4, 8, 16, 64, 128, 2048, 2 ** 13])('of %i numbers is the sum it stands for', (n) => {
    const random = seededRandom(n);
    const re = Float64Array.from({ length: n }, () => random() - 0.5);
    const im = re.map(() => random() - 0.5);
    const [a, b] = [re.slice(), im.slice()];
    drain(fftSteps(a, b));
    for (let k = 0; k < n; k += Math.max(1, Math.floor(n / 9))) {
      let [x, y] = [0, 0];
      for (let j = 0; j < n; j++) {
        const angle = (-2 * Math.PI * ((j * k) % n)) / n;
        x += re[j]! * Math.cos(angle) - im[j]! * Math.sin(angle);
        y += re[j]! * Math.sin(angle) + im[j]! * Math.cos(angle);
      }
      expect(Math.hypot(a[k]! - x, b[k]! - y)).toBeLessThan(1e-11);
    }
  });

  it('is the same in slices', () => {
    const plan = fftPlan(2 ** 18);
    const random = seededRandom(3);
    const whole = Float64Array.from({ length: 2 ** 19 }, () => random());
    const sliced = whole.slice();
    transform(plan, whole);
    const work = transformSteps(plan, sliced);
    let slices = 0;
    while (!work.next().done) slices++;
    expect(worst(sliced, whole)).toBe(0);
    expect(slices).toBeGreaterThan(3);
  });
});

describe('fast sums', () => {
  it.each([
    { points: 1000, count: 20_000, terms: 1, first: 0.0005, step: 0.001 },
    { points: 300, count: 5000, terms: 1, first: 0, step: 0.0021 },
    { points: 200, count: 3000, terms: 2, first: 3.3, step: 0.0004 },
    { points: 150, count: 1500, terms: 3, first: 0.0001, step: 0.0007 },
    { points: 700, count: 37, terms: 1, first: 1.4, step: 0.001 },
  ])('$points points, $count frequencies, $terms term(s) equal the exact ones to 1e-8', ({ points, count, terms, first, step }) => {
    for (const start of [0, 2_458_000.5])
      for (const fitMean of [true, false])
        for (const hasErrors of [true, false]) {
          const { t, y, dy } = curveOf(points, start, 400, points + terms);
          const search = drain(LombScargle.prepareSteps(t, y, hasErrors ? dy : undefined, terms, { fitMean }));
          const grid = { first, step, count };
          expect(worst(drain(fastPowerSteps(search, grid)), drain(search.powerSteps(grid)))).toBeLessThan(1e-8);
        }
  });

  it('are exact to 1e-8 for any times and grid', () => {
    const cases = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      points: fc.integer({ min: 5, max: 60 }),
      count: fc.integer({ min: 2, max: 700 }),
      first: fc.double({ min: 0, max: 5, noNaN: true }),
      perPeak: fc.double({ min: 0.3, max: 20, noNaN: true }),
      regular: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ seed, points, count, first, perPeak, regular }) => {
        const random = seededRandom(seed);
        const t = Float64Array.from({ length: points }, (_, i) => (regular ? i : 40 * random()));
        const y = t.map(() => random());
        const search = drain(LombScargle.prepareSteps(t, y, undefined, 1));
        const grid = { first, step: 1 / (search.baseline * perPeak), count };
        const [fast, exact] = [drain(fastPowerSteps(search, grid)), drain(search.powerSteps(grid))];
        // Where regular times make sine and cosine alike, the exact sums lose the digits themselves.
        const isClear = (f: number): boolean => !regular || Math.abs(2 * f - Math.round(2 * f)) > 0.02;
        const differences = fast.map((p, k) => (isClear(first + k * grid.step) ? Math.abs(p - exact[k]!) : 0));
        expect(Math.max(...differences)).toBeLessThan(1e-8);
      }),
      { numRuns: 60 },
    );
  });

  it('of many points come in slices, chunk by chunk', () => {
    const { t, y } = curveOf(60_000, 0, 100, 9);
    const search = drain(LombScargle.prepareSteps(t, y, undefined, 1));
    const grid = { first: 0.002, step: 0.002, count: 900 };
    const work = fastPowerSteps(search, grid);
    const fractions: number[] = [];
    let step = work.next();
    for (; !step.done; step = work.next()) fractions.push(step.value.fraction);
    expect(fractions.every((f, i) => i === 0 || f >= fractions[i - 1]!)).toBe(true);
    const pick = [0, 1, 450, 899];
    for (const k of pick) expect(step.value[k]).toBeCloseTo(drain(search.powerAtSteps(grid.first + k * grid.step)), 9);
  });

  it('give way to the exact ones when one point outweighs all others', () => {
    const { t, y, dy } = curveOf(100, 0, 50, 5);
    dy[7] = 1e-6;
    const search = drain(LombScargle.prepareSteps(t, y, dy, 1));
    const grid = { first: 0.01, step: 0.004, count: 1000 };
    expect(drain(fastPowerSteps(search, grid))).toEqual(drain(search.powerSteps(grid)));
  });

  it('find the same peaks as the exact ones, put where the exact power is highest', () => {
    const { t, y, dy } = curveOf(250, 2_450_000, 300, 11);
    const search = drain(LombScargle.prepareSteps(t, y, dy, 1));
    const grid = { first: 0.0003, step: 1 / (5 * search.baseline), count: 6000 };
    const [fast, exact] = (['fast', 'exact'] as const).map((m) =>
      drain(lombScarglePeaksSteps(search, grid, drain(gridPowerSteps(search, grid, m)), 4)),
    );
    expect(fast!.length).toBe(4);
    fast!.forEach((p, k) => {
      expect(p.frequency).toBeCloseTo(exact![k]!.frequency, 12);
      expect(p.power).toBe(drain(search.powerAtSteps(p.frequency)));
      for (const d of [-1e-3, 1e-3]) expect(drain(search.powerAtSteps(p.frequency + d * grid.step))).toBeLessThanOrEqual(p.power);
    });
    expect(1 / fast![0]!.frequency).toBeCloseTo(0.7, 4);
  });
});

describe('peaks', () => {
  it('of equal heights the first is the higher one, rounding or not', () => {
    expect(findPeaks(Float64Array.from([0, 1 - 1e-12, 0, 1, 0, 0.9, 0]), 3, 1)).toEqual([1, 3, 5]);
  });

  it('a polynomial has its maximum where its slope ends', () => {
    const nodes = Float64Array.from({ length: 9 }, (_, i) => i / 4 - 1);
    const top = polynomialMaximum(nodes.map((x) => Math.cos(0.8 * (x - 0.3137))));
    expect(top.x).toBeCloseTo(0.3137, 6);
    expect(top.y).toBeCloseTo(1, 9);
    expect(polynomialMaximum(nodes.map((x) => x)).x).toBe(1);
  });
});
