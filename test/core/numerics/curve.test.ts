import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ModelSpec, fitModelSteps } from '../../../src/core/numerics/curve/curve-model';
import { findEvents } from '../../../src/core/numerics/curve/events';
import { foldSearchSteps } from '../../../src/core/numerics/curve/fold-search';
import { impactsOf } from '../../../src/core/numerics/curve/impact';
import { type LightCurve, lightCurveSteps } from '../../../src/core/numerics/curve/light-curve';
import { SortedOutlierFactor } from '../../../src/core/numerics/curve/sorted-outlier-factor';
import { localOutlierFactorSteps } from '../../../src/core/numerics/local-outlier-factor';
import { LombScargle } from '../../../src/core/numerics/lomb-scargle';
import { pointSetSteps } from '../../../src/core/numerics/point-set';
import { std } from '../../../src/core/numerics/robust';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';

function curveOf(times: readonly number[], values: readonly number[], band: readonly number[] = times.map(() => 0)): LightCurve {
  const bands = Math.max(0, ...band) + 1;
  const use = new Uint8Array(times.length).fill(1);
  const errors = new Float64Array(times.length).fill(0.1);
  return drain(lightCurveSteps(Float64Array.from(times), Float64Array.from(values), errors, band, bands, use));
}

describe('outlier factors of sorted values', () => {
  it('are those of the k-d tree where no two values are equal', () => {
    const values = fc.uniqueArray(fc.double({ min: -10, max: 10, noNaN: true, noDefaultInfinity: true }), { minLength: 6, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 5 }), (of, k) => {
        // Well apart, so that no two distances are equal by rounding.
        const sorted = Float64Array.from(of, (v) => Math.round(v * 1e4) / 1e4 + v * 1e-7).sort();
        const set = drain(pointSetSteps([sorted], new Uint8Array(sorted.length).fill(1)));
        fc.pre(set.count === sorted.length);
        const whole = drain(localOutlierFactorSteps(set, k));
        const few = new SortedOutlierFactor(sorted, k);
        sorted.forEach((_, i) => expect(few.at(i) / whole[i]!).toBeCloseTo(1, 6));
      }),
    );
  });
});

describe('impact of a point', () => {
  it('is what taking it out does', () => {
    const random = seededRandom(4);
    const times = Array.from({ length: 60 }, (_, i) => i + random());
    const values = times.map((t, i) => 10 + Math.sin((2 * Math.PI * t) / 3.3) + 0.2 * random() + (i === 17 ? 3 : 0));
    const curve = curveOf(times, values);
    const power = (without: number): number => {
      const rest = times.map((_, i) => i).filter((i) => i !== without);
      const search = drain(
        LombScargle.prepareSteps(
          Float64Array.from(rest, (i) => times[i]!),
          Float64Array.from(rest, (i) => values[i]!),
          undefined,
          1,
        ),
      );
      return drain(search.powerAtSteps(1 / 3.3));
    };
    const spread = (without: number): number => std(Float64Array.from(values.filter((_, i) => i !== without)));
    impactsOf(curve, [17, 30], 3.3).forEach((impact, k) => {
      const i = [17, 30][k]!;
      expect(impact.scatter).toBeCloseTo(spread(i) / spread(-1) - 1, 9);
      expect(impact.power).toBeCloseTo(power(i) / power(-1) - 1, 9);
    });
    expect(impactsOf(curve, [17], undefined)[0]!.power).toBeUndefined();
  });
});

describe('fold search', () => {
  const random = seededRandom(8);
  const times = Float64Array.from({ length: 400 }, () => 900 * random()).sort();
  it.each([
    ['a sinusoid', (phase: number) => Math.sin(2 * Math.PI * phase), 0.5713],
    ['a sawtooth', (phase: number) => phase, 0.6211],
    ['two unequal eclipses', (phase: number) => (phase < 0.1 ? 1 : phase > 0.5 && phase < 0.6 ? 0.4 : 0), 2.7183],
  ])('finds the period of %s', (_name, shape, period) => {
    const values = times.map((t) => shape((t / period) % 1) + 0.05 * (random() - 0.5));
    const fold = drain(foldSearchSteps(times, values, 5))!;
    expect(Math.abs(fold.period / period - 1)).toBeLessThan(2e-4);
    expect(fold.theta).toBeLessThan(0.3);
  });
  it('finds nothing in values that are all equal, and no good fold in noise', () => {
    expect(drain(foldSearchSteps(times, new Float64Array(400).fill(2), 5))).toBeUndefined();
    const noise = times.map(() => random());
    expect(drain(foldSearchSteps(times, noise, 5))!.theta).toBeGreaterThan(0.7);
  });
});

