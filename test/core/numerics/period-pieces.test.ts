import { describe, expect, it } from 'vitest';
import { averageBinsSteps } from '../../../src/core/numerics/average-bins';
import { designEffect } from '../../../src/core/numerics/design-effect';
import { ALL_DIPS, DipFit } from '../../../src/core/numerics/dip-fit';
import { foldedOutliersSteps } from '../../../src/core/numerics/folded-outliers';
import { jointCurveSteps } from '../../../src/core/numerics/joint-curve';
import { leaveOutSteps } from '../../../src/core/numerics/leave-out';
import type { ModelFit, ModelKind } from '../../../src/core/numerics/period-models';
import { nominateSteps } from '../../../src/core/numerics/period-nominees';
import { settle } from '../../../src/core/numerics/period-verdict';
import { drain } from '../../../src/core/numerics/steps';

const even = (n: number, f: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => f(i));
const curveOf = (n: number, f: (t: number) => number) => ({ times: even(n, (i) => i), values: even(n, f), weights: even(n, () => 1 / n) });
const fit = (frequency: number, criterion: number, kind: ModelKind = 'harmonics'): ModelFit => ({
  frequency,
  criterion,
  kind,
  order: 1,
  explained: 0.5,
});

describe('settling on a fit', () => {
  const options = { width: 0.001, day: 1 };

  it('takes the lowest criterion', () => {
    expect(settle([fit(0.3, -50), fit(0.7, -80), fit(0.9, -60)], options)[0]!.frequency).toBe(0.7);
  });

  it('takes equal eclipses at half the period unless unequal ones are clearly better', () => {
    const at = (criterion: number): number => settle([fit(0.5, criterion, 'eclipses'), fit(1, -100, 'transit')], options)[0]!.frequency;
    expect(at(-110)).toBe(1);
    expect(at(-140)).toBe(0.5);
  });

  it('does not believe a shape that repeats after several turns when few were seen', () => {
    const at = (low: number): number => settle([fit(low, -100), fit(4 * low, -80)], { width: 0.001, day: undefined })[0]!.frequency;
    expect(at(0.003)).toBe(0.012);
    expect(at(0.03)).toBe(0.03);
  });

  it('takes a slow variation for its daily alias, but only with days known and when it fits nearly as well', () => {
    const fits = [fit(1.004, -100), fit(0.004, -90)];
    expect(settle(fits, options)[0]!.frequency).toBe(0.004);
    expect(settle(fits, { width: 0.001, day: undefined })[0]!.frequency).toBe(1.004);
    expect(settle([fit(1.004, -100), fit(0.004, -50)], options)[0]!.frequency).toBe(1.004);
  });
});

describe('nominating', () => {
  it('names a frequency for its own power and one for its harmonics', () => {
    const power = new Float64Array(1001);
    power[400] = 0.5;
    for (let m = 1; m <= 8; m++) power[50 * m] = 0.2 + (50 * m === 400 ? 0.5 : 0);
    const found = drain(nominateSteps({ step: 0.01, power }, { minimum: 0.1, maximum: 5, separation: 0.02 }));
    const has = (f: number): boolean => found.some((n) => Math.abs(n.frequency - f) < 0.011);
    expect(has(4)).toBe(true);
    expect(has(0.5)).toBe(true);
    for (const [k, a] of found.entries())
      for (const b of found.slice(k + 1)) expect(Math.abs(a.frequency - b.frequency)).toBeGreaterThanOrEqual(0.02);
  });
});

describe('dips', () => {
  it('finds two dips, their widths, depths and the phase of the deeper', () => {
    const times = even(2000, (i) => 100 + 0.0137 * i);
    const values = times.map((t) => {
      const p = (t - 100) / 0.9 - Math.floor((t - 100) / 0.9);
      return Math.abs(p - 0.3) < 0.04 ? -0.6 : Math.abs(p - 0.8) < 0.04 ? -0.2 : 0.1;
    });
    const fit = drain(DipFit.prepareSteps({ times, values, weights: even(2000, () => 1 / 2000) }));
    const found = drain(fit.fitSteps(1 / 0.9, ALL_DIPS));
    expect(found.explained).toBeGreaterThan(0.95);
    expect(found.phase).toBeCloseTo(0.3, 1);
    expect(Math.abs(found.phase - 0.3)).toBeLessThan(0.006);
    expect(found.depth).toBeCloseTo(0.7, 1);
    expect(found.second).toBeCloseTo(0.3, 1);
    expect(found.width).toBeGreaterThan(0.06);
    expect(found.width).toBeLessThan(0.12);
    expect(found.single.explained).toBeLessThan(found.explained);
  });

  it('takes no hump for a dip', () => {
    const curve = curveOf(500, (i) => (i % 50 < 3 ? 1 : 0));
    const found = drain(drain(DipFit.prepareSteps(curve)).fitSteps(1 / 50, ALL_DIPS));
    // What is left is the level between the humps, wide as it is.
    expect(found.explained).toBeLessThan(0.2);
  });
});

