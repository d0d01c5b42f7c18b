import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { injectSteps, sawtoothTemplate, transitTemplate } from '../../../src/core/numerics/inject';
import { recoveredAmplitudeSteps, recoveredDepthSteps } from '../../../src/core/numerics/recover-signal';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';

const recoveredDepth = (...given: Parameters<typeof recoveredDepthSteps>) => drain(recoveredDepthSteps(...given));
const random = seededRandom(3);
/** Uneven times over 27 d with a gap, one missing. */
const times = Float64Array.from({ length: 1500 }, (_, i) => (i === 7 ? NaN : 0.018 * i + 0.004 * random() + (i > 700 ? 2.5 : 0)));
const ones = new Uint8Array(times.length).fill(1);
const noise = Float64Array.from(times, (_, i) => (i === 11 ? NaN : random() + random() - 1));
const shape = { period: 3.1, epoch: 1.2, duration: 0.31, flank: 0.1 };

describe('templates', () => {
  it('have the shapes they are named after', () => {
    const box = transitTemplate({ period: 10, epoch: 5, duration: 2 });
    expect([3.9, 4, 5, 6, 6.1, 15, -5.9, NaN].map(box)).toEqual([0, 1, 1, 1, 0, 1, 1, NaN]);
    const trapezoid = transitTemplate({ period: 10, epoch: 5, duration: 2, flank: 0.25 });
    expect([4, 4.25, 4.5, 5, 5.75, 6].map(trapezoid)).toEqual([0, 0.5, 1, 1, 0.5, 0]);
    const saw = sawtoothTemplate({ period: 4, epoch: 1, rise: 0.25 });
    expect([1, 2.5, 4, 4.5, 5].map(saw)).toEqual([-0.5, 0, 0.5, 0, -0.5]);
  });
});

describe('recovery', () => {
  it('finds the injected transit, whatever straight base lines, units and order of rows', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 0.5, noNaN: true }), fc.double({ min: -50, max: 50, noNaN: true }), (depth, slope) => {
        const base = times.map((t) => 1000 + slope * t);
        const put = drain(injectSteps(times, base, transitTemplate(shape), 1000 * depth, 'difference'));
        const found = recoveredDepth(times, put, ones, shape);
        expect(found.depth).toBeCloseTo(1000 * depth, 6);
        expect(found.events).toBeGreaterThan(5);
        const back = recoveredDepth(times.slice().reverse(), put.slice().reverse(), ones, shape);
        expect(back.depth).toBeCloseTo(found.depth, 7);
      }),
    );
  });

  it('is linear: noise adds to it what it holds itself, with an error that says so', () => {
    const put = drain(injectSteps(times, noise, transitTemplate(shape), 0.4, 'difference'));
    const [with_, without] = [recoveredDepth(times, put, ones, shape), recoveredDepth(times, noise, ones, shape)];
    expect(with_.depth - without.depth).toBeCloseTo(0.4, 12);
    expect(Math.abs(without.depth)).toBeLessThan(4 * without.error);
    expect(with_.error).toBeCloseTo(without.error, 12);
  });

  it('multiplies fluxes, brightens magnitudes the other way, and keeps what is missing missing', () => {
    const flux = noise.map((v) => 200 + v);
    const put = drain(injectSteps(times, flux, transitTemplate({ ...shape, flank: 0 }), 0.01, 'flux'));
    const [mid, out] = [times.findIndex((t) => Math.abs(t - 1.2) < 0.01), times.findIndex((t) => Math.abs(t - 2.4) < 0.01)];
    expect(put[mid]! / flux[mid]!).toBeCloseTo(0.99, 12);
    expect(put[out]).toBe(flux[out]);
    expect(put[11]).toBeNaN();
    expect(put[7]).toBe(flux[7]);
    const mag = drain(injectSteps(times, flux, transitTemplate(shape), 0.3, 'magnitude'));
    expect(recoveredDepth(times, mag, ones, shape).depth - recoveredDepth(times, flux, ones, shape).depth).toBeCloseTo(-0.3, 10);
  });

  it('measures nothing where nothing can be measured', () => {
    expect(recoveredDepth(times, noise, new Uint8Array(times.length), shape)).toEqual({ depth: NaN, error: NaN, events: 0 });
    const isOut = Uint8Array.from(times, (t) => (transitTemplate(shape)(t) === 0 ? 1 : 0));
    expect(recoveredDepth(times, noise, isOut, shape).events).toBe(0);
  });

  it('finds the amplitude of a sawtooth', () => {
    const saw = { period: 0.57, epoch: 0.1 };
    const flat = new Float64Array(times.length).fill(15);
    const put = drain(injectSteps(times, flat, sawtoothTemplate(saw), 0.8, 'magnitude'));
    expect(drain(recoveredAmplitudeSteps(times, put, ones, saw)).depth).toBeCloseTo(-0.8, 12);
  });
});