describe('a model fitted again', () => {
  it('is the same as one fitted anew', () => {
    const random = seededRandom(12);
    const times = Array.from({ length: 300 }, (_, i) => i + random());
    const curve = curveOf(
      times,
      times.map((t) => Math.sin(t / 20) + 0.1 * random()),
      times.map((_, i) => i % 2),
    );
    const spec: ModelSpec = { name: 'trend', at: curve.times, wrap: 0, values: curve.values, neighbours: 9, scaleReach: 6, pooled: false };
    const first = drain(fitModelSteps(curve, spec, curve.plausible));
    const use = curve.plausible.slice();
    [3, 80, 81, 83, 150, 299].forEach((i) => (use[i] = 0));
    const again = drain(fitModelSteps(curve, spec, use, first));
    const anew = drain(fitModelSteps(curve, spec, use));
    expect(again.residuals).toEqual(anew.residuals);
    expect(again.scale).toEqual(anew.scale);
    expect(again.residuals).not.toEqual(first.residuals);
    const back = drain(fitModelSteps(curve, spec, curve.plausible, again));
    expect(back.residuals).toEqual(first.residuals);
  });
});

describe('events', () => {
  const times = [0, 10, 10.05, 20, 30, 30.05, 40, 50, 50.05];
  interface Case {
    readonly suspect?: readonly number[];
    readonly band?: readonly number[];
    readonly window?: number;
    readonly isQuiet?: boolean;
    readonly isFlareProne?: boolean;
  }
  /** The errors are 0.1 mag, so that a residual of z is 0.1 z mag. */
  const events = (z: number[], { suspect = [], band, window = 0.1, isQuiet = false, isFlareProne = false }: Case = {}): Record<number, string> => {
    const curve = curveOf(
      times,
      times.map((_, i) => 15 + 0.01 * i),
      band,
    );
    const candidates = z.flatMap((v, i) => (Math.abs(v) > 5 ? [i] : []));
    const bits = Uint8Array.from(z, (_, i) => (suspect.includes(i) ? 1 : 0));
    const found = { z: Float64Array.from(z), residuals: Float64Array.from(z, (v) => 0.1 * v) };
    return Object.fromEntries(findEvents(curve, found, candidates, bits, { window, brighter: -1, period: undefined, isQuiet, isFlareProne }));
  };
  it('are points with a companion off to the same side', () => {
    expect(events([0, -9, -3, 0, 0, 0, 0, 0, 0])).toEqual({ 1: 'flare' });
    expect(events([0, 9, 6, 0, 0, 0, 0, 0, 0])).toEqual({ 1: 'dip', 2: 'dip' });
    expect(events([0, -9, 3, 0, 0, 0, 0, 0, 0])).toEqual({});
    expect(events([0, -9, -1, 0, 0, 0, 0, 0, 0])).toEqual({});
    expect(events([0, -9, -4, 0, 0, 0, 0, 0, 0], { window: 0.01 })).toEqual({});
  });
  it('are no matter of suspicious companions', () => {
    expect(events([0, -9, -4, 0, 0, 0, 0, 0, 0], { suspect: [2] })).toEqual({});
  });
  it('include lone brightenings of a star that is seen to flare, where nothing speaks against them', () => {
    expect(events([-8, -9, -4, 9, -7, 0, -6, 0, 0], { suspect: [6] })).toEqual({ 0: 'star that flares', 1: 'flare' });
    expect(events([-8, 0, 0, 0, 0, 0, 0, 0, 0])).toEqual({});
  });
  it('need less to be sure of in a star that does not vary otherwise', () => {
    expect(events([-8, -9, -2.5, 0, 0, 0, 0, 0, 0])).toEqual({ 1: 'flare' });
    expect(events([-8, -9, -2.5, 0, 0, 0, 0, 0, 0], { isQuiet: true })).toEqual({ 0: 'star that flares', 1: 'flare' });
  });
  it('include lone brightenings of a star of a kind that flares, but no sentinels', () => {
    expect(events([-8, 0, 0, 8, -1140, 0, -119, 0, 0], { isFlareProne: true })).toEqual({ 0: 'red dwarf', 6: 'red dwarf' });
    expect(events([-8, 0, 0, 0, 0, 0, 0, 0, 0], { suspect: [0], isFlareProne: true })).toEqual({});
  });
  it('are not spoken against by earlier points, nor by noisy ones of another band', () => {
    expect(events([0, 0, -8, 0, -8, 0, 0, 0, 0], { isFlareProne: true })).toEqual({ 2: 'red dwarf' });
    const band = times.map((_, i) => i % 2);
    expect(events([0, -8, 0, 0, -40, 0, 0, 0, 0], { isFlareProne: true, band })).toEqual({ 1: 'red dwarf' });
  });
});