describe('the joint curve', () => {
  const times = even(60, (i) => i);
  const bandOf = Uint16Array.from({ length: 60 }, (_, i) => i % 2);
  const wave = (i: number): number => Math.sin(i);

  it('brings bands that vary to one level and size', () => {
    const values = even(60, (i) => (i % 2 ? 10 + 2 * wave(i) : 3 + wave(i)));
    const input = { times, values, errors: even(60, () => 0.01), bandOf, bands: 2, detrend: false, isFlux: false };
    const { bands } = drain(jointCurveSteps(input))!;
    expect(bands.map((b) => b.spread)).toEqual([1, 1]);
    expect(bands[1]!.scale / bands[0]!.scale).toBeCloseTo(2, 0);
  });

  it('takes out a drift of each band, not bent by outliers, and brings extremes back', () => {
    const values = even(60, (i) => 0.5 * i + 0.1 * wave(i * i) + (i % 20 === 7 ? 40 : 0));
    const input = { times, values, errors: undefined, bandOf: undefined, bands: 1, detrend: true, isFlux: false };
    const made = drain(jointCurveSteps(input))!;
    expect(made.bands[0]!.slope).toBeCloseTo(0.5, 2);
    expect(made.values[7]!).toBeGreaterThan(39);
    expect(made.clipped[7]!).toBeCloseTo(5 * made.bands[0]!.spread, 9);
    expect(made.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('is nothing when squares overflow', () => {
    const input = {
      times,
      values: even(60, (i) => (i % 2 ? 1e300 : -1e300)),
      errors: undefined,
      bandOf: undefined,
      bands: 1,
      detrend: false,
      isFlux: false,
    };
    expect(drain(jointCurveSteps(input))).toBeUndefined();
  });
});

describe('outliers of a folded curve', () => {
  it('are the points away from their neighbours in phase, not the deep ones', () => {
    const curve = curveOf(400, (i) => (i % 40 < 6 ? 1 : 0) + 0.01 * Math.sin(i * i) + (i === 143 ? 0.5 : 0));
    const isOut = drain(foldedOutliersSteps(curve, 1 / 40, 8));
    expect(isOut[143]).toBe(1);
    const inside = [...isOut.keys()].filter((i) => i % 40 > 0 && i % 40 < 5);
    expect(inside.some((i) => isOut[i] === 1)).toBe(false);
    const left = drain(leaveOutSteps(curve, isOut));
    expect(left.times).not.toContain(143);
    expect(left.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
});

describe('the design effect', () => {
  it('is 1 for independent residuals, and the size of a visit for equal ones', () => {
    const times = even(400, (i) => Math.floor(i / 4) + 0.001 * (i % 4));
    const weights = even(400, () => 1 / 400);
    const curve = { times, values: times, weights };
    expect(
      designEffect(
        curve,
        even(400, (i) => Math.sin(1e4 * (Math.floor(i / 4) + 1))),
        0.01,
      ),
    ).toBeCloseTo(4, 9);
    expect(
      designEffect(
        curve,
        even(400, (i) => Math.sin(1e4 * (i + 1))),
        0.01,
      ),
    ).toBeLessThan(1.3);
  });
});

describe('averages', () => {
  it('weigh by errors, band by band, and stay in order', () => {
    const made = drain(
      averageBinsSteps(
        {
          times: Float64Array.from([0, 0.1, 0.2, 5]),
          values: Float64Array.from([1, 10, 2, 7]),
          errors: Float64Array.from([1, 1, 0.5, 1]),
          bandOf: Uint16Array.from([0, 1, 0, 0]),
          bands: 2,
        },
        0.5,
      ),
    );
    expect([...made.bandOf]).toEqual([1, 0, 0]);
    expect([...made.values].map((v) => Number(v.toFixed(9)))).toEqual([10, 1.8, 7]);
    expect(made.times[1]).toBeCloseTo(0.16, 12);
    expect(made.errors![1]).toBeCloseTo(1 / Math.sqrt(5), 12);
  });
});
